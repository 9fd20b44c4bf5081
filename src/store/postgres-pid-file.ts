import { execFile } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** What a running postmaster says of itself in `postmaster.pid` (the line order is Postgres's: src/include/utils/pidfile.h). */
export interface PidFile {
  pid: number
  port: number
  /** Folder of the Unix socket; '' when it has none. */
  socketFolder: string
  status: 'starting' | 'stopping' | 'ready' | 'standby' | ''
}

/** @returns null when there is none, or when it is half-written */
export async function readPidFile(data: string): Promise<PidFile | null> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => null)
  const lines = text?.split('\n').map((line) => line.trim()) ?? []
  const pid = Number(lines[0])
  if (!Number.isSafeInteger(pid) || pid <= 0) return null
  return { pid, port: Number(lines[3]), socketFolder: lines[4] ?? '', status: (lines[7] ?? '') as PidFile['status'] }
}

/** Whether the process runs, be it another user's. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Whether that process is the postmaster of this data folder: a pid alone may have been given to another program since. */
export async function isPostmasterOf(pid: number, data: string): Promise<boolean> {
  if (!isRunning(pid)) return false
  if (process.platform === 'win32') return true
  const command = await readCommand(pid)
  return command.includes('postgres') && command.includes(data)
}

/**
 * Makes a left-over pid file harmless without deleting it. Postgres refuses to start when the process named is alive, whatever it is,
 * unless it is its own parent; and the file also names the shared memory by which Postgres finds backends that are still running.
 */
export async function disarmPidFile(data: string): Promise<void> {
  const path = join(data, 'postmaster.pid')
  const left = await readPidFile(data)
  // Empty or garbled (a full disk, a power loss): Postgres would stop at it, and it names nothing.
  if (left === null) return rm(path, { force: true })
  await writeFile(path, (await readFile(path, 'utf8')).replace(/^[^\n]*/, String(process.pid)))
}

async function readCommand(pid: number): Promise<string> {
  try {
    if (process.platform === 'linux') return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ')
    return (await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)])).stdout
  } catch {
    return ''
  }
}
