import type { ServerResponse } from 'node:http'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { formDeliveries } from '../../../src/ops/alerts/deliver-alerts.ts'
import { type AlertReceiver, startReceiver } from '../../support/alert-receiver.ts'
import { type AlertWorld, openAlertWorld } from '../../support/alert-world.ts'
import { startSmtpReceiver } from '../../support/smtp-receiver.ts'

const MIN = 60_000
const HOUR = 60 * MIN

let world: AlertWorld
const open: AlertReceiver[] = []
beforeAll(async () => {
  world = await openAlertWorld()
})
afterAll(() => world.database.drop())
beforeEach(async () => {
  await world.reset()
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((receiver) => receiver.close()))
})

async function receiver(answer?: Parameters<typeof startReceiver>[0]): Promise<AlertReceiver> {
  const made = await startReceiver(answer)
  open.push(made)
  return made
}

/** One rule that sends to the channels named, and the first look of it. */
async function watch(...channels: string[]): Promise<void> {
  await world.rule('failed', { kind: 'run-failed', channels, repeatMinutes: 0 })
  await world.look()
}

let runs = 0
async function fail(pipeline: string): Promise<void> {
  await world.run(`r_${++runs}`, pipeline, 'failed')
  await world.look()
}

const deliveries = () =>
  world.database.db
    .selectFrom('alert_deliveries')
    .select(['id', 'state', 'attempts', 'error', 'due_at', 'tried_at', 'alerts'])
    .orderBy('formed_at')
    .execute()
const toldIn = (target: AlertReceiver) =>
  target.received.map(({ body }) => JSON.parse(body) as { alerts: { what: string }[]; more: number })

describe('messages', () => {
  it('wait a minute for more, and then are one', async () => {
    const target = await receiver()
    await world.webhook('hook', target.url)
    await watch('hook')
    await fail('orders')
    expect(await world.deliver()).toBe(0)
    world.advance(40_000)
    await fail('invoices')
    await fail('orders')
    expect(await world.deliver()).toBe(0)
    world.advance(21_000)
    expect(await world.deliver()).toBe(1)
    const [message] = toldIn(target)
    expect(message).toMatchObject({
      more: 0,
      alerts: [
        { pipeline: 'orders', count: 2, change: 'opened' },
        { pipeline: 'invoices', count: 1 },
      ],
    })
    expect(await world.deliver()).toBe(0)
    expect(target.received).toHaveLength(1)
  })

  it('are at most so many an hour; what is more comes in one, the first ten by name', async () => {
    const target = await receiver()
    await world.webhook('hook', target.url, { hourlyLimit: 20, groupSeconds: 0 })
    await watch('hook')
    for (let n = 0; n < 20; n++) {
      await fail(`p${n}`)
      await world.deliver()
    }
    expect(target.received).toHaveLength(20)
    for (let n = 20; n < 67; n++) await world.run(`r_${++runs}`, `p${n}`, 'failed')
    await world.look()
    expect(await world.deliver()).toBe(0)
    world.advance(HOUR + 1000)
    expect(await world.deliver()).toBe(1)
    const digest = toldIn(target).at(-1)!
    expect(digest.alerts).toHaveLength(10)
    expect(digest.more).toBe(37)
  }, 60_000)

  it('of a clock that was set back by an hour are sent, once', async () => {
    const target = await receiver()
    await world.webhook('hook', target.url)
    await watch('hook')
    await fail('orders')
    world.advance(-HOUR)
    expect(await world.deliver()).toBe(1)
    await fail('invoices')
    world.advance(61_000)
    expect(await world.deliver()).toBe(1)
    expect(await world.deliver()).toBe(0)
    expect(new Set(target.ids()).size).toBe(2)
  })
})

