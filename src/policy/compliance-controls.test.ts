import { describe, expect, test } from 'vitest'
import { frameworks } from './compliance-controls.ts'
import { evidenceTitles, statusOfControl, statusOfEvidence } from './compliance-evidence.ts'

const sentence = /^[A-Z][^.]{5,}$/

describe.each(Object.entries(frameworks))('%s', (_id, { name, controls }) => {
  test('has a name and controls, each once', () => {
    expect(name).toMatch(/^[A-Z].{3,}/)
    expect(controls.length).toBeGreaterThan(5)
    expect(new Set(controls.map(({ id }) => id)).size).toBe(controls.length)
  })

  test.each(controls.map((one) => [one.id, one] as const))('%s says what it is and what shows it', (id, control) => {
    expect(id).not.toBe('')
    expect(control.title).toMatch(sentence)
    for (const evidence of control.evidence) expect(Object.keys(evidenceTitles)).toContain(evidence)
    expect(new Set(control.evidence).size).toBe(control.evidence.length)
  })

  test('asks our data for some of its controls, and people for others', () => {
    expect(controls.filter(({ evidence }) => evidence.length > 0).length).toBeGreaterThan(2)
    expect(controls.some(({ evidence }) => evidence.length === 0)).toBe(true)
  })
})

test('every evidence says what is looked at and what is an exception, and some control asks for it', () => {
  const asked = new Set<string>(
    Object.values(frameworks).flatMap(({ controls }) => controls.flatMap(({ evidence }) => evidence)),
  )
  for (const [id, { title, exception }] of Object.entries(evidenceTitles)) {
    expect(title, id).toMatch(/^[A-Z].{5,}/)
    expect(exception, id).toMatch(/^(One|More|An|None)\b.{5,}/)
    expect(asked.has(id), id).toBe(true)
  }
})

const met = { population: 3, exceptionsTotal: 0 }
const exceptions = { population: 3, exceptionsTotal: 1 }
const nothing = { population: 0, exceptionsTotal: 0 }

test('an evidence is met where something was looked at and nothing is wrong with it', () => {
  expect([met, exceptions, nothing].map(statusOfEvidence)).toEqual(['met', 'exceptions', 'not_evidenced'])
})

test('a control is as good as the worst of its evidence; without any it is for a person to judge', () => {
  expect(statusOfControl([])).toBe('manual')
  expect(statusOfControl([met, met])).toBe('met')
  expect(statusOfControl([met, nothing])).toBe('not_evidenced')
  expect(statusOfControl([met, nothing, exceptions])).toBe('exceptions')
})
