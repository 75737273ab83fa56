import pg from 'pg'
import type { Connection, Submittable } from 'pg'
import { encode } from './encode.ts'
import { contextText, contextValues } from './scope.ts'
import type { Scope } from '../types/scope.ts'
import type { Statement } from './statement.ts'

/** How COPY writes what a statement finds: as CSV; or each column as it is, parted by a character that JSON never has unescaped. */
export type CopyFormat = 'csv' | 'plain'

const options: Readonly<Record<CopyFormat, string>> = {
  csv: `format csv`,
  plain: `format csv, delimiter e'\\x02', quote e'\\x01'`,
}

/**
 * One COPY as a text of its own, since COPY takes no parameters: values are quoted into it. Context and copy are one implicit
 * transaction.
 */
export function copyText(scope: Scope, statement: Statement<unknown>, format: CopyFormat): string {
  const context = inlined(contextText, contextValues(scope))
  return `${context}; copy (${inlined(statement.text, statement.values)}) to stdout (${options[format]})`
}

const inlined = (text: string, values: readonly unknown[]): string =>
  text.replaceAll(/\$(\d+)/g, (_, index: string) => literal(values[Number(index) - 1]))

function literal(value: unknown): string {
  const text = encode(value)
  return text === null ? 'null' : pg.escapeLiteral(text)
}

/** Gives each row as it comes. A row must be used, or copied, before the function returns. */
export function copyOut(client: pg.ClientBase, text: string, take: (row: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => client.query(copying(text, take, { resolve, reject })))
}

interface Outcome {
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

function copying(
  text: string,
  take: (row: Buffer) => void,
  { resolve, reject }: Outcome,
): Submittable & Record<string, unknown> {
  let broken: unknown
  const nothing = (): void => undefined
  return {
    submit: (connection: Connection) => connection.query(text),
    handleRowDescription: nothing,
    handleDataRow: nothing,
    handleCommandComplete: nothing,
    handleCopyData({ chunk }: { chunk: Buffer }) {
      if (broken !== undefined) return
      try {
        take(chunk)
      } catch (error) {
        broken = error
      }
    },
    handleError: reject,
    handleReadyForQuery: () => (broken === undefined ? resolve() : reject(broken)),
  }
}
