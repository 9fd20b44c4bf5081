// Puts `atlas` into node_modules/.bin, so that `npx atlas` in the checkout runs it at once and offline. (A `bin` entry in the root
// package would make npm install the whole package into its npx cache first.) Plain JavaScript: the machine's own Node runs it.
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'node_modules', '.bin')
const link = join(folder, 'atlas')

mkdirSync(folder, { recursive: true })
rmSync(link, { force: true })
if (process.platform === 'win32') {
  writeFileSync(link, '#!/bin/sh\nexec node "$(dirname "$0")/../../bin/atlas.js" "$@"\n')
  writeFileSync(`${link}.cmd`, '@node "%~dp0\\..\\..\\bin\\atlas.js" %*\r\n')
} else {
  chmodSync(join(root, 'bin', 'atlas.js'), 0o755)
  symlinkSync('../../bin/atlas.js', link)
}
