import { once } from 'node:events'
import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import { DatabaseSync } from 'node:sqlite'

/** What a scanner that looks must find: a page that repeats what it was sent, and one whose SQL is glued together. */
export async function bait(): Promise<{ urls: string[]; close(): void }> {
  const database = new DatabaseSync(':memory:')
  database.exec(`create table things (id integer, name text); insert into things values (1, 'a lamp'), (2, 'a key')`)
  const server = createServer(({ url = '/' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://bait')
    if (pathname === '/repeats') return page(response, `<p>You said ${searchParams.get('words')}</p>`)
    if (pathname === '/glues') return page(response, lookedUp(database, searchParams.get('id') ?? ''))
    page(response, '<a href="/repeats?words=hello">words</a> <a href="/glues?id=1">thing</a>')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  return { urls: [`${origin}/glues?id=1`, `${origin}/repeats?words=hello`], close: () => void server.close() }
}

function page(response: ServerResponse, body: string): void {
  response
    .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    .end(`<!doctype html><title>Bait</title>${body}`)
}

function lookedUp(database: DatabaseSync, id: string): string {
  try {
    const found = database.prepare(`select name from things where id = ${id}`).all()
    return `<ul>${found.map((each) => `<li>${String(each['name'])}</li>`).join('')}</ul>`
  } catch (error) {
    return `<p>SQLite error: ${String(error)}</p>`
  }
}
