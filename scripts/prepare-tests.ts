import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { buildWebIfStale } from './build-web.ts'
import { bringSeaweedfs } from './seaweedfs.ts'

/** Brings what the tests need beside npm packages: the built web app, a Chromium, a MariaDB and an object store. Quick when all are there. */
await buildWebIfStale()
const isRootOnDebian = existsSync('/etc/debian_version') && process.getuid?.() === 0
bringChromium()
bringMariadb()
if (!bringSeaweedfs())
  console.error('The tests of the lake on an object store are skipped: SeaweedFS could not be installed (it needs python3 with pip).')

function bringChromium(): void {
  if (findChromium() !== undefined) return
  if (!isRootOnDebian) {
    console.error(
      'The browser tests need Chromium: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH to a Chrome or Chromium.',
    )
    return
  }
  console.error('Installing Chromium for the browser tests (once)')
  install(['chromium', 'fonts-dejavu-core'])
}

/** The server's programs only: the tests start it themselves, and Debian's package must start none. */
function bringMariadb(): void {
  if (findProgram(['mariadbd'], ['/usr/sbin', '/usr/local/sbin']) !== undefined) return
  if (!isRootOnDebian) {
    console.error(
      'The tests of the mysql connector need MariaDB and are skipped without it: install it (Debian: apt-get install mariadb-server).',
    )
    return
  }
  console.error('Installing MariaDB for the tests of the mysql connector (once)')
  withoutServices(() => install(['mariadb-server', 'openssl']))
}

/** Debian's packages start what they install unless this file says no. See https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt */
function withoutServices(work: () => void): void {
  const policy = '/usr/sbin/policy-rc.d'
  if (existsSync(policy)) return work()
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    work()
  } finally {
    rmSync(policy, { force: true })
  }
}

function install(packages: string[]): void {
  run('apt-get', ['update', '--quiet=2'])
  run('apt-get', ['install', '--yes', '--quiet=2', '--no-install-recommends', ...packages])
}

function findChromium(): string | undefined {
  const named = process.env['CHROMIUM_PATH']
  if (named !== undefined && existsSync(named)) return named
  const onMac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
  return findProgram(['chromium', 'chromium-browser', 'google-chrome'], []) ?? (existsSync(onMac) ? onMac : undefined)
}

function findProgram(names: string[], besidePath: string[]): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), ...besidePath]
  return folders.flatMap((folder) => names.map((name) => path.join(folder, name))).find((place) => existsSync(place))
}

function run(command: string, args: string[]): void {
  const { status, error } = spawnSync(command, args, {
    stdio: ['ignore', 2, 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  if (status !== 0) throw new Error(`${command} ${args[0]} ended with ${error?.message ?? `exit code ${status}`}`)
}
