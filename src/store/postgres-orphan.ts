import { setTimeout as sleep } from 'node:timers/promises'
import { Client, type ClientConfig } from 'pg'
import type { Cluster } from './postgres-cluster.ts'
import { isPostmasterOf, type PidFile, readPidFile } from './postgres-pid-file.ts'

const POLL_MS = 20
const WATCH_MS = 500
/** How long a left-over server gets to come up or go down before it is told to stop. */
const PATIENCE_MS = 60_000

/**
 * A postmaster of this cluster that an earlier Atlas left running and that accepts connections. One that is stopping is waited for;
 * one that does not answer is stopped. @returns null when none is left running
 */
export async function findOrphan(cluster: Cluster, toConnection: (file: PidFile) => ClientConfig): Promise<PidFile | null> {
  const deadline = performance.now() + PATIENCE_MS
  for (let told = false; ;) {
    const file = await readPidFile(cluster.data)
    if (file === null || !(await isPostmasterOf(file.pid, cluster.data))) return null
    const ready = file.status === 'ready'
    if (ready && (await answers(toConnection(file)))) return file
    if (!told && (ready || performance.now() > deadline)) {
      process.kill(file.pid, 'SIGINT')
      told = true
    }
    await sleep(POLL_MS)
  }
}

/** Settles when a postmaster that is not our child is gone. Does not keep this process alive. */
export async function watchOrphan(pid: number, data: string): Promise<void> {
  while (await isPostmasterOf(pid, data)) await sleep(WATCH_MS, undefined, { ref: false })
}

async function answers(connection: ClientConfig): Promise<boolean> {
  const client = new Client({ ...connection, connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}
