#!/usr/bin/env node
// Plain JavaScript that Node 20 can parse: it finds the right Node, and everything else is in src/cli.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { isatty } from 'node:tty'
import { fileURLToPath } from 'node:url'

const THREADS = '16'
const WRAPPED = 'ATLAS_WRAPPED'

/** The Node that the checkout brings: `{ version, path }`, or null when it is not installed. */
function ownNode() {
  try {
    const manifest = nodeModule.createRequire(import.meta.url).resolve('node/package.json')
    const path = join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    return existsSync(path) ? { version: JSON.parse(readFileSync(manifest, 'utf8')).version, path } : null
  } catch {
    return null
  }
}

function isOlder(version, than) {
  const [a, b] = [version, than].map((text) => text.split('.').map(Number))
  const at = [0, 1, 2].find((part) => a[part] !== b[part])
  return at !== undefined && a[at] < b[at]
}

/** Runs the same command on another Node and ends as it ends. */
function runOn(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    // The channel tells the child when this process is gone: `kill -9` here must not leave an Atlas that nobody knows of.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? THREADS, [WRAPPED]: '1' },
  })
  // A terminal sends Ctrl+C and its own end to the child as well; a second signal would mean "at once" there.
  const fromTerminal = isatty(0) ? ['SIGINT', 'SIGHUP'] : []
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, () => fromTerminal.includes(signal) || child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(`atlas: cannot run ${node}: ${error.message}\nInstall it again with: npm rebuild node\n`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    for (const each of signals) process.removeAllListeners(each)
    setTimeout(() => process.exit(128 + (constants.signals[signal] ?? 0)), 200)
    process.kill(process.pid, signal)
  })
}

async function runHere() {
  // libuv reads this when its pool starts, with the first asynchronous file access; nothing has started it yet.
  process.env.UV_THREADPOOL_SIZE ??= THREADS
  if (process.env[WRAPPED] !== undefined) {
    delete process.env[WRAPPED]
    process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))
    process.channel?.unref()
  }
  // Compiled code is kept beside the packages, which halves what a start costs. Where nothing can be written, nothing is kept.
  nodeModule.enableCompileCache?.(fileURLToPath(new URL('../node_modules/.cache/atlas', import.meta.url)))
  await import('../src/cli/index.ts')
}

const own = ownNode()
if (own !== null && isOlder(process.versions.node, own.version) && process.env[WRAPPED] === undefined) runOn(own.path)
else if (isOlder(process.versions.node, '24.0.0')) {
  process.stderr.write(
    `atlas: Node 24 or newer is needed, and this is ${process.version}.\n` +
      'The checkout brings its own: run npm ci (with install scripts allowed), or: npm rebuild node\n',
  )
  process.exit(1)
} else await runHere()
