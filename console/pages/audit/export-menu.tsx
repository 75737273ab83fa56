import { Button, Menu, Modal, Progress as Bar } from '@mantine/core'
import { useRef, useState } from 'react'
import { useMay } from '../../profile.ts'
import { Icon } from '../../ui/icons.tsx'
import { notice } from '../../ui/notice.ts'
import { counted, inFigures, messageOf } from '../../words.ts'
import { exportTrail, formats } from './export-trail.ts'
import type { Format, Progress } from './export-trail.ts'

interface Run {
  format: Format
  so: Progress
  fault: string | null
}

interface ExportMenuProps {
  query: Record<string, string>
  /** How many events it will be, when that is known. */
  expected: number | undefined
}

const NOTHING: Progress = { bytes: 0, events: 0 }

/** What the filters leave, as a file; how far it is, and a failure that cannot be overlooked. */
export function ExportMenu({ query, expected }: ExportMenuProps) {
  const may = useMay('audit.export')
  const [run, setRun] = useState<Run | null>(null)
  const leaving = useRef<AbortController | null>(null)
  if (!may) return null

  const start = (format: Format): void => {
    const mine = new AbortController()
    leaving.current = mine
    setRun({ format, so: NOTHING, fault: null })
    const progress = (so: Progress): void => setRun((now) => now && { ...now, so })
    exportTrail(query, format, { progress, signal: mine.signal })
      .then(ended)
      .catch((error: unknown) => {
        if (!mine.signal.aborted) setRun((now) => now && { ...now, fault: messageOf(error) })
      })
  }
  const ended = (events: number): void => {
    setRun(null)
    notice(`${counted(events, 'event')} exported. The export stands in the trail itself.`)
  }
  const stop = (): void => {
    leaving.current?.abort()
    setRun(null)
  }
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" leftSection={<Icon name="download" size={16} />}>
            Export
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>What the filters leave, oldest first</Menu.Label>
          {(Object.keys(formats) as Format[]).map((format) => (
            <Menu.Item key={format} onClick={() => start(format)}>
              {formats[format].name}
              <span className="menu-note">{formats[format].of}</span>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {run && (
        <Modal opened onClose={stop} title="Export" closeButtonProps={{ 'aria-label': 'Close' }}>
          {run.fault === null ? (
            <Running run={run} expected={expected} stop={stop} />
          ) : (
            <Failed run={run} again={() => start(run.format)} close={stop} />
          )}
        </Modal>
      )}
    </>
  )
}

function Running({
  run: { format, so },
  expected,
  stop,
}: {
  run: Run
  expected: number | undefined
  stop: () => void
}) {
  const part = expected && so.events > 0 ? Math.min(99, (so.events / expected) * 100) : null
  return (
    <div className="export-run">
      <Bar value={part ?? 100} animated={part === null} striped={part === null} aria-label="How far it is" />
      <p>
        {formats[format].name}: {so.events > 0 ? `${counted(so.events, 'event')}, ` : ''}
        {sizeOf(so.bytes)}
        {part !== null && ` of ${counted(expected ?? 0, 'event')}`}
      </p>
      <p role="status" className="unseen">
        {so.bytes === 0 ? 'The export begins' : 'The export is under way'}
      </p>
      <Button variant="default" onClick={stop}>
        Stop
      </Button>
    </div>
  )
}

const Failed = ({ run, again, close }: { run: Run; again: () => void; close: () => void }) => (
  <div className="export-run" role="alert">
    <p>
      <strong>The export failed{run.so.events > 0 && ` after ${counted(run.so.events, 'event')}`}.</strong> {run.fault}
    </p>
    <p>Nothing was saved: half a trail would look like a whole one.</p>
    <div className="export-ways">
      <Button onClick={again}>Try again</Button>
      <Button variant="default" onClick={close}>
        Close
      </Button>
    </div>
  </div>
)

const KB = 1000
const sizeOf = (bytes: number): string =>
  bytes < KB * KB ? `${inFigures(Math.ceil(bytes / KB))} kB` : `${(bytes / KB / KB).toFixed(1)} MB`
