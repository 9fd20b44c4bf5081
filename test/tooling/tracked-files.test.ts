import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { expect, it } from 'vitest'

const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .split('\0')
  .filter((file) => file !== '')
const texts = tracked
  .filter((file) => existsSync(file) && statSync(file).isFile() && !/\.(png|ico|woff2|gz|zst|xlsx|parquet)$/.test(file))
  .map((file) => ({ file, text: readFileSync(file, 'latin1') }))

// The patterns are put together from pieces so that this file does not break its own rules.
const rules: [string, RegExp][] = [
  [
    'a path that only one machine has',
    new RegExp(['/wo' + 'rk/(main|shared)', '/ro' + 'ot/', '/ho' + 'me/[a-z]+/', 'C:\\\\Us' + 'ers\\\\'].join('|')),
  ],
  [
    'the host of a package registry',
    new RegExp(['registry\\.npm' + 'js', 'registry\\.yarn' + 'pkg', 'pypi\\.' + 'org', 'deb\\.deb' + 'ian'].join('|')),
  ],
  ['a private key', new RegExp('-----BEGIN [A-Z ]*PRIV' + 'ATE KEY-----')],
]

it.each(rules)('no tracked file holds %s', (_what, pattern) => {
  expect(texts.filter(({ text }) => pattern.test(text)).map(({ file }) => file)).toEqual([])
})

it('there is nothing over 1 MiB in the repository', () => {
  expect(tracked.filter((file) => existsSync(file) && statSync(file).size > 1024 * 1024)).toEqual([])
})
