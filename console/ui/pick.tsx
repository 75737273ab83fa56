import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { skipToken, useQuery } from '@tanstack/react-query'
import { useState } from 'react'

export interface Choice {
  value: string
  label: string
}

interface PickProps {
  name: string
  label: string
  description?: string
  placeholder?: string
  value: string | null
  onPick: (value: string | null) => void
  /** Finds by words, on the server. */
  find: (words: string, signal: AbortSignal) => Promise<Choice[]>
  /** Tells finders of different kinds apart. */
  kind: string
  error?: string | undefined
  /** Shown before anything is typed. */
  known?: Choice | undefined
}

/** Chooses one of many by typing; the list itself never loads whole. */
export function Pick(props: PickProps) {
  const { name, label, description, placeholder = 'Type a name', value, onPick, find, kind, error, known } = props
  const [typed, setTyped] = useState('')
  const [picked, setPicked] = useState<Choice | null>(null)
  const chosen = [picked, known].find((one) => one && one.value === value) ?? null
  const [words] = useDebouncedValue(typed === chosen?.label ? '' : typed.trim(), 200)
  const found = useQuery({
    queryKey: ['found', kind, words],
    queryFn: value === null || words !== '' ? ({ signal }) => find(words, signal) : skipToken,
    staleTime: 10_000,
  })
  const listed = found.data ?? []
  const options = chosen && !listed.some(({ value: one }) => one === chosen.value) ? [chosen, ...listed] : listed
  // The name would go to an input that is hidden, which a fault could not lead to.
  return (
    <div data-field={name}>
      <Select
        label={label}
        description={description}
        placeholder={placeholder}
        searchable
        clearable
        value={value}
        data={options}
        filter={({ options: all }) => all}
        searchValue={typed}
        onSearchChange={setTyped}
        onChange={(next) => {
          setPicked(options.find((one) => one.value === next) ?? null)
          onPick(next)
        }}
        nothingFoundMessage={found.isFetching ? 'Looking…' : 'Nobody is called that'}
        clearButtonProps={{ 'aria-label': `Clear ${label}` }}
        error={error}
      />
    </div>
  )
}
