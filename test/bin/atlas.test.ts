import { execFileSync } from 'node:child_process'
import { cp, mkdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startProcess, type TestProcess, type TestProcessOptions } from '../support/child-process.ts'
import { temporaryFolder } from '../support/temporary-home.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** Stands in for the command line: tells what it runs on, counts signals, and ends as its arguments say. */
const PROGRAM = `
  import { pbkdf2 } from 'node:crypto'
  import { readdirSync } from 'node:fs'
  import 'node:sqlite'
  const [how, code] = process.argv.slice(2)
  const signals: string[] = []
  const before = process.platform === 'linux' ? readdirSync('/proc/self/task').length : 0
  for (let n = 0; n < 40; n++) pbkdf2('a', 'b', 50_000, 32, 'sha256', () => {})
  setTimeout(() => {
    const threads = process.platform === 'linux' ? readdirSync('/proc/self/task').length - before : 16
    console.log(JSON.stringify({ args: process.argv.slice(2), version: process.version, pid: process.pid, threads }))
    if (how === 'exit') process.exit(Number(code))
    if (how === 'die') process.kill(process.pid, code)
    if (how === 'catch') for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => {
      signals.push(name)
      setTimeout(() => { console.log(JSON.stringify(signals)); process.exit(7) }, 100)
    })
    if (how !== 'exit') setInterval(() => undefined, 1000)
    console.log('ready')
  }, 60)
`
const nodes = findNodes()

describe.each(nodes)('atlas started by Node $version', ({ path }) => {
  it('runs on Node 24 or newer, with its arguments, sixteen pool threads and no warnings', async () => {
    const atlas = await start(path, ['exit', '3', '--flag', 'two words', ''])
    expect(JSON.parse(await atlas.line())).toMatchObject({
      args: ['exit', '3', '--flag', 'two words', ''],
      version: expect.stringMatching(/^v(2[4-9]|[3-9]\d)\./),
      threads: 16,
    })
    expect(await atlas.ended).toEqual({ code: 3, signal: null, stderr: '' })
  })

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('passes %s on, once', async (signal) => {
    const atlas = await start(path, ['catch'])
    await atlas.line()
    expect(await atlas.line()).toBe('ready')
    atlas.child.kill(signal)
    expect(JSON.parse(await atlas.line())).toEqual([signal])
    expect(await atlas.ended).toMatchObject({ code: 7 })
  })

  it.each(['SIGTERM', 'SIGKILL'] as const)('ends by %s when the command line was ended so', async (signal) => {
    const atlas = await start(path, ['die', signal])
    expect(await atlas.ended).toMatchObject({ code: null, signal })
  })

  it('is gone altogether after kill -9', async () => {
    const atlas = await start(path, ['catch'])
    const { pid } = JSON.parse(await atlas.line()) as { pid: number }
    await atlas.kill()
    await expect.poll(() => isRunning(pid), { timeout: 20_000, interval: 20 }).toBe(false)
  })
})

describe('atlas without a Node that is new enough', () => {
  it(
    'says what is missing and how to get it',
    { skip: !nodes.some(({ version }) => version.startsWith('v2') && version < 'v24') },
    async () => {
      const old = nodes.find(({ version }) => version < 'v24')
      const folder = await checkout()
      await mkdir(join(folder, 'node_modules'))
      const atlas = startProcess(join(folder, 'bin', 'atlas.js'), [], { node: old?.path ?? '' })
      expect(await atlas.ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/Node 24 or newer.*npm ci/s) })
    },
  )
})

describe('npx atlas', () => {
  it('finds the bin of the checkout itself', async () => {
    expect(await realpath(join(ROOT, 'node_modules', '.bin', 'atlas'))).toBe(join(ROOT, 'bin', 'atlas.js'))
    // npm would otherwise install the package into its npx cache before running it.
    expect(JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))).not.toHaveProperty('bin')
  })
})

async function start(node: string, args: string[], options: TestProcessOptions = {}): Promise<TestProcess> {
  const folder = await checkout()
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction')
  const { UV_THREADPOOL_SIZE: _, NODE_OPTIONS: __, ...env } = process.env
  const atlas = startProcess(join(folder, 'bin', 'atlas.js'), args, { node, env, ...options })
  onTestFinished(() => atlas.kill())
  return atlas
}

async function checkout(): Promise<string> {
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'src', 'cli'), { recursive: true })
  await cp(join(ROOT, 'bin'), join(folder, 'bin'), { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await writeFile(join(folder, 'src', 'cli', 'index.ts'), PROGRAM)
  return folder
}

/** This Node, and the machine's own when it is another. */
function findNodes(): { version: string; path: string }[] {
  const found = new Map([[process.version, process.execPath]])
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, process.platform === 'win32' ? 'node.exe' : 'node')
    try {
      const version = execFileSync(path, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
      if (!found.has(version)) found.set(version, path)
    } catch {
      // No Node there.
    }
  }
  return [...found].map(([version, path]) => ({ version, path }))
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
