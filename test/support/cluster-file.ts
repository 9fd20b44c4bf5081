import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PostgresConnection } from '../../src/store/postgres-server.ts'

/** Where the run's Postgres is, as the global set-up writes it down for the workers. */
export type ClusterNote = { connection: PostgresConnection; template: string } | { error: string }

/** Environment variable that names the folder of this run's Postgres. */
export const FOLDER_VARIABLE = 'ATLAS_TEST_POSTGRES'

export function clusterFile(folder: string): string {
  return join(folder, 'cluster.json')
}

/** Waits for the set-up, which goes on in the background so that tests without a database need not wait for it. */
export async function readClusterNote(folder: string, timeoutMs = 60_000): Promise<Exclude<ClusterNote, { error: string }>> {
  for (const deadline = performance.now() + timeoutMs; performance.now() < deadline; await sleep(10)) {
    const text = await readFile(clusterFile(folder), 'utf8').catch(() => null)
    if (text === null) continue
    const note = JSON.parse(text) as ClusterNote
    if ('error' in note) throw new Error(`The Postgres of the test run did not start: ${note.error}`)
    return note
  }
  throw new Error(`The Postgres of the test run was not ready within ${timeoutMs} ms.`)
}
