import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { evaluateRules } from '../../../src/ops/alerts/evaluate-rules.ts'
import { resolveAlert, snoozeAlert, takeAlert } from '../../../src/store/alert-acts.ts'
import { type AlertWorld, openAlertWorld } from '../../support/alert-world.ts'

const MIN = 60_000
const HOUR = 60 * MIN

let world: AlertWorld
beforeAll(async () => {
  world = await openAlertWorld()
})
afterAll(() => world.database.drop())
beforeEach(async () => {
  await world.reset()
  await world.rule('failed', { kind: 'run-failed', channels: ['browser', 'hook'], repeatMinutes: 0 })
  await world.webhook('hook', 'http://127.0.0.1:1/hook')
})

/** Messages that wait, by what they tell. */
async function messages(): Promise<string[]> {
  const { rows } = await sql<{ change: string }>`
    select c.change from alert_messages m join alert_changes c on c.id = m.change_id order by m.id`.execute(world.database.db)
  return rows.map(({ change }) => change)
}

async function onlyAlert(): Promise<string> {
  const [row, ...more] = await world.database.db.selectFrom('alerts').select('id').where('state', '=', 'open').execute()
  expect(more).toEqual([])
  return row!.id
}

const act = () => ({ by: 'ida', now: world.now() })

describe('an alert', () => {
  it('opens once, counts what happens again, and recovers when a later run succeeds', async () => {
    await world.run('r1', 'orders', 'failed', 9)
    await world.look()
    await world.look()
    expect(await world.alerts()).toEqual([{ subject: 'orders', state: 'open', occurrences: 1, changes: ['opened'] }])
    await world.run('r2', 'orders', 'failed', 6)
    await world.run('r3', 'orders', 'failed', 3)
    await world.look()
    await world.look()
    expect(await world.alerts()).toEqual([
      { subject: 'orders', state: 'open', occurrences: 3, changes: ['opened', 'occurred', 'occurred'] },
    ])
    await world.run('r4', 'orders', 'succeeded', 1)
    await world.look()
    await world.look()
    expect((await world.alerts())[0]).toMatchObject({ state: 'recovered', changes: ['opened', 'occurred', 'occurred', 'recovered'] })
    expect(await messages()).toEqual(['opened', 'occurred', 'occurred', 'recovered'])
  })

  it('tells of a failure that was over before anybody looked, and that it is over', async () => {
    await world.look()
    await world.run('r1', 'orders', 'failed', 2)
    await world.run('r2', 'orders', 'succeeded', 1)
    await world.look()
    expect(await world.alerts()).toEqual([{ subject: 'orders', state: 'recovered', occurrences: 1, changes: ['opened', 'recovered'] }])
  })

  it('is not opened by what was over before its rule looked for the first time', async () => {
    await world.run('r1', 'orders', 'failed', 20)
    await world.run('r2', 'orders', 'succeeded', 10)
    await world.run('r3', 'invoices', 'failed', 10)
    await world.look()
    expect((await world.alerts()).map(({ subject }) => subject)).toEqual(['invoices'])
  })

  it('holds names, counts and codes, and nothing of what the error says in detail', async () => {
    await world.run('r1', 'orders', 'failed')
    await world.look()
    const row = await world.database.db.selectFrom('alerts').selectAll().executeTakeFirstOrThrow()
    expect(row).toMatchObject({
      what: 'orders failed: The source does not answer',
      cause: 'source.unreachable',
      next: 'Mend it.',
      pipeline: 'orders',
      run_id: 'r1',
      link: '/runs/r1',
    })
    expect(JSON.stringify(row)).not.toContain('secret detail')
  })

  it('that somebody took counts on and is silent, until it is over', async () => {
    await world.run('r1', 'orders', 'failed', 9)
    await world.look()
    await takeAlert(world.database.db, await onlyAlert(), act())
    await world.run('r2', 'orders', 'failed', 6)
    await world.look()
    await world.run('r3', 'orders', 'succeeded', 1)
    await world.look()
    expect((await world.alerts())[0]).toMatchObject({ occurrences: 2, changes: ['opened', 'taken', 'occurred', 'recovered'] })
    expect(await messages()).toEqual(['opened', 'recovered'])
  })

  it('that is snoozed is silent until then, and says that it still is open', async () => {
    await world.run('r1', 'orders', 'failed', 9)
    await world.look()
    await snoozeAlert(world.database.db, await onlyAlert(), new Date(world.now().getTime() + HOUR), act())
    await world.run('r2', 'orders', 'failed', 6)
    await world.look()
    world.advance(59 * MIN)
    await world.look()
    expect(await messages()).toEqual(['opened'])
    world.advance(2 * MIN)
    await world.look()
    await world.look()
    expect(await messages()).toEqual(['opened', 'reminded'])
  })

  it('that was resolved stays closed while nothing new happens, and another opens with the next failure', async () => {
    await world.run('r1', 'orders', 'failed', 9)
    await world.look()
    await resolveAlert(world.database.db, await onlyAlert(), { ...act(), note: 'the disk was full' })
    await world.look()
    expect(await world.alerts()).toHaveLength(1)
    await world.run('r2', 'orders', 'failed', 1)
    await world.look()
    expect(await world.alerts()).toMatchObject([
      { state: 'resolved', occurrences: 1 },
      { state: 'open', occurrences: 1 },
    ])
    await expect(resolveAlert(world.database.db, 'al_none', { ...act(), note: 'x' })).rejects.toMatchObject({ code: 'alert.not_found' })
  })

  it('tells of further occurrences at most as often as its rule says', async () => {
    await world.database.db.updateTable('alert_rules').set({ repeat_minutes: 60 }).execute()
    await world.run('r1', 'orders', 'failed')
    await world.look()
    for (const [id, minutes] of [
      ['r2', 20],
      ['r3', 20],
      ['r4', 25],
      ['r5', 5],
    ] as const) {
      world.advance(minutes * MIN)
      await world.run(id, 'orders', 'failed')
      await world.look()
    }
    expect((await world.alerts())[0]!.occurrences).toBe(5)
    expect(await messages()).toEqual(['opened', 'occurred'])
  })

  it('is about the pipelines that its rule names, and no others', async () => {
    await world.database.db
      .updateTable('alert_rules')
      .set({ pipelines: JSON.stringify(['orders']) })
      .execute()
    await world.run('r1', 'orders', 'failed')
    await world.run('r2', 'invoices', 'failed')
    await world.look()
    expect((await world.alerts()).map(({ subject }) => subject)).toEqual(['orders'])
  })

  it('of a machine is over only when that machine says so', async () => {
    await world.rule('disk', { kind: 'disk-low', options: { belowMiB: 100 } })
    world.setFree(50 * 1024 ** 2)
    await world.look()
    await evaluateRules({ ...world.options, host: 'machine-b', freeBytes: async () => 1e12 })
    expect(await world.alerts()).toMatchObject([{ subject: 'machine-a', state: 'open' }])
    world.setFree(105 * 1024 ** 2)
    await world.look()
    expect(await world.alerts()).toMatchObject([{ state: 'open', occurrences: 1 }])
    world.setFree(111 * 1024 ** 2)
    await world.look()
    expect(await world.alerts()).toMatchObject([{ state: 'recovered' }])
    world.setFree(50 * 1024 ** 2)
    await world.look()
    expect(await world.alerts()).toMatchObject([{ state: 'recovered' }, { state: 'open' }])
  })
})

