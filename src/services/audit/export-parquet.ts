import { createHash } from 'node:crypto'
import { ocsfClasses } from '../../policy/ocsf-classes.ts'
import type { OcsfClass } from '../../policy/ocsf-classes.ts'
import { toOcsf } from '../../policy/ocsf.ts'
import type { OcsfEvent } from '../../policy/ocsf.ts'
import type { Form } from './export-forms.ts'
import { eventsIn } from './export-slices.ts'
import { parquetOf } from './parquet-file.ts'
import { tarEnd, tarEntry } from './tar.ts'

/** What is held back of one class, so that a file of it is worth the name. */
const EVENTS_A_FILE = 2000

interface Written {
  readonly path: string
  readonly rows: number
  readonly sha256: string
}

/**
 * A tar of Parquet files in the layout of a security lake: one class of events a file, by day of UTC. Its last member is
 * `manifest.json`, or `failed.json` where it broke off.
 */
export function parquetForm(now: Date, orgId: string): Form {
  const held = new Map<OcsfClass, OcsfEvent[]>()
  const files: Written[] = []
  let day = ''

  function file(classUid: OcsfClass): Buffer {
    const events = held.get(classUid) ?? []
    held.delete(classUid)
    const part = String(files.length + 1).padStart(6, '0')
    const path = `ext/castellan_${ocsfClasses[classUid].name}/region=global/accountId=${orgId}/eventDay=${day}/part-${part}.parquet`
    const bytes = parquetOf(events)
    files.push({ path, rows: events.length, sha256: createHash('sha256').update(bytes).digest('hex') })
    return tarEntry(path, bytes, now)
  }

  const all = (): Buffer => Buffer.concat([...held.keys()].map(file))

  function take(event: OcsfEvent): Buffer[] {
    const ofDay = new Date(event.time).toISOString().slice(0, 10).replaceAll('-', '')
    const before = ofDay === day ? [] : [all()]
    day = ofDay
    const events = held.get(event.class_uid) ?? []
    held.set(event.class_uid, events)
    events.push(event)
    return events.length < EVENTS_A_FILE ? before : [...before, file(event.class_uid)]
  }

  const told = (name: string, said: object): Buffer =>
    Buffer.concat([tarEntry(name, Buffer.from(`${JSON.stringify(said, null, 2)}\n`), now), tarEnd])

  return {
    type: 'application/x-tar',
    extension: 'parquet.tar',
    as: 'json',
    begin: () => Buffer.alloc(0),
    add: (slice) => Buffer.concat(eventsIn(slice).flatMap((event) => take(toOcsf(event)))),
    rest: all,
    end: (manifest) => told('manifest.json', { ...manifest, files }),
    failed: (failure) => told('failed.json', { ...failure, files }),
  }
}
