import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'

const fixture = 'test/tooling/fixtures/totals'

it('closes a run with one line of totals, in which a file that cannot be loaded is a failure', () => {
  const { status, stdout } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--root', fixture], { encoding: 'utf8' })
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('3 passed, 2 failed, 1 skipped')
  expect(status).toBe(1)
})