describe('several processes on one database', () => {
  it('open one alert for one failure, and count each run once', async () => {
    for (let round = 0; round < 6; round++) {
      await world.run(`r${round}`, 'orders', 'failed', 60 - round)
      await Promise.all(Array.from({ length: 4 }, () => evaluateRules(world.options)))
    }
    await world.look()
    expect(world.errors).toEqual([])
    expect(await world.alerts()).toMatchObject([{ state: 'open', occurrences: 6 }])
    expect(await messages()).toHaveLength(6)
  })
})

describe('a clock that is set back by an hour', () => {
  it('doubles nothing and silences nothing', async () => {
    await world.run('r1', 'orders', 'failed')
    await world.look()
    world.advance(-HOUR)
    await world.look()
    await world.run('r2', 'orders', 'failed', -60.5)
    await world.look()
    expect(await world.alerts()).toMatchObject([{ state: 'open', occurrences: 2 }])
    await world.run('r3', 'invoices', 'failed')
    await world.look()
    await world.look()
    expect(await world.alerts()).toHaveLength(2)
    expect(await messages()).toEqual(['opened', 'occurred', 'opened'])
  })

  it('and forward by an hour tells of what ended before, once', async () => {
    await world.look()
    world.advance(HOUR)
    await world.look()
    await world.run('r1', 'orders', 'failed', 90)
    await world.run('r2', 'orders', 'succeeded', 80)
    await world.look()
    await world.look()
    expect(await world.alerts()).toMatchObject([{ occurrences: 1, state: 'recovered' }])
  })
})

describe('a rule that cannot be looked at', () => {
  it('is noted with its code, and the others go on', async () => {
    await world.rule('broken', { kind: 'freshness-missed', options: { dataset: 'revenue' } })
    await world.run('r1', 'orders', 'failed')
    await world.look()
    expect(await world.alerts()).toHaveLength(1)
    const rules = await world.database.db
      .selectFrom('alert_rules')
      .select(['id', 'evaluated_at', 'evaluation_error'])
      .orderBy('id')
      .execute()
    expect(rules).toEqual([
      { id: 'broken', evaluated_at: null, evaluation_error: 'alert.rule_invalid' },
      { id: 'failed', evaluated_at: expect.any(Date), evaluation_error: null },
    ])
    expect(world.errors).toHaveLength(1)
  })
})

describe('what is kept of occurrences', () => {
  it('is bounded: old ones are forgotten but for those that hold still, and an alert is not opened again by them', async () => {
    await world.run('r1', 'orders', 'failed')
    await world.run('r2', 'invoices', 'failed')
    await world.look()
    world.advance(40 * 24 * HOUR)
    await world.run('r3', 'invoices', 'succeeded', 24 * 60)
    await world.look()
    await world.look()
    const kept = await world.database.db.selectFrom('alert_seen').select('key').execute()
    expect(kept).toEqual([{ key: 'r1' }])
    expect((await world.alerts()).map(({ subject, state, occurrences }) => [subject, state, occurrences])).toEqual(
      expect.arrayContaining([
        ['orders', 'open', 1],
        ['invoices', 'recovered', 1],
      ]),
    )
  })
})
