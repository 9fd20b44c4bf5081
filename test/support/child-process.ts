import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A real process of ours, for tests of what happens when one is killed. */
export interface TestProcess {
  pid: number
  child: ChildProcess
  /** The next line on its stdout. Rejects with its stderr when it ends first. */
  line(): Promise<string>
  /** Waits for its end. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; stderr: string }>
  /** `kill -9`, and waits. */
  kill(): Promise<void>
}

export interface TestProcessOptions {
  node?: string
  uid?: number
  gid?: number
  env?: NodeJS.ProcessEnv
  /** A process group of its own, as a shell gives to a job. */
  detached?: boolean
}

/** Runs a script by Node (this one unless told). */
export function startProcess(
  script: string,
  args: string[],
  { node = process.execPath, ...options }: TestProcessOptions = {},
): TestProcess {
  const child = spawn(node, [script, ...args], { cwd: '/', ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    stderr,
  }))
  return {
    pid: child.pid ?? 0,
    child,
    ended,
    async line() {
      const next = await lines.next()
      if (next.done) throw new Error(`the process ended: ${(await ended).stderr}`)
      return next.value
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
