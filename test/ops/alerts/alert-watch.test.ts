import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type AlertWatch, startAlertWatch } from '../../../src/ops/alerts/alert-watch.ts'
import { LEADER, readLeader, takeLeases } from '../../../src/store/alert-leases.ts'
import { type AlertReceiver, startReceiver } from '../../support/alert-receiver.ts'
import { type AlertWorld, openAlertWorld } from '../../support/alert-world.ts'

let world: AlertWorld
let watch: AlertWatch | null = null
let changes: number
const open: AlertReceiver[] = []
beforeAll(async () => {
  world = await openAlertWorld()
})
afterAll(() => world.database.drop())
beforeEach(async () => {
  await world.reset()
  changes = 0
})
afterEach(async () => {
  await watch?.stop()
  watch = null
  await Promise.all(open.splice(0).map((receiver) => receiver.close()))
})

async function receiver(answer?: Parameters<typeof startReceiver>[0]): Promise<AlertReceiver> {
  const made = await startReceiver(answer)
  open.push(made)
  return made
}

/** Ten times what a busy machine was seen to need. */
const SOON = { timeout: 20_000 }
const holder = { id: 'watch', process: 'test', rank: 0 }

function start(): AlertWatch {
  watch = startAlertWatch({ ...world.options, holder, onChange: () => (changes += 1), onError: (error) => world.errors.push(error) })
  return watch
}

describe('the watch', () => {
  it('that is woken tells of a failed run soon, and says that alerts changed', async () => {
    const target = await receiver()
    await world.webhook('hook', target.url, { groupSeconds: 0 })
    await world.rule('failed', { kind: 'run-failed', channels: ['hook'] })
    await world.run('r1', 'orders', 'failed')
    start().wake()
    await target.has(1)
    expect(changes).toBe(1)
    expect(world.errors).toEqual([])
  })

  it('sends on to others, and what comes later, while one channel hangs', async () => {
    const hanging = await receiver(() => undefined)
    const well = await receiver()
    await world.webhook('a-hangs', hanging.url, { groupSeconds: 0 })
    await world.webhook('b-well', well.url, { groupSeconds: 0 })
    await world.rule('failed', { kind: 'run-failed', channels: ['a-hangs', 'b-well'] })
    await world.run('r1', 'orders', 'failed')
    start().wake()
    await Promise.all([hanging.has(1), well.has(1)])
    const began = performance.now()
    await world.run('r2', 'invoices', 'failed')
    watch!.wake()
    await well.has(2)
    expect(performance.now() - began).toBeLessThan(9_000)
    expect(hanging.received).toHaveLength(1)
  }, 30_000)

  it('that is stopped while a channel hangs ends at once, and the message is tried again later', async () => {
    const hanging = await receiver(() => undefined)
    await world.webhook('hook', hanging.url, { groupSeconds: 0 })
    await world.rule('failed', { kind: 'run-failed', channels: ['hook'] })
    await world.run('r1', 'orders', 'failed')
    start().wake()
    await hanging.has(1)
    const began = performance.now()
    await watch!.stop()
    expect(performance.now() - began).toBeLessThan(5_000)
    const rows = await world.database.db.selectFrom('alert_deliveries').select(['state', 'error', 'lease']).execute()
    expect(rows).toEqual([{ state: 'waiting', error: 'Atlas was stopped while the message was being sent.', lease: null }])
    expect(world.errors).toEqual([])
  })
})

describe('several processes', () => {
  const others: AlertWatch[] = []
  afterEach(async () => {
    await Promise.all(others.splice(0).map((each) => each.stop()))
  })
  const begin = (id: string, { rank = 0, host = 'machine-a' } = {}): AlertWatch => {
    const part = {
      holder: { id, process: id, rank },
      host,
      onChange: () => undefined,
      onError: (error: unknown) => world.errors.push(error),
    }
    const made = startAlertWatch({ ...world.options, ...part })
    others.push(made)
    return made
  }
  const leader = () => readLeader(world.database.db)
  const asked = async () =>
    (await world.database.db.selectFrom('alert_leases').select('asked').where('name', '=', LEADER).executeTakeFirst())?.asked

  it('have one that looks and sends; one that hears of something asks it, and one that stops hands over at once', async () => {
    const target = await receiver()
    await world.webhook('hook', target.url, { groupSeconds: 0 })
    await world.rule('failed', { kind: 'run-failed', channels: ['hook'] })
    const first = begin('first')
    first.wake()
    await expect.poll(leader, SOON).toBe('first')
    const second = begin('second')
    await world.run('r1', 'orders', 'failed')
    second.wake()
    await target.has(1)
    expect(await leader()).toBe('first')
    await first.stop()
    expect(await leader()).toBeNull()
    await world.run('r2', 'invoices', 'failed')
    second.wake()
    await target.has(2)
    expect(await leader()).toBe('second')
    expect(world.errors).toEqual([])
  })

  it('give way to a server', async () => {
    const worker = begin('worker')
    worker.wake()
    await expect.poll(leader, SOON).toBe('worker')
    begin('server', { rank: 1 }).wake()
    await expect.poll(leader, SOON).toBe('server')
    worker.wake()
    await expect.poll(asked, SOON).toBe(1)
    expect(await leader()).toBe('server')
  })

  it('each see the disk of their own machine', async () => {
    await world.rule('disk', { kind: 'disk-low' })
    world.setFree(1)
    begin('first', { host: 'machine-a' }).wake()
    await expect.poll(world.alerts, SOON).toHaveLength(1)
    begin('second', { host: 'machine-b' }).wake()
    await expect.poll(async () => (await world.alerts()).map(({ subject }) => subject).toSorted(), SOON).toEqual(['machine-a', 'machine-b'])
  })
})

describe('a lease', () => {
  const holder = (id: string, rank = 0) => ({ id, process: id, rank })
  const take = async (id: string, rank?: number) => (await takeLeases(world.database.db, ['alerts'], holder(id, rank))).length === 1
  const endsIn = (seconds: number) =>
    sql`update alert_leases set leased_until = clock_timestamp() + ${seconds} * interval '1 second'`.execute(world.database.db)

  it('is free when its holder gave no sign of life, and when it ends an hour from now because the clock was set back', async () => {
    expect(await take('first')).toBe(true)
    expect(await take('second')).toBe(false)
    await endsIn(-0.001)
    expect(await leaderOf()).toBeNull()
    expect(await take('second')).toBe(true)
    await endsIn(3600)
    expect(await take('third')).toBe(true)
    expect(await take('second')).toBe(false)
    expect(await take('server', 1)).toBe(true)
    expect(await take('third')).toBe(false)
  })

  it('goes to one of many who ask at once', async () => {
    const asked = await Promise.all(Array.from({ length: 8 }, (_, n) => take(`p${n}`)))
    expect(asked.filter(Boolean)).toHaveLength(1)
  })

  const leaderOf = () => readLeader(world.database.db)
})
