import { toOcsf } from '../../policy/ocsf.ts'
import type { OcsfEvent } from '../../policy/ocsf.ts'
import type { Form } from './export-forms.ts'
import { eventsIn } from './export-slices.ts'
import { openParquet } from './parquet-file.ts'

/** What is held back, so that a row group is worth the name, and none keeps others waiting while it is written. */
const EVENTS_A_GROUP = 4000
/** Of the footer's metadata. */
const MANIFEST = 'castellan.manifest'

/**
 * One Parquet file of OCSF events, row groups as they come. Its footer has the manifest. Where it broke off a line comes last, which no
 * reader of Parquet takes for an end; without the line it is a file of what there is.
 */
export function parquetForm(): Form {
  const file = openParquet()
  let held: OcsfEvent[] = []

  function group(): Buffer {
    const bytes = file.add(held)
    held = []
    return bytes
  }

  function take(event: OcsfEvent): Buffer[] {
    held.push(event)
    return held.length < EVENTS_A_GROUP ? [] : [group()]
  }

  return {
    type: 'application/vnd.apache.parquet',
    extension: 'parquet',
    as: 'json',
    begin: () => file.begun,
    add: (slice) => Buffer.concat(eventsIn(slice).flatMap((event) => take(toOcsf(event)))),
    rest: group,
    end: (manifest) => file.end({ [MANIFEST]: JSON.stringify(manifest) }),
    failed: (failed) => Buffer.concat([group(), file.end({}), Buffer.from(`\n${JSON.stringify({ failed })}\n`)]),
  }
}
