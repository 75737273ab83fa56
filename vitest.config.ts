import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['src/**/*.test.ts'], testTimeout: 30_000 } },
      {
        test: {
          name: 'server',
          include: ['test/**/*.test.ts'],
          exclude: ['test/embedded/**'],
          globalSetup: ['test/support/database-server.ts'],
          testTimeout: 90_000,
          hookTimeout: 120_000,
        },
      },
      { test: { name: 'embedded', include: ['test/embedded/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 } },
    ],
    maxWorkers: 2,
  },
})
