import { controlStatuses } from '../../types/compliance.ts'
import type { ComplianceEvidence, ComplianceException, ComplianceReport } from '../../types/compliance.ts'
import { integrityWords, minute, reading, statusColours, statusWords } from './report-words.ts'
import {
  badge,
  body,
  bold,
  bottomOf,
  heading,
  inAscii,
  INK,
  line,
  LINE,
  MARGIN,
  PAPER,
  plain,
  QUIET,
  regular,
  room,
  widthOf,
} from './report-pdf-style.ts'
import type { Doc } from './report-pdf-style.ts'

export function summaryPage(doc: Doc, report: ComplianceReport): void {
  doc.addPage()
  heading(doc, 'Summary')
  statusBar(doc, report)
  legend(doc, report)
  for (const text of reading)
    body(doc, QUIET)
      .text(text, MARGIN, doc.y, { width: widthOf(doc), lineGap: 2 })
      .moveDown(0.6)
  const worst = report.evidence.filter(({ exceptionsTotal }) => exceptionsTotal > 0)
  if (worst.length === 0) return
  doc.moveDown(0.8)
  bold(doc).fontSize(12).fillColor(INK).text('Where the exceptions are', MARGIN).moveDown(0.5)
  const most = Math.max(...worst.map(({ exceptionsTotal }) => exceptionsTotal))
  for (const evidence of worst.toSorted((a, b) => b.exceptionsTotal - a.exceptionsTotal)) bar(doc, evidence, most)
}

function statusBar(doc: Doc, { summary, controls }: ComplianceReport): void {
  const { y } = doc
  let x = MARGIN
  for (const status of controlStatuses) {
    const width = (widthOf(doc) * summary[status]) / controls.length
    if (width > 0) doc.rect(x, y, width, 22).fill(statusColours[status])
    if (width > 16)
      bold(doc)
        .fontSize(10)
        .fillColor('#ffffff')
        .text(String(summary[status]), x, y + 6.5, { width, align: 'center' })
    x += width
  }
  doc.y = y + 32
}

function legend(doc: Doc, { summary }: ComplianceReport): void {
  const { y } = doc
  let x = MARGIN
  for (const status of controlStatuses) {
    doc.rect(x, y, 9, 9).fill(statusColours[status])
    const label = `${statusWords[status]} (${summary[status]})`
    body(doc).text(label, x + 14, y, { lineBreak: false })
    x += doc.widthOfString(label) + 34
  }
  doc.y = y + 26
}

function bar(doc: Doc, { title, exceptionsTotal, population }: ComplianceEvidence, most: number): void {
  room(doc, 20)
  const { y } = doc
  const from = MARGIN + 215
  const width = Math.max(3, ((widthOf(doc) - 275) * exceptionsTotal) / most)
  body(doc).text(title, MARGIN, y, { width: 205, height: 11, ellipsis: true })
  doc.rect(from, y, width, 9).fill(statusColours.exceptions)
  body(doc, QUIET).text(`${exceptionsTotal} of ${Math.max(population, exceptionsTotal)}`, from + width + 6, y, {
    lineBreak: false,
  })
  doc.y = y + 18
}

export function controlPages(doc: Doc, { controls, evidence }: ComplianceReport): void {
  doc.addPage()
  heading(doc, 'Controls')
  const width = widthOf(doc)
  const [first, second, third] = [MARGIN + 105, MARGIN + 105 + (width - 215), MARGIN + width - 105]
  for (const { id, title, status, evidence: rests } of controls) {
    const titles = rests.map((one) => evidence.find((of) => of.id === one)?.title ?? one).join('; ')
    const told = { width: second - first - 12 }
    const height =
      body(doc).heightOfString(plain(title), told) + doc.fontSize(8).heightOfString(plain(titles), told) + 16
    room(doc, height)
    const { y } = doc
    line(doc, y)
    bold(doc)
      .fontSize(9.5)
      .fillColor(INK)
      .text(plain(id), MARGIN, y + 7, { width: 100 })
    body(doc).text(plain(title), first, y + 7, told)
    regular(doc)
      .fontSize(8)
      .fillColor(QUIET)
      .text(plain(titles), first, doc.y + 1, told)
    badge(doc, status, [third, y + 6])
    doc.y = y + height
  }
  line(doc, doc.y)
}

