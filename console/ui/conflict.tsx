import { Alert, Button, Text } from '@mantine/core'
import type { Conflicted } from './use-versioned-form.ts'

interface ConflictProps<V> {
  conflict: Conflicted<V>
  /** What stands in the form now. */
  mine: V
  labels: Readonly<Record<keyof V & string, string>>
  /** A value as people read it. */
  words: (field: keyof V & string, values: V) => string
  takeTheirs: () => void
}

/** What somebody else has changed while one was editing, beside what it was and what one has typed. */
export const Conflict = <V extends object>({ conflict, mine, labels, words, takeTheirs }: ConflictProps<V>) => (
  <Alert color="yellow" variant="light" role="alert" title="Somebody changed it meanwhile">
    {conflict.fields.length === 0 ? (
      <Text size="sm">Nothing of what stands here, though. Saving again keeps what they did.</Text>
    ) : (
      <>
        <div className="table-scroll">
          <table className="diff" aria-label="What they changed">
            <thead>
              <tr>
                <th scope="col">What</th>
                <th scope="col">Before</th>
                <th scope="col">Theirs</th>
                <th scope="col">Yours</th>
              </tr>
            </thead>
            <tbody>
              {conflict.fields.map((field) => (
                <tr key={field}>
                  <th scope="row">{labels[field]}</th>
                  <td className="diff-before">{words(field, conflict.before) || 'none'}</td>
                  <td className="diff-after">{words(field, conflict.theirs) || 'none'}</td>
                  <td>{words(field, mine) || 'none'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <Text size="sm" mt="xs">
          What you typed is still here. Where you changed nothing, theirs was taken over.
        </Text>
        <Button size="compact-sm" variant="default" mt="xs" onClick={takeTheirs}>
          Take theirs
        </Button>
      </>
    )}
  </Alert>
)
