import Document from 'pdfkit'
import { expect, test } from 'vitest'
import { bold, plain, registerFonts, regular } from './report-pdf-style.ts'

test('names of people are told as they write them, in Latin, Greek and Cyrillic; what cannot be is a question mark', () => {
  const names = 'Łukasz Dvořák, Ñuño Ağaoğlu, Πέτρος Ώρα, Юлія Жданова, Nguyễn Thị Ánh: “5 €” – 3 ‰'
  expect(plain(names)).toBe(names)
  expect(plain('Dvořák'.normalize('NFD'))).toBe('Dvořák')
  expect(plain('山田 😀 \u200b')).toBe('?? ? ?')
})

test('every letter that is told as it is has a shape in both fonts', () => {
  const doc = new Document()
  registerFonts(doc)
  for (const font of [regular, bold]) {
    const { _font } = font(doc) as unknown as { _font: { font: { hasGlyphForCodePoint(point: number): boolean } } }
    const without: string[] = []
    let told = 0
    for (let point = 0x20; point < 0x10000; point++) {
      if (point >= 0xd800 && point < 0xe000) continue
      const letter = String.fromCodePoint(point)
      if (plain(letter) !== letter) continue
      told++
      if (!_font.font.hasGlyphForCodePoint(point)) without.push(letter)
    }
    expect(without).toEqual([])
    expect(told).toBeGreaterThan(1200)
  }
})
