import path from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { AlertChannelInput } from '../../../src/contract/alert-channels.ts'
import { AlertRuleInput } from '../../../src/contract/alert-rules.ts'
import { alertChannelOf } from '../../../src/ops/alerts/channels/index.ts'
import { acceptSettings } from '../../../src/server/source-settings.ts'
import { insertChannel } from '../../../src/store/alert-channels.ts'
import { readLeader } from '../../../src/store/alert-leases.ts'
import { insertAlertRule } from '../../../src/store/alert-rules.ts'
import { startReceiver } from '../../support/alert-receiver.ts'
import { startServer } from '../../support/atlas-command.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts'
import { openWorkerPlatform } from '../../support/worker-processes.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const SOON = { timeout: 60_000, interval: 100 }
const leader = async () => (await readLeader(database.db))?.replace(/ on .*/, '')

it(
  'when atlas start is killed an atlas worker looks at rules and sends, each message once, until there is a start again',
  {
    timeout: 180_000,
  },
  async () => {
    const { home, enqueue, environment, startWorker } = await openWorkerPlatform(database)
    const target = await startReceiver()
    onTestFinished(() => target.close())
    const by = { by: 'test', at: new Date() }
    const { kind, ...channel } = AlertChannelInput.parse({
      name: 'hook',
      kind: 'webhook',
      groupSeconds: 0,
      settings: { url: target.url, secret: 'sixteen-letters-x' },
    })
    // Sealed with the keys of the home, which every process of the platform has.
    const sealed = await acceptSettings(environment, alertChannelOf(kind), channel.settings, null)
    await insertChannel(database.db, { ...channel, ...sealed, id: 'hook', kind }, by)
    await insertAlertRule(database.db, 'told', AlertRuleInput.parse({ name: 'told', kind: 'run-failed', channels: ['hook'] }), by)
    const fails = (name: string) =>
      enqueue({ name, source: { connector: 'files', settings: { path: path.join(home.root, 'missing.csv') } } })
    const start = async () => {
      const server = await startServer({ home: home.root, databaseUrl: database.url })
      onTestFinished(() => void server.child.kill('SIGKILL'))
      await expect.poll(leader, SOON).toBe(`atlas start ${server.child.pid}`)
      return server
    }

    const worker = await startWorker()
    await expect.poll(leader, SOON).toBe(`atlas worker ${worker.pid}`)
    const server = await start()
    server.child.kill('SIGKILL')
    await server.ended
    await fails('first')
    await target.has(1)
    expect(await leader()).toBe(`atlas worker ${worker.pid}`)
    await start()
    await fails('second')
    await target.has(2)
    const told = target.received.flatMap(({ body }) => (JSON.parse(body) as { alerts: { pipeline: string }[] }).alerts)
    expect(told.map(({ pipeline }) => pipeline)).toEqual(['first', 'second'])
  },
)
