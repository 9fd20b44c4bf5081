import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { buildWebIfStale } from './build-web.ts'

/** Brings what the tests need beside npm packages: the built web app and a Chromium. Quick when both are there. */
await buildWebIfStale()
bringChromium()

function bringChromium(): void {
  if (findChromium() !== undefined) return
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) {
    console.error(
      'The browser tests need Chromium: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH to a Chrome or Chromium.',
    )
    return
  }
  console.error('Installing Chromium for the browser tests (once)')
  run('apt-get', ['update', '--quiet=2'])
  run('apt-get', ['install', '--yes', '--quiet=2', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'])
}

function findChromium(): string | undefined {
  const named = process.env['CHROMIUM_PATH']
  if (named !== undefined && existsSync(named)) return named
  const folders = (process.env['PATH'] ?? '').split(path.delimiter)
  const names = ['chromium', 'chromium-browser', 'google-chrome']
  const inPath = folders.flatMap((folder) => names.map((name) => path.join(folder, name)))
  return [...inPath, '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'].find((place) => existsSync(place))
}

function run(command: string, args: string[]): void {
  const { status, error } = spawnSync(command, args, {
    stdio: ['ignore', 2, 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  if (status !== 0) throw new Error(`${command} ${args[0]} ended with ${error?.message ?? `exit code ${status}`}`)
}
