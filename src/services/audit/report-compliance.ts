import type { Context } from '../../context.ts'
import { found } from '../../errors/refusal.ts'
import { frameworks } from '../../policy/compliance-controls.ts'
import type { Control } from '../../policy/compliance-controls.ts'
import { evidenceTitles, statusOfControl, statusOfEvidence } from '../../policy/compliance-evidence.ts'
import { countSealed, findCheckpointAtHand, findEvidence } from '../../queries/audit-evidence.ts'
import type { EvidenceScope, FoundException } from '../../queries/audit-evidence.ts'
import { findOrganization } from '../../queries/organizations.ts'
import { controlStatuses } from '../../types/compliance.ts'
import type {
  ComplianceControl,
  ComplianceEvidence,
  ComplianceException,
  ComplianceReport,
  ReportQuery,
} from '../../types/compliance.ts'
import type { FileAnswer } from '../../types/file-answer.ts'
import { periodOf } from './period.ts'
import { record } from './record.ts'
import { reportAsHtml } from './report-html.ts'
import { reportAsPdf } from './report-pdf.ts'

/**
 * What the data says of each control of a framework. That it was asked is on record: in the provider's own trail, as a report would
 * otherwise be evidence for the next.
 */
export async function reportCompliance(ctx: Context, query: ReportQuery): Promise<ComplianceReport | FileAnswer> {
  const { framework, format, organizationId = null } = query
  const organization = organizationId === null ? null : found(await ctx.db.run(findOrganization(organizationId)))
  const scope = { organizationId, ...periodOf(query, ctx.now) }
  const { name, controls } = frameworks[framework]
  const evidence = await gather(ctx, controls, scope)
  const [counted, checkpoint] = await ctx.db.batch([countSealed(scope), findCheckpointAtHand()])
  const judged = controls.map((control) => judge(control, evidence))
  const report: ComplianceReport = {
    framework: { id: framework, name },
    organization: organization && { id: organization.id, name: organization.name },
    from: scope.from,
    to: scope.to,
    generatedAt: ctx.now.toISOString(),
    generatedBy: ctx.principal.email,
    summary: summaryOf(judged),
    controls: judged,
    evidence,
    integrity: { ...counted, checkpoint },
  }
  await ctx.db.run(
    record(ctx, {
      action: 'audit.report_made',
      orgId: ctx.principal.orgId,
      resource: { type: 'compliance_report', id: framework },
      description: `Made a report on ${name}`,
      details: { framework, format, ...scope, summary: report.summary },
    }),
  )
  return format === 'json' ? report : asFile(forPeople(report), format)
}

/** One after the other: a report is in no hurry, and others want connections too. */
async function gather(
  { db, settings }: Context,
  controls: readonly Control[],
  scope: EvidenceScope,
): Promise<ComplianceEvidence[]> {
  const gathered: ComplianceEvidence[] = []
  for (const id of new Set(controls.flatMap((control) => control.evidence))) {
    const { exceptions, ...evidence } = await db.run(findEvidence(id, scope))
    gathered.push({
      id,
      title: evidenceTitles[id].title,
      counts: evidenceTitles[id].exception,
      status: statusOfEvidence(evidence),
      ...evidence,
      exceptions: exceptions.map((exception) => toException(exception, settings.publicUrl)),
    })
  }
  return gathered
}

/** With an address that leads from paper to the trail. */
function toException({ subjectType, subjectId, ...exception }: FoundException, publicUrl: string): ComplianceException {
  const { organizationId, at, eventId } = exception
  const where = new URLSearchParams(organizationId === null ? {} : { organizationId })
  if (eventId !== null && at !== null) {
    where.set('from', at)
    where.set('to', new Date(Date.parse(at) + 1).toISOString())
  } else where.set('resourceId', subjectId)
  return {
    ...exception,
    subject: { type: subjectType, id: subjectId },
    href: `${publicUrl}/api/audit/logs?${where.toString()}`,
  }
}

/** Paper leads its reader to the console, where they can sign in. */
const forPeople = (report: ComplianceReport): ComplianceReport => ({
  ...report,
  evidence: report.evidence.map((one) => ({
    ...one,
    exceptions: one.exceptions.map((exception) => ({
      ...exception,
      href: pageOf(exception),
    })),
  })),
})

function pageOf({ href, eventId }: ComplianceException): string {
  const page = new URL(href)
  page.pathname = '/audit'
  if (!page.searchParams.has('from')) page.searchParams.set('last', '1y')
  if (eventId !== null) page.searchParams.set('event', eventId)
  return page.href
}

function judge({ id, title, evidence }: Control, gathered: readonly ComplianceEvidence[]): ComplianceControl {
  const rests = gathered.filter((one) => evidence.some((needed) => needed === one.id))
  return {
    ...{ id, title, status: statusOfControl(rests), evidence: [...evidence] },
    figures: Object.fromEntries(rests.map((one) => [one.id, figuresOf(one)])),
    exceptions: rests.flatMap(({ exceptions }) => exceptions),
  }
}

const figuresOf = ({ population, exceptionsTotal, figures }: ComplianceEvidence): Record<string, number> => ({
  population,
  exceptionsTotal,
  ...figures,
})

const summaryOf = (controls: readonly ComplianceControl[]): ComplianceReport['summary'] =>
  Object.fromEntries(
    controlStatuses.map((status) => [status, controls.filter((control) => control.status === status).length]),
  ) as ComplianceReport['summary']

function asFile(report: ComplianceReport, format: 'html' | 'pdf'): FileAnswer {
  const day = report.generatedAt.slice(0, 10)
  const name = `castellan-${report.framework.id}-${day}.${format}`
  if (format === 'pdf') return { name, type: 'application/pdf', file: () => reportAsPdf(report) }
  return { name, type: 'text/html; charset=utf-8', file: () => once(reportAsHtml(report)) }
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}
