import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { onTestFinished, vi } from 'vitest'
import type { PipelineInput } from '../../src/contract/pipelines.ts'
import { openEnvironment } from '../../src/server/open-environment.ts'
import { readSettings } from '../../src/server/settings.ts'
import { openHome } from '../../src/store/home.ts'
import type { Store } from '../../src/store/open-store.ts'
import { takePlatform } from '../../src/store/queue/platform-identity.ts'
import { version } from '../../src/cli/version.ts'
import { type RunningCommand, startAtlas } from './atlas-command.ts'
import type { TestDatabase } from './postgres.ts'
import { enqueue } from './queue.ts'
import { temporaryFolder } from './temporary-home.ts'

export interface WorkerProcess extends RunningCommand {
  pid: number
}

/**
 * A platform without a server, for real workers in processes of their own.
 * @param database without a URL the workers attach to the Postgres of the home
 * @param folder of the home; a temporary one unless told
 */
export async function openWorkerPlatform(database: Pick<TestDatabase, 'db'> & { url?: string }, folder?: string) {
  const root = folder ?? (await temporaryFolder())
  const home = await openHome(path.join(root, 'home'))
  const store: Store = { ...database, kind: 'external', address: { url: database.url ?? '' }, onLost: () => undefined } as unknown as Store
  const settings = readSettings({})
  const opened = await openEnvironment(home, store, { settings, version, scratch: path.join(root, 'scratch') })
  await takePlatform(database.db, opened.identity)
  onTestFinished(() => opened.close())
  return {
    root,
    home,
    homeId: opened.homeId,
    lake: opened.environment.lake,
    environment: opened.environment,
    /** Starts `atlas worker` and waits until it is known. It is killed at the end of the test. */
    async startWorker(args: readonly string[] = [], where = home.root): Promise<WorkerProcess> {
      const command = startAtlas(['worker', ...args], { home: where, ...(database.url === undefined ? {} : { databaseUrl: database.url }) })
      onTestFinished(() => {
        command.child.kill('SIGCONT')
        command.child.kill('SIGKILL')
      })
      const { pid = 0 } = command.child
      const known = vi.waitFor(
        async () => {
          const row = await database.db.selectFrom('workers').select('id').where('pid', '=', pid).executeTakeFirst()
          if (row === undefined) throw new Error(`worker ${pid} is not there yet`)
        },
        { timeout: 60_000, interval: 50 },
      )
      const gone = command.ended.then(({ stderr }) => Promise.reject(new Error(`worker ${pid} ended: ${stderr}`)))
      // It ends with the test at the latest, when nobody waits for it any more.
      gone.catch(() => undefined)
      await Promise.race([known, gone])
      return { ...command, pid }
    },
    enqueue: (pipeline: Partial<PipelineInput> & { name: string }) =>
      enqueue(database.db, pipeline, { workingFolder: root, homeId: opened.homeId }),
  }
}

/** A server with one CSV of three rows that is sent when it is let go. @param name of the file, without its ending: the stream is called so */
export async function startHeldCsv(name = 'held') {
  const waiting: ServerResponse[] = []
  let isOpen = false
  const server = createServer((_request, response) => {
    if (isOpen) response.end(CSV)
    else waiting.push(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}.csv`,
    /** Requests that wait for their answer. */
    waiting: () => waiting.filter((response) => !response.destroyed).length,
    open() {
      isOpen = true
      for (const response of waiting.splice(0)) response.end(CSV)
    },
  }
}

const CSV = 'id,amount\n1,5\n2,6\n3,7\n'
