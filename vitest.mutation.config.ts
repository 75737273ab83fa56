import { defineConfig } from 'vitest/config'

/** What kills mutants of `src/policy/`: the tests beside the files, and nothing that needs a database. */
export default defineConfig({
  test: { name: 'unit', include: ['src/policy/**/*.test.ts'], testTimeout: 120_000 },
})
