import { dictionary } from '@zxcvbn-ts/language-common'

export interface PasswordOwner {
  person: { email: string; firstName: string; lastName: string }
  organizationName: string
}

const minCharacters = 15
const maxBytes = 256
/** What must be left of a password once everything about it that an attacker would try first is taken away. */
const minOwnCharacters = 8

/** Keyboards differ in how they compose letters; what is checked, hashed and compared is this (NIST SP 800-63B-4 §3.1.1.2). */
export const normalisePassword = (password: string): string => password.normalize('NFC')

const characters = (text: string): number => [...text].length

let commonPasswords: Set<string> | undefined

// The list is in lower case. Its shorter ones never decide: nothing that short gets this far.
function isListed(text: string): boolean {
  commonPasswords ??= new Set(dictionary['passwords-common'].filter(({ length }) => length >= minOwnCharacters))
  return commonPasswords.has(text)
}

/** The shortest beginning of which the text is a repetition, the last one perhaps cut short: `abcabca` gives `abc`. */
function repeatedUnit(text: string): string {
  let length = 1
  while (!text.startsWith(text.slice(length))) length++
  return text.slice(0, length)
}

/** `abcdef`, `9876`, `acegik`: each character as far from the one before. */
function isRun(text: string): boolean {
  const steps = new Set(Array.from(text.slice(1), (_, index) => text.charCodeAt(index + 1) - text.charCodeAt(index)))
  return steps.size === 1
}

function isCommon(password: string): boolean {
  const text = password.toLowerCase()
  const unit = repeatedUnit(text)
  return isListed(unit) || isListed(text) || isRun(text) || (unit !== text && characters(unit) < minOwnCharacters)
}

const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')

function namesOf({ person, organizationName }: PasswordOwner): string[] {
  const names = [person.email, person.firstName, person.lastName, organizationName, 'castellan']
  const words = names.flatMap((name) => [name, ...name.split(/[^\p{L}\p{M}\p{N}]+/u)]).map(fold)
  return words.filter((word) => characters(word) >= 3).sort((a, b) => b.length - a.length)
}

// A long passphrase may well contain a name: what counts is what it holds besides.
function isMadeOfNames(password: string, owner: PasswordOwner): boolean {
  const text = fold(password)
  const rest = namesOf(owner).reduce((left, name) => left.replaceAll(name, ''), text)
  return rest !== text && (characters(rest) < minOwnCharacters || isCommon(rest))
}

/** What is wrong with a password to be set, as sentences for the person; empty when it may be used. */
export function passwordFaults(password: string, owner: PasswordOwner): string[] {
  const normal = normalisePassword(password)
  if (Buffer.byteLength(normal) > maxBytes) return [`Must have at most ${maxBytes} bytes in UTF-8`]
  const faults: string[] = []
  if (!normal.isWellFormed()) faults.push('Must be well-formed Unicode')
  if (characters(normal) < minCharacters) faults.push(`Must have at least ${minCharacters} characters`)
  if (isCommon(normal)) faults.push('Must not be a commonly used password, a sequence or a repetition')
  if (isMadeOfNames(normal, owner)) faults.push("Must not be made of your name, your organization's or the product's")
  return faults
}
