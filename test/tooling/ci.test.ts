import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { expect, it } from 'vitest'

it('CI runs exactly the command that the README gives for the tests, and nothing else', () => {
  const readme = [...readFileSync('README.md', 'utf8').matchAll(/^```\n(npm ci && npm .*)\n```$/gm)].map(([, command]) => command)
  const script = readFileSync('.ci/run', 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
  expect(script).toEqual(['set -euo pipefail', 'cd "$(dirname "${BASH_SOURCE[0]}")/.."', 'npm ci && npm test'])
  expect(readme).toEqual(['npm ci && npm start', 'npm ci && npm test'])
  expect(readFileSync('.github/workflows/ci.yml', 'utf8')).toMatch(/^ +- run: \.ci\/run$/m)
})

it.skipIf(process.platform === 'win32')('.ci/run is executable, here and in the repository', () => {
  expect(statSync('.ci/run').mode & 0o111).toBe(0o111)
  expect(execFileSync('git', ['ls-files', '--stage', '.ci/run'], { encoding: 'utf8' })).toMatch(/^100755 /)
})
