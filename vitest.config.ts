import { existsSync } from 'node:fs'
import path from 'node:path'
import { defineConfig } from 'vitest/config'

// Each file has a process of its own, and many start more: what one compiled serves the others, as it does for `bin/atlas.js`.
process.env['NODE_COMPILE_CACHE'] ??= path.resolve(import.meta.dirname, 'node_modules/.cache/atlas')

const globalSetup = 'test/support/global-setup.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    environment: 'node',
    pool: 'forks',
    // Every file may run a Postgres client, a DuckDB instance or a browser, and many wait for time to pass: one more than the cores of a small machine.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 30_000,
    globalSetup: existsSync(globalSetup) ? [globalSetup] : [],
    reporters: ['default', './test/support/totals-reporter.ts'],
    chaiConfig: { truncateThreshold: 400 },
  },
})