describe('a channel that fails', () => {
  it('is tried again after 60 s, 120 s, 240 s with the same id and the same words, until it takes the message', async () => {
    let isDown = true
    const target = await receiver((response) => void response.writeHead(isDown ? 500 : 200).end(isDown ? 'busy' : 'ok'))
    await world.webhook('hook', target.url, { groupSeconds: 0 })
    await watch('hook')
    await fail('orders')
    for (const seconds of [60, 120, 240]) {
      expect(await world.deliver()).toBe(0)
      const [row] = await deliveries()
      expect(row).toMatchObject({ state: 'waiting', error: expect.stringContaining('answered 500 busy') })
      expect(Math.round((row!.due_at.getTime() - row!.tried_at.getTime()) / 1000)).toBe(seconds)
      world.advance((seconds - 2) * 1000)
      expect(await world.deliver()).toBe(0)
      expect(target.received).toHaveLength([60, 120, 240].indexOf(seconds) + 1)
      world.advance(3000)
    }
    isDown = false
    expect(await world.deliver()).toBe(1)
    expect(await deliveries()).toMatchObject([{ state: 'sent', attempts: 4, error: null }])
    expect(new Set(target.ids()).size).toBe(1)
    expect(new Set(target.received.map(({ body }) => body)).size).toBe(1)
  })

  it('for a day is given up, visibly', async () => {
    const target = await receiver((response) => void response.writeHead(500).end())
    await world.webhook('hook', target.url, { groupSeconds: 0 })
    await watch('hook')
    await fail('orders')
    const started = world.now().getTime()
    for (let tries = 0; tries < 60; tries++) {
      await world.deliver()
      const [row] = await deliveries()
      if (row!.state !== 'waiting') break
      expect(row!.due_at.getTime() - row!.tried_at.getTime()).toBeLessThanOrEqual(HOUR + 5000)
      world.advance(row!.due_at.getTime() - world.now().getTime() + 10)
    }
    expect(await deliveries()).toMatchObject([{ state: 'gave_up', error: expect.stringContaining('500') }])
    const hours = (world.now().getTime() - started) / HOUR
    expect(hours).toBeGreaterThan(22.9)
    expect(hours).toBeLessThan(24.1)
    const channel = await world.database.db.selectFrom('alert_channels').select('last_error').executeTakeFirstOrThrow()
    expect(channel.last_error).toContain('answered 500')
  }, 60_000)

  it('and a clock that is set back by an hour wait no hour longer', async () => {
    let isDown = true
    const target = await receiver((response) => void response.writeHead(isDown ? 500 : 200).end())
    await world.webhook('hook', target.url, { groupSeconds: 0 })
    await watch('hook')
    await fail('orders')
    await world.deliver()
    isDown = false
    world.advance(-HOUR)
    expect(await world.deliver()).toBe(1)
    expect(await deliveries()).toMatchObject([{ state: 'sent', attempts: 2 }])
  })

  it('by hanging holds up no other', async () => {
    const hanging = await receiver(() => undefined)
    const well = await receiver()
    await world.webhook('a-hangs', hanging.url, { groupSeconds: 0 })
    await world.webhook('b-well', well.url, { groupSeconds: 0 })
    await watch('a-hangs', 'b-well')
    await fail('orders')
    const sending = world.deliver({ timeoutMs: 1500 })
    await Promise.all([hanging.has(1), well.has(1)])
    expect(await sending).toBe(1)
    const rows = await world.database.db
      .selectFrom('alert_deliveries')
      .select(['channel_id', 'state', 'error'])
      .orderBy('channel_id')
      .execute()
    expect(rows).toEqual([
      { channel_id: 'a-hangs', state: 'waiting', error: expect.stringMatching(/did not answer/) },
      { channel_id: 'b-well', state: 'sent', error: null },
    ])
  })

  it.each([
    [
      'redirects',
      (response: ServerResponse): void => void response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
      /redirects \(302\), which is not followed/,
    ],
    ['closes the connection', (response: ServerResponse): void => void response.destroy(), /cannot be reached/],
    [
      'is busy',
      (response: ServerResponse): void => void response.writeHead(429, { 'retry-after': '600' }).end('slow down'),
      /answered 429 slow down/,
    ],
  ] as const)('that %s is told of so, and tried again', async (_what, answer, words) => {
    const target = await receiver(answer)
    await world.webhook('hook', target.url, { groupSeconds: 0 })
    await watch('hook')
    await fail('orders')
    expect(await world.deliver()).toBe(0)
    const [row] = await deliveries()
    expect(row).toMatchObject({ state: 'waiting', error: expect.stringMatching(words) })
    const waitS = Math.round((row!.due_at.getTime() - row!.tried_at.getTime()) / 1000)
    expect(waitS).toBe(_what === 'is busy' ? 600 : 60)
  })

  it('because its SMTP server is down sends when that is up again, once, with the id that it had', async () => {
    const plain = { disabledCommands: ['STARTTLS', 'AUTH'] }
    const down = await startSmtpReceiver(plain)
    await down.close()
    const settings = { host: '127.0.0.1', port: down.port, security: 'none', from: 'atlas@example.com', to: ['ops@example.com'] }
    await world.webhook('mail', '', { kind: 'email', groupSeconds: 0, settings })
    await watch('mail')
    await fail('orders')
    expect(await world.deliver()).toBe(0)
    const [row] = await deliveries()
    expect(row).toMatchObject({ state: 'waiting', error: `127.0.0.1:${down.port} cannot be reached: ECONNREFUSED.` })
    const up = await startSmtpReceiver(plain, down.port)
    world.advance(61_000)
    expect(await world.deliver()).toBe(1)
    expect(await world.deliver()).toBe(0)
    await up.close()
    expect(up.mails.map(({ text }) => /^Message-ID: <(\w+)@/m.exec(text)?.[1])).toEqual([row!.id])
  })

  it('because nobody listens is told of so', async () => {
    const gone = await startReceiver()
    await gone.close()
    await world.webhook('hook', gone.url, { groupSeconds: 0 })
    await watch('hook')
    await fail('orders')
    await world.deliver()
    expect(await deliveries()).toMatchObject([{ state: 'waiting', error: expect.stringContaining('ECONNREFUSED') }])
  })

  it.each(['http://169.254.169.254/latest', 'http://metadata.google.internal/', 'http://[fe80::1]/'])(
    'because its address is %s is refused',
    async (url) => {
      await world.webhook('hook', url, { groupSeconds: 0 })
      await watch('hook')
      await fail('orders')
      await world.deliver()
      expect(await deliveries()).toMatchObject([{ error: expect.stringContaining('link-local or metadata') }])
    },
  )
})

