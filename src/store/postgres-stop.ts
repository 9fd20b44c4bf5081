import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { PostgresBinaries } from './postgres-binaries.ts'
import { isPostmasterOf } from './postgres-pid-file.ts'

const POLL_MS = 5
const LOOK_MS = 25
const FAST_MS = 10_000
const IMMEDIATE_MS = 10_000

/**
 * Ends a postmaster: a fast shutdown (sessions are ended, everything is written); after ten seconds an immediate one, from which
 * the next start recovers. Comes back when the process is gone.
 */
export async function stopPostmaster(
  { pid, gone }: { pid: number; gone: Promise<void> },
  data: string,
  binaries: Pick<PostgresBinaries, 'pgCtl'>,
): Promise<void> {
  const isGone = settled(gone)
  for (const [signal, mode, timeoutMs] of [
    ['SIGINT', 'fast', FAST_MS],
    ['SIGQUIT', 'immediate', IMMEDIATE_MS],
  ] as const) {
    if (isGone() || !(await isPostmasterOf(pid, data))) return
    // Windows has no signals; pg_ctl speaks to Postgres through its named pipe.
    if (process.platform === 'win32') await promisify(execFile)(binaries.pgCtl, ['stop', '-D', data, '-m', mode]).catch(() => undefined)
    else process.kill(pid, signal)
    const deadline = performance.now() + timeoutMs
    let nextLook = performance.now() + LOOK_MS
    while (performance.now() < deadline) {
      if (isGone()) return
      // One that we took over is not our child: there is no event for its end.
      if (performance.now() > nextLook) {
        if (!(await isPostmasterOf(pid, data))) return
        nextLook = performance.now() + LOOK_MS
      }
      await sleep(POLL_MS)
    }
  }
}

function settled(promise: Promise<void>): () => boolean {
  let done = false
  void promise.then(() => (done = true))
  return () => done
}
