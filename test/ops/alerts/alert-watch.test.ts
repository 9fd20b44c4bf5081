import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type AlertWatch, startAlertWatch } from '../../../src/ops/alerts/alert-watch.ts'
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

function start(): AlertWatch {
  watch = startAlertWatch({ ...world.options, onChange: () => (changes += 1), onError: (error) => world.errors.push(error) })
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
