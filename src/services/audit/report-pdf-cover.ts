import { controlStatuses } from '../../types/compliance.ts'
import type { ComplianceReport } from '../../types/compliance.ts'
import { minute, periodWords, statusColours, statusWords } from './report-words.ts'
import { ACCENT, body, bold, INK, MARGIN, plain, QUIET, regular, widthOf } from './report-pdf-style.ts'
import type { Doc } from './report-pdf-style.ts'

export function coverPage(doc: Doc, report: ComplianceReport): void {
  const { framework, organization, summary, generatedAt, generatedBy, integrity } = report
  doc.rect(0, 0, doc.page.width, 250).fill(ACCENT)
  regular(doc).fillColor('#ffffff').fontSize(11)
  doc.text('CASTELLAN', MARGIN, 70, { characterSpacing: 3 })
  bold(doc).fontSize(26).text('Compliance evidence', MARGIN, 120, { characterSpacing: 0 })
  regular(doc)
    .fontSize(15)
    .text(plain(framework.name), MARGIN, 160, { width: widthOf(doc) })

  doc.y = 290
  fact(doc, 'Organization', organization?.name ?? 'All organizations of the platform')
  fact(doc, 'Period', periodWords(report))
  fact(doc, 'Made', `${minute(generatedAt)} by ${generatedBy}`)
  fact(
    doc,
    'Checkpoint',
    integrity.checkpoint ? `No. ${integrity.checkpoint.id} of ${minute(integrity.checkpoint.createdAt)}` : 'None yet',
  )

  const y = 500
  const width = widthOf(doc) / controlStatuses.length
  for (const [i, status] of controlStatuses.entries()) {
    const x = MARGIN + i * width
    doc.rect(x, y, width - 10, 3).fill(statusColours[status])
    bold(doc)
      .fontSize(30)
      .fillColor(INK)
      .text(String(summary[status]), x, y + 14, { lineBreak: false })
    regular(doc)
      .fontSize(9.5)
      .fillColor(QUIET)
      .text(statusWords[status], x, y + 50, { width: width - 10 })
  }
}

function fact(doc: Doc, name: string, value: string): void {
  const { y } = doc
  body(doc, QUIET).text(name, MARGIN, y)
  regular(doc)
    .fontSize(12)
    .fillColor(INK)
    .text(plain(value), MARGIN + 100, y - 1.5, { width: widthOf(doc) - 100 })
  doc.moveDown(0.9)
}