describe('several senders on one database', () => {
  it('send every message once', async () => {
    const target = await receiver()
    for (let n = 0; n < 5; n++) await world.webhook(`hook${n}`, target.url, { groupSeconds: 0 })
    await watch('hook0', 'hook1', 'hook2', 'hook3', 'hook4')
    await fail('orders')
    const sent = await Promise.all(Array.from({ length: 4 }, () => world.deliver()))
    expect(sent.reduce((sum, count) => sum + count, 0)).toBe(5)
    expect(target.received).toHaveLength(5)
    expect(new Set(target.ids()).size).toBe(5)
  })

  it('make one message of what waits for a channel, however close together they look', async () => {
    const names = Array.from({ length: 12 }, (_, n) => `hook${n}`)
    for (const name of names) await world.webhook(name, 'http://127.0.0.1:9/', { groupSeconds: 0 })
    await watch(...names)
    for (let round = 1; round <= 10; round++) {
      await fail(`orders${round}`)
      const made = await Promise.all(Array.from({ length: 8 }, () => formDeliveries(world.options)))
      expect(made.reduce((sum, count) => sum + count, 0)).toBe(names.length)
    }
  })

  it('send again what a sender that is gone had taken, when its lease is over', async () => {
    const target = await receiver()
    await world.webhook('hook', target.url, { groupSeconds: 0 })
    await watch('hook')
    await fail('orders')
    await world.deliver()
    await sql`update alert_deliveries set state = 'waiting', lease = 'gone', leased_until = ${new Date(world.now().getTime() + 15_000)}`.execute(
      world.database.db,
    )
    expect(await world.deliver()).toBe(0)
    world.advance(16_000)
    expect(await world.deliver()).toBe(1)
    expect(new Set(target.ids()).size).toBe(1)
  })
})
