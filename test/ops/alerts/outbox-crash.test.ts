import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startReceiver } from '../../support/alert-receiver.ts'
import { type AlertWorld, openAlertWorld } from '../../support/alert-world.ts'
import { startProcess, type TestProcess } from '../../support/child-process.ts'

const PROGRAM = new URL('programs/send-alerts.ts', import.meta.url).pathname

let world: AlertWorld
beforeAll(async () => {
  world = await openAlertWorld()
})
afterAll(() => world.database.drop())

it(
  'a sender that is killed between sending and noting it loses no message, and what comes twice has the same id',
  { timeout: 120_000 },
  async () => {
    let sender: TestProcess | null = null
    let kills = 0
    // The receiver has the message and the sender does not know it: the worst moment there is.
    const target = await startReceiver(async (response) => {
      if (kills < 2 && sender !== null) {
        kills += 1
        const killed = sender
        sender = null
        await killed.kill()
      }
      response.end('ok')
    })
    const start = async (): Promise<void> => {
      sender = startProcess(PROGRAM, [world.database.url])
      await sender.line()
    }
    await world.reset()
    await world.webhook('hook', target.url, { groupSeconds: 0, hourlyLimit: 3600 })
    await world.rule('failed', { kind: 'run-failed', channels: ['hook'], repeatMinutes: 0 })
    await world.look()
    for (let n = 0; n < 4; n++) {
      await world.run(`r${n}`, `p${n}`, 'failed')
      await world.look()
      await start()
      await target.has(n + 1)
      await expect
        .poll(
          async () => {
            if (sender === null) {
              // The lease of the one that is gone is over at once, instead of in 6 s.
              await sql`update alert_deliveries set leased_until = now() where state = 'waiting'`.execute(world.database.db)
              await start()
            }
            return unsent()
          },
          { timeout: 20_000, interval: 100 },
        )
        .toBe(0)
      await sender!.kill()
      sender = null
    }
    await target.close()
    expect(kills).toBe(2)
    const bodies = new Map(target.received.map(({ headers, body }) => [headers['x-atlas-delivery']!, body]))
    const told = [...bodies.values()].flatMap((body) =>
      (JSON.parse(body) as { alerts: { pipeline: string }[] }).alerts.map(({ pipeline }) => pipeline),
    )
    expect(told.toSorted()).toEqual(Array.from({ length: 4 }, (_, n) => `p${n}`))
    expect(target.received).toHaveLength(4 + kills)
  },
)

async function unsent(): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select (select count(*) from alert_messages where delivery_id is null) + (select count(*) from alert_deliveries where state <> 'sent') as count`.execute(
    world.database.db,
  )
  return rows[0]!.count
}
