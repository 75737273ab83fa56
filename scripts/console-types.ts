import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import openapiTypescript, { astToString } from 'openapi-typescript'
import type { OpenAPI3 } from 'openapi-typescript'
import { createApp } from '../src/app.ts'
import type { House } from '../src/app.ts'

export const SCHEMA = fileURLToPath(new URL('../console/api/schema.d.ts', import.meta.url))

/** The types of the console's client, from the server's own description. */
export const typesOf = async (description: unknown): Promise<string> =>
  `// Made by \`npm run console:types\` from the server's description. Not to be edited.\n${astToString(await openapiTypescript(description as OpenAPI3, { defaultNonNullable: false }))}`

/** Describing needs no database, no keys and no mail: nothing is called. */
const emptyHouse = {
  clock: () => new Date(),
  settings: { publicUrl: 'http://localhost' },
  trustedProxies: [],
  logLevel: 'silent',
} as unknown as House

if (import.meta.main) {
  const app = await createApp(emptyHouse)
  await app.ready()
  await writeFile(SCHEMA, await typesOf(app.swagger()))
  await app.close()
}
