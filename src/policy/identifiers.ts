/** What a person is known by in texts. */
export interface Identifiers {
  readonly emails: readonly string[]
  readonly firstNames: readonly string[]
  readonly lastNames: readonly string[]
}

/** Their addresses and full names. */
export const wordsOf = ({ emails, firstNames, lastNames }: Identifiers): string[] =>
  [...emails, ...firstNames.flatMap((first) => lastNames.map((last) => `${first} ${last}`))]
    .map((word) => word.trim())
    .filter((word) => word !== '')

/** Any of them, also as a part of others. */
export const anyOf = (words: readonly string[]): string => words.map(escaped).join('|')

/**
 * Any of them where it is not part of a longer word, address or number. The pattern means the same to PostgreSQL (`~*`) and, without
 * regard to case, to JavaScript.
 */
export const wholeWords = (words: readonly string[]): string =>
  String.raw`(?<![\w.%+-])(?:${anyOf(words)})(?![\w-]|\.\w)`

const escaped = (word: string): string => word.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`)
