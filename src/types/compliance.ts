import { z } from 'zod'
import { instant, uuid } from './text.ts'

export const reportFrameworks = ['soc2', 'iso27001', 'hipaa', 'pci_dss', 'gdpr', 'nis2'] as const
export const reportFormats = ['json', 'html', 'pdf'] as const

export const ReportQuery = z
  .strictObject({
    framework: z.enum(reportFrameworks),
    from: instant.optional().meta({ description: 'The first instant; 30 days before the end when absent.' }),
    to: instant.optional().meta({ description: 'The instant before which it ends; now when absent.' }),
    organizationId: uuid.optional(),
    format: z.enum(reportFormats).default('json'),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, {
    path: ['to'],
    error: 'Must be later than `from`',
  })
export type ReportQuery = z.output<typeof ReportQuery>

export const controlStatuses = ['met', 'exceptions', 'not_evidenced', 'manual'] as const
const ControlStatus = z.enum(controlStatuses)
export type ControlStatus = z.infer<typeof ControlStatus>

const Exception = z
  .object({
    description: z.string(),
    subject: z.object({ type: z.string(), id: z.string() }),
    organizationId: z.guid().nullable(),
    at: z.iso.datetime().nullable(),
    eventId: z.guid().nullable().meta({ description: 'The event that shows it, where one does.' }),
    href: z.string().meta({ description: 'The events in the trail that it is about.' }),
  })
  .meta({ id: 'ComplianceException' })
export type ComplianceException = z.infer<typeof Exception>

const Evidence = z
  .object({
    id: z.string(),
    title: z.string(),
    counts: z.string().meta({ description: 'What counts as an exception.' }),
    status: ControlStatus,
    population: z.int().meta({ description: 'How many there were to look at.' }),
    exceptionsTotal: z.int(),
    exceptions: z.array(Exception).meta({ description: 'The first 200.' }),
    figures: z.record(z.string(), z.number()),
  })
  .meta({ id: 'ComplianceEvidence' })
export type ComplianceEvidence = z.infer<typeof Evidence>

const Control = z
  .object({
    id: z.string(),
    title: z.string(),
    status: ControlStatus,
    evidence: z.array(z.string()).meta({ description: 'What it rests on, by id.' }),
    figures: z.record(z.string(), z.record(z.string(), z.number())).meta({
      description: 'Of each: how many there were to look at, how many exceptions, and what else was counted.',
    }),
    exceptions: z.array(Exception).meta({ description: 'Those of all that it rests on.' }),
  })
  .meta({ id: 'ComplianceControl' })
export type ComplianceControl = z.infer<typeof Control>

export const ComplianceReport = z
  .object({
    framework: z.object({ id: z.enum(reportFrameworks), name: z.string() }),
    organization: z
      .object({ id: z.guid(), name: z.string() })
      .nullable()
      .meta({ description: 'Null: the whole platform.' }),
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    generatedAt: z.iso.datetime(),
    generatedBy: z.string(),
    summary: z.object({ met: z.int(), exceptions: z.int(), not_evidenced: z.int(), manual: z.int() }),
    controls: z.array(Control),
    evidence: z.array(Evidence).meta({ description: 'Each once, though several controls may rest on it.' }),
    integrity: z
      .object({
        events: z.int(),
        sealed: z.int(),
        unaccounted: z.int(),
        checkpoint: z.object({ id: z.int(), note: z.string(), createdAt: z.iso.datetime() }).nullable(),
      })
      .meta({ description: 'Of the period, and the latest signed checkpoint when the report was made.' }),
  })
  .meta({ id: 'ComplianceReport' })
export type ComplianceReport = z.infer<typeof ComplianceReport>
