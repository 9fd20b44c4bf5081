import { mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AlertChannel } from '../../src/contract/alert-channels.ts'
import type { AlertRule } from '../../src/contract/alert-rules.ts'
import type { Alert, AlertDetail, AlertStatus } from '../../src/contract/alerts.ts'
import { type AlertReceiver, startReceiver } from '../support/alert-receiver.ts'
import { atlas, type CommandOptions, type RunningCommand, startAtlas } from '../support/atlas-command.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

const SECRET = 'a canary that signs messages'

let database: TestDatabase
let folder: string
let options: CommandOptions & { home: string }
let server: RunningCommand
let receiver: AlertReceiver
beforeAll(async () => {
  receiver = await startReceiver()
  database = await createTestDatabase()
  folder = await mkdtemp('/tmp/atlas-test-cli-alerts-')
  options = {
    home: path.join(folder, 'home'),
    databaseUrl: database.url,
    cwd: folder,
    env: { ATLAS_URL: 'https://atlas.example.com/', HOOK_SECRET: SECRET },
  }
  server = startAtlas(['start', '--port', '0'], options)
  await new Promise<void>((resolve) => server.child.stdout?.on('data', (text: string) => text.includes('Sign in') && resolve()))
})
afterAll(async () => {
  server.child.kill('SIGTERM')
  await server.ended
  await receiver.close()
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

const run = (args: string[]) => atlas(['alert', ...args], options)
async function json<T>(args: string[]): Promise<T> {
  const { code, stdout, stderr } = await run([...args, '--json'])
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout) as T
}
const listed = () => json<{ alerts: Alert[]; status: AlertStatus }>(['list'])

it('a server that was started tells of a failed run by a webhook, and commands act on the alert', { timeout: 120_000 }, async () => {
  const added = await json<AlertChannel>([
    'channel',
    'add',
    'on-call',
    '--kind',
    'webhook',
    '--group',
    '0',
    '--set',
    `url=${receiver.url}`,
    'secret=${env:HOOK_SECRET}',
  ])
  expect(JSON.stringify(added)).not.toContain(SECRET)
  const tested = await run(['test', 'on-call'])
  expect(tested.stdout).toMatch(/^on-call took the message in \d+ ms: 200 ok/)
  expect((await run(['channel', 'add', 'bad', '--kind', 'webhook', '--set', 'adress=https://x.example'])).stderr).toContain('url')
  const rule = await json<AlertRule>(['rule', 'change', 'run-failed', '--channel', 'browser', 'on-call', '--severity', 'warning'])
  expect(rule).toMatchObject({ channels: ['browser', added.id], severity: 'warning' })
  expect(await json<AlertRule>(['rule', 'disable', 'run-late'])).toMatchObject({ enabled: false })

  // The evaluator has looked once with the rule as it is now: what fails from here on is news.
  await expect
    .poll(async () => (await json<AlertRule[]>(['rule', 'list'])).find(({ id }) => id === 'run-failed')?.evaluatedAt, {
      timeout: 40_000,
      interval: 500,
    })
    .not.toBeNull()
  const failed = await atlas(['run', path.join(folder, 'missing.csv')], options)
  expect(failed.code).not.toBe(0)
  await expect.poll(async () => (await listed()).alerts.length, { timeout: 40_000, interval: 500 }).toBe(1)
  const { alerts, status } = await listed()
  expect(status.evaluator.state).toBe('up')
  const [alert] = alerts as [Alert]
  expect(alert).toMatchObject({ what: 'missing failed: The file does not exist', cause: 'file.not_found', severity: 'warning' })
  await receiver.has(2)
  expect(JSON.parse(receiver.received[1]!.body)).toMatchObject({
    test: false,
    alerts: [{ what: alert.what, link: `https://atlas.example.com/alerts?alert=${alert.id}` }],
  })

  expect(await json<AlertDetail>(['ack', alert.id])).toMatchObject({ owner: 'cli' })
  expect((await json<AlertDetail>(['snooze', alert.id, '4h', '--note', 'waiting for the file'])).snoozedUntil).not.toBeNull()
  expect((await run(['snooze', alert.id, '4 weeks'])).stderr).toContain('30min, 4h or 2d')
  const shown = await run(['show', alert.id])
  expect(shown.stdout).toMatch(/snoozed by cli: until .* UTC: waiting for the file/)
  expect(shown.stdout).toMatch(/message to on-call: sent/)
  expect(await json<AlertDetail>(['resolve', alert.id, '--note', 'the file is there'])).toMatchObject({ state: 'resolved' })
  expect((await run(['list'])).stdout).toMatch(/^Rules were looked at .*\nNo alert is open\.\n$/)
  expect((await run(['list', '--history'])).stdout).toContain(alert.id)
  expect((await run(['show', 'al_none'])).stderr).toContain('alert.not_found')

  expect((await run(['channel', 'list'])).stdout).toMatch(/on-call +webhook/)
  expect((await run(['channel', 'delete', 'on-call'])).stdout).toBe('Deleted on-call.\n')
  expect((await run(['test', 'on-call'])).stderr).toContain('alert.channel_not_found')
  const rules = await json<AlertRule[]>(['rule', 'list'])
  expect(rules.find(({ id }) => id === 'run-failed')!.channels).toEqual(['browser'])
})
