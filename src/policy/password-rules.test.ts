import { describe, expect, test } from 'vitest'
import { normalisePassword, passwordFaults } from './password-rules.ts'

const owner = {
  person: { email: 'a.lovelace@northwind.example', firstName: 'Ada', lastName: 'Lovelace' },
  organizationName: 'Wayne Enterprises GmbH',
}
const faultsOf = (password: string): string[] => passwordFaults(password, owner)

const tooShort = 'Must have at least 15 characters'
const tooLong = 'Must have at most 256 bytes in UTF-8'
const common = 'Must not be a commonly used password, a sequence or a repetition'
const madeOfNames = "Must not be made of your name, your organization's or the product's"

test.each([
  'correct horse battery staple',
  'xk4-Tq9!vv2#Lm0',
  'turquoise lemons',
  '               zqjv 8 fk  ',
  '!@#$%^&*()_+{}|:"<>?',
  'ひみつのことばはながいほどよい',
  'пятнадцать букв или больше',
])('accepts %s without asking for any kind of character', (password) => expect(faultsOf(password)).toEqual([]))

describe('length', () => {
  test('is at least 15 characters', () => {
    expect(faultsOf('xk4-Tq9!vv2#Lm')).toEqual([tooShort])
    expect(faultsOf('xk4-Tq9!vv2#Lm0')).toEqual([])
    expect(faultsOf('')).toEqual([tooShort])
  })

  test('counts characters as people do: code points of the composed form', () => {
    expect(faultsOf('🛡🔑🚪🏰🐉🌲🍋🌊🔥🎻🚀🧭🕰🪶')).toEqual([tooShort])
    expect(faultsOf('🛡🔑🚪🏰🐉🌲🍋🌊🔥🎻🚀🧭🕰🪶🧲')).toEqual([])
    expect(faultsOf('a\u0308b\u0301o\u0308u\u0308e\u0301i\u0308n\u0303c\u0327')).toEqual([tooShort])
  })

  test('is at most 256 bytes of the composed form', () => {
    const long = (bytes: number) => 'the quick brown fox jumps over a lazy dog'.repeat(7).slice(0, bytes - 1)
    expect(faultsOf(`${long(256)}x`)).toEqual([])
    expect(faultsOf(`${long(257)}x`)).toEqual([tooLong])
    expect(faultsOf(`${long(254)}e\u0301`)).toEqual([])
    expect(faultsOf(`${long(256)}é`)).toEqual([tooLong])
  })
})

test('half a character is refused: two different ones would be hashed alike', () => {
  expect(faultsOf('xk4-Tq9!vv2#Lm0\ud800')).toEqual(['Must be well-formed Unicode'])
})

describe('common passwords', () => {
  test.each([
    'passwordpassword',
    'PasswordPassword',
    'qwerty123456789',
    '1QAZ2wsx3edc4rfv',
    'aaaaaaaaaaaaaaa',
    'aAaAaAaAaAaAaAa',
    'abcabcabcabcabc',
    'abcdefgabcdefgabcdefg',
    'abcdefgabcdefgabc',
    '123456789012345',
    'monkey123monkey123',
    'Sunshine1sunshine1sunshine1',
    'passwordpasswor',
    '123456789987654321',
    'abcdefghijklmnop',
    "=;97531/-+)'%#!",
    'zyxwvutsrqponml',
    'ポポポポポポポポポポポポポポポ',
  ])('refuses %s', (password) => expect(faultsOf(password)).toEqual([common]))

  test('refuses one that is too short for both reasons', () => {
    expect(faultsOf('password')).toEqual([tooShort, common])
    expect(faultsOf('qwertyuiop')).toEqual([tooShort, common])
  })

  test.each([
    'my password is a secret',
    'zkqhwvtpzkqhwvtp',
    'abcdefghijklmnoq',
    'acegikmoqsuwyac',
    'passwordpassworX7',
  ])('accepts %s, which is neither listed nor a short repetition nor a sequence', (password) =>
    expect(faultsOf(password)).toEqual([]),
  )
})

describe('names', () => {
  test.each([
    'AdaLovelaceAdaLovelace!',
    'Lovelace-1815-185',
    'a.lovelace@northwind.example',
    'Northwind Northwind 2026',
    'WayneEnterprises2026',
    'wayne_enterprises_gmbh_1',
    'CASTELLAN castellan 1',
    'Castellan2026!!!!!!!!!!!',
    'castellan12345678',
    'lovelace.PASSWORD!',
    'L-o-v-e-l-a-c-e-1-2-3',
  ])('refuses %s, which is made of them', (password) => expect(faultsOf(password)).toContain(madeOfNames))

  test.each([
    'Ada likes turquoise lemons',
    'castellan zqjvkwhx',
    'wayne drives a black car at night',
    'AdaAdaAdaZqjvkwhx',
  ])('accepts %s, which holds enough besides', (password) => expect(faultsOf(password)).toEqual([]))

  test('eight characters besides are enough, seven are not', () => {
    expect(faultsOf('Lovelace.zqjvkwhx')).toEqual([])
    expect(faultsOf('Lovelace.90417263')).toEqual([])
    expect(faultsOf('Lovelace.zqjvkwh')).toEqual([madeOfNames])
    expect(faultsOf('Lovelace.🛡zqjvkwh')).toEqual([madeOfNames])
  })

  test('are found whatever their accents and however they are composed', () => {
    const person = { email: 'x@y.example', firstName: 'Zoë', lastName: 'Škvorecký' }
    const faults = (password: string) => passwordFaults(password, { person, organizationName: 'Æ' })
    expect(faults('skvorecky-zoe-2026')).toEqual([madeOfNames])
    expect(faults('S\u030ckvorecky\u0301 Zoe\u0308 2026')).toEqual([madeOfNames])
  })

  test('of less than three characters, or none, do not count', () => {
    const person = { email: '', firstName: 'Al', lastName: '' }
    expect(passwordFaults('al al al al zqjvk', { person, organizationName: '' })).toEqual([])
    expect(passwordFaults('!!!!!!!!!!!!!!x?', { person, organizationName: '-' })).toEqual([])
  })

  test('count from three characters, each word of several for itself, digits and accents included', () => {
    const person = { email: 'x@y.example', firstName: 'Kim', lastName: 'Y' }
    const faults = (password: string) =>
      passwordFaults(password, { person, organizationName: '90417263 Labs Jo\u030clo' })
    expect(faults('kim-kim-kim-zqjvkwh')).toEqual([madeOfNames])
    expect(faults('90417263.90417263')).toEqual([madeOfNames])
    expect(faults('jolo.jolo.jolo.jolo')).toContain(madeOfNames)
  })

  test('longer ones are taken out before those that they contain', () => {
    const person = { email: 'x@y.example', firstName: 'Ann', lastName: 'Annabelle' }
    expect(passwordFaults('annabelle-zqjvkwh', { person, organizationName: 'Bel' })).toEqual([madeOfNames])
    expect(passwordFaults('annabelle-annabelle', { person, organizationName: 'elle' })).toContain(madeOfNames)
  })

  test('that are not in the password leave it to the other rules', () => {
    expect(faultsOf('!?!?!?!?!?!?!?-zq')).toEqual([])
  })
})

test('one password has one normal form, on every keyboard', () => {
  expect(normalisePassword('e\u0301')).toBe('\u00e9')
  expect(normalisePassword('ﬁ')).toBe('ﬁ')
})
