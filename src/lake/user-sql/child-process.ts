import { spawn, type ChildProcess } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const childFile = fileURLToPath(new URL('./child.ts', import.meta.url))
// Node strips types with a WebAssembly module, for which V8 would otherwise reserve more address space than the limit leaves.
const nodeFlags = ['--disable-wasm-trap-handler', '--wasm-max-mem-pages=2000', '--max-old-space-size=512']

/** What Node, V8 and the engine reserve, mostly without using it (measured: 1.66 GB), and room for what DuckDB does not count as its own. */
const reservedKiB = 2_000_000

interface StartedChild {
  process: ChildProcess
  addressSpaceKiB: number
  /** Resolves when the child waits for its request; rejects when it ends before. */
  ready: Promise<void>
}

let idle: StartedChild | undefined

/** Address space for a child whose DuckDB may use so much. A quarter more, because DuckDB's own accounting is not exact. */
export function addressSpaceKiB(memoryBytes: number): number {
  return reservedKiB + Math.ceil((memoryBytes * 1.25) / 1024)
}

/**
 * Gives a child that waits for its one request, a warmed one where it fits. A child knows nothing of this process: empty environment, no
 * standard streams, the root as working folder. It ends by itself when this process goes.
 */
export async function takeChild(memoryBytes: number): Promise<ChildProcess> {
  const wanted = addressSpaceKiB(memoryBytes)
  const fitting = idle?.addressSpaceKiB === wanted && isAlive(idle.process) ? idle : undefined
  const child = fitting ?? start(wanted)
  if (fitting !== undefined) idle = undefined
  hold(child.process)
  try {
    await child.ready
    return child.process
  } catch (error) {
    child.process.kill('SIGKILL')
    throw error
  }
}

/** Starts the one spare child for the next query, unless there is one. It does not keep this process alive. */
export function warmChild(memoryBytes: number): void {
  const wanted = addressSpaceKiB(memoryBytes)
  if (idle !== undefined && isAlive(idle.process)) {
    if (idle.addressSpaceKiB === wanted) return
    idle.process.kill('SIGKILL')
  }
  const child = start(wanted)
  child.ready.catch(() => undefined)
  child.process.unref()
  child.process.channel?.unref()
  idle = child
}

/** Ends the spare child, if there is one. */
export function closeWarmChild(): void {
  idle?.process.kill('SIGKILL')
  idle = undefined
}

function hold(child: ChildProcess): void {
  child.ref()
  child.channel?.ref()
}

function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null && child.connected
}

function start(limitKiB: number): StartedChild {
  const command = [process.execPath, ...nodeFlags, childFile]
  // Only Linux holds a process to an address space; elsewhere the child's own watchdog bounds it.
  const [file, args] =
    process.platform === 'linux'
      ? ['/bin/sh', ['-c', 'ulimit -c 0; ulimit -v "$0" 2>/dev/null; exec "$@"', String(limitKiB), ...command]]
      : [process.execPath, command.slice(1)]
  const child = spawn(file, args, {
    cwd: path.parse(process.execPath).root,
    env: { MALLOC_ARENA_MAX: '2', ...(process.platform === 'win32' ? { SystemRoot: process.env.SystemRoot } : {}) },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    windowsHide: true,
  })
  const ready = new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve())
    child.once('error', reject)
    child.once('exit', (code, signal) => reject(new Error(`the SQL process ended before it was ready (${signal ?? code})`)))
  })
  return { process: child, addressSpaceKiB: limitKiB, ready }
}
