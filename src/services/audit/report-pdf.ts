import Document from 'pdfkit'
import type { ComplianceReport } from '../../types/compliance.ts'
import { coverPage } from './report-pdf-cover.ts'
import { controlPages, evidencePages, integrityPage, summaryPage } from './report-pdf-pages.ts'
import { footers, MARGIN, registerFonts } from './report-pdf-style.ts'

/** A document that one hands to an auditor: cover, summary, controls, evidence with its exceptions, integrity. */
export function reportAsPdf(report: ComplianceReport): AsyncIterable<Uint8Array> {
  const doc = new Document({
    size: 'A4',
    margins: { top: MARGIN, bottom: MARGIN, left: MARGIN, right: MARGIN },
    bufferPages: true,
    lang: 'en',
    displayTitle: true,
    info: {
      Title: `${report.framework.name}: ${report.organization?.name ?? 'all organizations'}`,
      Author: 'Castellan',
      CreationDate: new Date(report.generatedAt),
    },
  })
  registerFonts(doc)
  coverPage(doc, report)
  summaryPage(doc, report)
  controlPages(doc, report)
  evidencePages(doc, report)
  integrityPage(doc, report)
  footers(doc, report)
  doc.end()
  return doc
}