export function evidencePages(doc: Doc, { evidence }: ComplianceReport): void {
  doc.addPage()
  heading(doc, 'Evidence')
  for (const one of evidence) evidenceBlock(doc, one)
}

function evidenceBlock(doc: Doc, evidence: ComplianceEvidence): void {
  const { title, counts, status, population, exceptionsTotal, exceptions, figures } = evidence
  room(doc, exceptions.length === 0 ? 62 : 100)
  const { y } = doc
  bold(doc)
    .fontSize(11)
    .fillColor(INK)
    .text(title, MARGIN, y + 1, { lineBreak: false })
  const after = MARGIN + doc.widthOfString(title) + 10
  badge(doc, status, [after, y - 1])
  const more = Object.entries(figures).map(([name, n]) => `  ·  ${wordsOf(name)} ${n}`)
  body(doc).text(`Looked at ${population}  ·  exceptions ${exceptionsTotal}${more.join('')}`, MARGIN, y + 19, {
    width: widthOf(doc),
  })
  regular(doc)
    .fontSize(8)
    .fillColor(QUIET)
    .text(`Counts as an exception: ${counts}`, MARGIN, doc.y + 2, { width: widthOf(doc) })
  doc.y += 6
  for (const exception of exceptions) exceptionRow(doc, exception)
  if (exceptionsTotal > exceptions.length) {
    room(doc, 16)
    body(doc, QUIET).text(
      `The first ${exceptions.length} of ${exceptionsTotal}; the report in JSON and the trail have the rest.`,
      MARGIN,
      doc.y + 3,
    )
  }
  doc.y += 14
}

/** `withoutReason` → `without reason`. */
const wordsOf = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

function exceptionRow(doc: Doc, { at, description, subject, eventId, href }: ComplianceException): void {
  const told = { width: widthOf(doc) - 120 }
  const which = `${subject.type} ${subject.id}${eventId === null || eventId === subject.id ? '' : `  ·  event ${eventId}`}`
  const height = regular(doc).fontSize(8.5).heightOfString(plain(description), told) + 22
  room(doc, height)
  const { y } = doc
  doc.rect(MARGIN, y, widthOf(doc), height - 4).fill(PAPER)
  doc.rect(MARGIN, y, 2, height - 4).fill(statusColours.exceptions)
  regular(doc)
    .fontSize(8.5)
    .fillColor(QUIET)
    .text(at === null ? '' : minute(at), MARGIN + 10, y + 4, { lineBreak: false })
  doc.fillColor(INK).text(plain(description), MARGIN + 112, y + 4, told)
  doc
    .font('Courier')
    .fontSize(6.5)
    .fillColor(QUIET)
    .text(inAscii(which), MARGIN + 112, doc.y + 1, { lineBreak: false, link: href })
  doc.y = y + height
}

export function integrityPage(doc: Doc, report: ComplianceReport): void {
  doc.addPage()
  heading(doc, 'Integrity of the records')
  for (const text of integrityWords(report))
    body(doc)
      .text(text, MARGIN, doc.y, { width: widthOf(doc), lineGap: 2.5 })
      .moveDown(0.8)
  const { checkpoint } = report.integrity
  if (checkpoint === null) return
  doc.font('Courier').fontSize(7.5)
  const inside = { width: widthOf(doc) - 24, lineGap: 2 }
  const height = Math.min(doc.heightOfString(checkpoint.note, inside) + 20, bottomOf(doc) - doc.y)
  const { y } = doc
  doc.rect(MARGIN, y, widthOf(doc), height).fillAndStroke(PAPER, LINE)
  doc.fillColor(INK).text(checkpoint.note, MARGIN + 12, y + 10, { ...inside, height: height - 20 })
}
