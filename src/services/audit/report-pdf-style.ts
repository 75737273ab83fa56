import { fileURLToPath } from 'node:url'
import type { ComplianceReport, ControlStatus } from '../../types/compliance.ts'
import { minute, statusColours, statusWords } from './report-words.ts'

export type Doc = PDFKit.PDFDocument

export const MARGIN = 56
export const INK = '#1f2328'
export const QUIET = '#57606a'
export const LINE = '#d0d7de'
export const PAPER = '#f6f8fa'
export const ACCENT = '#0b3d5c'

export const widthOf = (doc: Doc): number => doc.page.width - 2 * MARGIN
export const bottomOf = (doc: Doc): number => doc.page.height - MARGIN - 24

/** What the embedded fonts know: Latin with all its marks, Greek, Cyrillic. They are as wide as Helvetica, and part of the file. */
const REGULAR = 'Arimo'
const BOLD = 'Arimo Bold'
const unknown =
  /[^\n\u0020-\u007e\u00a0-\u024f\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03ff\u0400-\u052f\u1e00-\u1eff\u2010-\u2015\u2018-\u201e\u2020-\u2022\u2026\u2030\u20ac]/gu

/** What they do not know is told as a question mark. */
export const plain = (text: string): string => text.normalize('NFC').replaceAll(unknown, '?')

/** For Courier, which every reader has, for ids. */
export const inAscii = (text: string): string => text.replaceAll(/[^\u0020-\u007e\u00b7]/gu, '?')

export function registerFonts(doc: Doc): void {
  doc.registerFont(REGULAR, fileURLToPath(new URL('./fonts/arimo-regular.ttf', import.meta.url)))
  doc.registerFont(BOLD, fileURLToPath(new URL('./fonts/arimo-bold.ttf', import.meta.url)))
}

export const regular = (doc: Doc): Doc => doc.font(REGULAR)
export const bold = (doc: Doc): Doc => doc.font(BOLD)

export function heading(doc: Doc, text: string): void {
  bold(doc).fontSize(18).fillColor(ACCENT).text(plain(text), MARGIN, doc.y)
  doc.moveDown(0.6)
}

export const body = (doc: Doc, colour = INK): Doc => regular(doc).fontSize(9.5).fillColor(colour)

/** Begins a page when there is no room for so many points. */
export function room(doc: Doc, height: number): void {
  if (doc.y + height > bottomOf(doc)) doc.addPage()
}

/** A label of a status; its place is given by the upper left corner. @returns its width */
export function badge(doc: Doc, status: ControlStatus, [x, y]: readonly [number, number]): number {
  bold(doc).fontSize(7.5)
  const label = statusWords[status]
  const width = doc.widthOfString(label) + 12
  doc.roundedRect(x, y, width, 14, 3).fill(statusColours[status])
  doc.fillColor('#ffffff').text(label, x + 6, y + 3.8, { lineBreak: false })
  return width
}

export function line(doc: Doc, y: number): void {
  doc
    .moveTo(MARGIN, y)
    .lineTo(MARGIN + widthOf(doc), y)
    .lineWidth(0.5)
    .strokeColor(LINE)
    .stroke()
}

/** On every page but the cover, once the number of pages is known. */
export function footers(doc: Doc, { framework, organization, generatedAt }: ComplianceReport): void {
  const { start, count } = doc.bufferedPageRange()
  for (let page = start + 1; page < start + count; page++) {
    doc.switchToPage(page)
    const y = doc.page.height - MARGIN + 4
    doc.page.margins.bottom = 0
    line(doc, y - 8)
    const left = `${framework.name}  ·  ${organization?.name ?? 'All organizations'}  ·  ${minute(generatedAt)}`
    regular(doc).fontSize(7.5).fillColor(QUIET)
    doc.text(plain(left), MARGIN, y, { width: widthOf(doc) - 70, height: 10, ellipsis: true, lineBreak: false })
    doc.text(`${page + 1} of ${count}`, MARGIN, y, { width: widthOf(doc), align: 'right', lineBreak: false })
    doc.page.margins.bottom = MARGIN
  }
}
