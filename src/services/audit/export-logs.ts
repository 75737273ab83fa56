import { createHash } from 'node:crypto'
import type { Context } from '../../context.ts'
import { currentSnapshot } from '../../queries/audit-export.ts'
import { findLastCheckpoint } from '../../queries/audit-seals.ts'
import { findOrganization } from '../../queries/organizations.ts'
import type { ExportFormat, ExportQuery } from '../../types/audit-export.ts'
import type { FileAnswer } from '../../types/file-answer.ts'
import { ocsfForm } from './export-ocsf.ts'
import { parquetForm } from './export-parquet.ts'
import { csvForm, ndjsonForm } from './export-forms.ts'
import type { Form, Manifest } from './export-forms.ts'
import { slicesOf } from './export-slices.ts'
import type { Exported } from './export-slices.ts'
import { record } from './record.ts'

const forms: Readonly<Record<ExportFormat, (now: Date, orgId: string) => Form>> = {
  csv: csvForm,
  ndjson: ndjsonForm,
  ocsf: ocsfForm,
  parquet: parquetForm,
}

/** The trail as it is now, oldest first, as a file that says at its end that it is whole. On record before its first byte leaves. */
export async function exportLogs(ctx: Context, asked: ExportQuery): Promise<FileAnswer> {
  const { format, after = null, ...filter } = asked
  const { organizationId } = filter
  const [{ text }, organization] = await ctx.db.batch([
    currentSnapshot(),
    findOrganization(organizationId ?? ctx.principal.orgId),
  ])
  const orgId = organization?.id ?? ctx.principal.orgId
  await ctx.db.run(
    record(ctx, {
      action: 'audit.exported',
      orgId,
      resource: { type: 'audit_trail', id: organizationId ?? 'all' },
      description: `Exported the trail as ${format}`,
      details: { format, filter, after },
    }),
  )
  const form = forms[format](ctx.now, orgId)
  const exported = { filter, after, seen: { text, at: ctx.now.toISOString() }, as: form.as }
  return {
    name: `castellan-audit-${ctx.now.toISOString().replaceAll(/[:.]/g, '-')}.${form.extension}`,
    type: form.type,
    file: (signal) => written(ctx, { form, format, exported }, signal),
  }
}

interface Work {
  readonly form: Form
  readonly format: ExportFormat
  readonly exported: Exported
}

async function* written(
  ctx: Context,
  { form, format, exported }: Work,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  const hashed = (bytes: Buffer): Buffer => (hash.update(bytes), bytes)
  let rows = 0
  let last = exported.after
  let [least, greatest] = [Infinity, -Infinity]
  try {
    yield hashed(form.begin())
    for await (const slice of slicesOf(ctx, exported, signal)) {
      yield hashed(form.add(slice))
      rows += slice.rows
      last = slice.last
      least = Math.min(least, slice.sequences?.[0] ?? Infinity)
      greatest = Math.max(greatest, slice.sequences?.[1] ?? -Infinity)
    }
    yield hashed(form.rest())
    const checkpoint = await ctx.db.run(findLastCheckpoint())
    const ofOne = exported.filter.organizationId !== undefined && least !== Infinity
    const manifest: Manifest = {
      complete: true,
      format,
      filter: exported.filter,
      after: exported.after,
      exportedAt: ctx.now.toISOString(),
      exportedBy: ctx.principal.email,
      rows,
      firstSequence: ofOne ? least : null,
      lastSequence: ofOne ? greatest : null,
      sha256: hash.digest('hex'),
      checkpoint: checkpoint?.note ?? null,
    }
    yield form.end(manifest)
  } catch (error) {
    if (signal.aborted) return
    yield form.failed({ complete: false, rows, after: last && `${last.occurredAt},${last.id}` })
    throw error
  }
}
