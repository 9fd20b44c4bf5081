import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AlertKind, AlertRuleInput } from '../../../src/contract/alert-rules.ts'
import type { AlertRuleDefinition } from '../../../src/ops/alerts/alert-rule.ts'
import { backTest } from '../../../src/ops/alerts/back-test.ts'
import { alertRuleOf, alertRules, parseRuleOptions } from '../../../src/ops/alerts/rules/index.ts'
import { type AlertWorld, openAlertWorld } from '../../support/alert-world.ts'
import { ownCertificate } from '../../support/own-certificate.ts'

const DAY_MIN = 1440

let world: AlertWorld
beforeAll(async () => {
  world = await openAlertWorld()
})
afterAll(() => world.database.drop())
beforeEach(() => world.reset())

const seen = () => ({ ...world.options, now: world.now() })

/** What a kind of rule finds now. */
async function find(kind: AlertRuleDefinition['id'], options: object = {}) {
  const rule = alertRuleOf(kind)
  return rule.find(seen(), parseRuleOptions(rule, options))
}
const test = (kind: AlertRuleDefinition['id'], options: object = {}) =>
  backTest(seen(), AlertRuleInput.parse({ kind, name: kind, options }))
const at = (minutesAgo: number) => new Date(world.now().getTime() - minutesAgo * 60_000)

/** A published snapshot; the newest is what readers see. */
async function snapshot(
  name: string,
  minutesAgo: number,
  part: { rows?: number; quarantined?: number; score?: number; inputs?: number[] } = {},
): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    with d as (
      insert into datasets (name, layer) values (${name}, ${name.split('.')[0]}) on conflict (name) do update set name = excluded.name returning id, snapshot_id),
    sch as (insert into dataset_schemas (dataset_id, version, columns) select id, 1, '[]' from d on conflict do nothing),
    s as (
      insert into snapshots (dataset_id, parent_id, schema_version, operation, rows, size_bytes, file_count, quarantined, quality, committed_at, run_id)
      select id, snapshot_id, 1, 'replace', ${part.rows ?? 1}, 1, 1, ${part.quarantined ?? 0}, ${JSON.stringify({ score: part.score ?? null })}::jsonb, ${at(minutesAgo)}, 'r_of_snapshot' from d returning id, dataset_id)
    select id from s`.execute(world.database.db)
  const { id } = rows[0]!
  await sql`update datasets set snapshot_id = ${id} where name = ${name}`.execute(world.database.db)
  for (const input of part.inputs ?? [])
    await sql`insert into snapshot_inputs (snapshot_id, input_dataset_id, input_snapshot_id) select ${id}, dataset_id, id from snapshots where id = ${input}`.execute(
      world.database.db,
    )
  return id
}

async function schedule(id: string, dueMinutesAgo: number, isPaused = false): Promise<void> {
  await sql`
    insert into schedules (id, pipeline, timing, missed, overlap, jitter_seconds, paused, handled_until, due_at, created_by, created_at, updated_at)
    values (${id}, ${id}, '{"cron":"@hourly","zone":"UTC"}', 'once', 'skip', 0, ${isPaused}, now(), ${at(dueMinutesAgo)}, 'test', now(), now())`.execute(
    world.database.db,
  )
}

async function scheduledRun(
  id: string,
  scheduleId: string,
  state: string,
  timeMinutesAgo: number,
  endMinutesAgo: number | null,
): Promise<void> {
  await sql`
    insert into runs (id, pipeline, definition, state, trigger, requested_by, working_folder, queued_at, finished_at, schedule_id, logical_time)
    values (${id}, ${scheduleId}, '{}', ${state}, 'schedule', 'test', '/', ${at(timeMinutesAgo)}, ${endMinutesAgo === null ? null : at(endMinutesAgo)}, ${scheduleId}, ${at(timeMinutesAgo)})`.execute(
    world.database.db,
  )
}

describe('the kinds of rule', () => {
  it('are those of the contract', () => {
    expect(alertRules.map(({ id }) => id).toSorted()).toEqual([...AlertKind.options].toSorted())
  })

  it('exist from the start, those that need nothing set enabled', async () => {
    const fresh = await openAlertWorld()
    const rows = await fresh.database.db.selectFrom('alert_rules').select(['kind', 'enabled', 'channels']).orderBy('kind').execute()
    await fresh.look()
    expect(fresh.errors).toEqual([])
    await fresh.database.drop()
    expect(rows.filter(({ enabled }) => enabled).map(({ kind }) => kind)).toEqual([
      'credentials-expiring',
      'disk-low',
      'freshness-missed',
      'run-blocked',
      'run-failed',
      'run-late',
      'run-partial',
      'schema-changed',
    ])
    expect(rows.every(({ channels }) => channels.join() === 'browser')).toBe(true)
  })
})

describe('a rule of runs', () => {
  it.each([
    ['run-failed', 'failed', /^orders failed: /],
    ['run-blocked', 'blocked', /^orders was blocked: /],
    ['run-partial', 'partial', /^orders published only a part: /],
  ] as const)('%s finds the runs that ended %s, and what the dashboard says of the same pipeline', async (kind, state, words) => {
    await world.run('r1', 'orders', 'succeeded', 30)
    await world.run('r2', 'orders', state, 20)
    await world.run('r3', 'invoices', state, 20)
    await world.run('r4', 'invoices', 'succeeded', 10)
    const found = await find(kind)
    expect(found.filter(({ active }) => active)).toMatchObject([{ subject: 'orders', key: 'r2', what: expect.stringMatching(words) }])
    expect(found.filter(({ active }) => !active)).toMatchObject([{ subject: 'invoices', key: 'r3' }])
    const { attention } = await import('../../../src/store/dashboard-queries.ts').then(({ readDashboard }) =>
      readDashboard(world.database.db, world.now()),
    )
    expect(attention).toMatchObject([{ kind: kind.replace('-', '_'), link: '/runs/r2' }])
  })

  it('tells a transform from a pipeline of the same name', async () => {
    await world.run('r1', 'orders', 'failed', 20)
    await world.run('r2', 'orders', 'succeeded', 10)
    await sql`update runs set kind = 'transform' where id = 'r2'`.execute(world.database.db)
    expect((await find('run-failed')).filter(({ active }) => active)).toMatchObject([{ subject: 'orders', pipeline: 'orders' }])
    await sql`update runs set kind = case id when 'r1' then 'transform' else 'pipeline' end`.execute(world.database.db)
    expect((await find('run-failed')).filter(({ active }) => active)).toMatchObject([
      { subject: 'navigate.orders', pipeline: null, dataset: 'navigate.orders' },
    ])
  })

  it('leaves alone what a person put aside, and not what is being done again', async () => {
    await world.run('r1', 'orders', 'failed', 20)
    await sql`update runs set settled_at = now(), settled_by = 'ida'`.execute(world.database.db)
    expect((await find('run-failed')).some(({ active }) => active)).toBe(true)
    await sql`update runs set settled_reason = 'not needed'`.execute(world.database.db)
    expect((await find('run-failed')).some(({ active }) => active)).toBe(false)
  })

  it('would have fired once for each time that a pipeline went wrong', async () => {
    const ends = ['failed', 'failed', 'succeeded', 'failed', 'blocked', 'failed', 'succeeded']
    for (const [n, state] of ends.entries()) await world.run(`r${n}`, 'orders', state, (ends.length - n) * DAY_MIN)
    await world.run('r_old', 'orders', 'failed', 20 * DAY_MIN)
    expect(await test('run-failed')).toMatchObject({
      count: 3,
      why: null,
      firings: [{ subject: 'orders' }, { subject: 'orders' }, { subject: 'orders' }],
    })
    expect(await test('run-blocked')).toMatchObject({ count: 1 })
  })

  it('run-late finds a time that no run is queued for, and a run that is not done', async () => {
    await schedule('orders', 61)
    await schedule('paused', 61, true)
    await schedule('prompt', 59)
    await scheduledRun('r1', 'prompt', 'running', 70, null)
    await scheduledRun('r2', 'prompt', 'succeeded', 200, 100)
    const found = await find('run-late', { minutes: 60 })
    expect(found.map(({ subject, runId }) => [subject, runId])).toEqual([
      ['prompt', 'r1'],
      ['orders', null],
    ])
    expect(await find('run-late', { minutes: 90 })).toEqual([])
    expect(await test('run-late', { minutes: 60 })).toMatchObject({ count: 1, firings: [{ subject: 'prompt' }] })
  })

  it('schema-changed finds breaking changes by stream for seven days', async () => {
    for (const [stream, days, isBreaking] of [
      ['orders', 1, true],
      ['orders', 2, true],
      ['lines', 1, false],
      ['old', 8, true],
    ] as const)
      await sql`
        insert into schema_changes (at, run_id, pipeline, stream, dataset, kind, "column", action, breaking)
        values (${at(days * DAY_MIN)}, ${`r${days}`}, 'shop', ${stream}, 'explore.orders', 'removed', ${`c${days}`}, 'evolve', ${isBreaking})`.execute(
        world.database.db,
      )
    expect(await find('schema-changed')).toMatchObject([{ subject: 'shop orders', key: 'r1', what: expect.stringContaining('2 columns') }])
    expect(await test('schema-changed')).toMatchObject({ count: 3 })
  })
})

describe('a rule of datasets', () => {
  it('freshness-missed finds a dataset that is older than it may be, until it is published', async () => {
    const options = { dataset: 'navigate.revenue', olderThanMinutes: 120 }
    await snapshot('navigate.revenue', 700)
    await snapshot('navigate.revenue', 300)
    await snapshot('navigate.revenue', 121)
    expect(await find('freshness-missed', options)).toMatchObject([{ subject: 'navigate.revenue', active: true }])
    expect(await test('freshness-missed', options)).toMatchObject({ count: 3 })
    await snapshot('navigate.revenue', 1)
    expect(await find('freshness-missed', options)).toEqual([])
    expect(() => parseRuleOptions(alertRuleOf('freshness-missed'), { dataset: 'revenue' })).toThrow(/layer\.name/)
  })

  it('freshness-missed without a dataset finds the targets that are missed', async () => {
    await snapshot('navigate.revenue', 300)
    await sql`
      insert into freshness_targets (dataset, within, within_seconds, created_by, created_at, updated_at)
      values ('navigate.revenue', '2h', 7200, 'test', ${at(1000)}, ${at(1000)})`.execute(world.database.db)
    expect(await find('freshness-missed')).toMatchObject([
      { subject: 'navigate.revenue', what: expect.stringContaining('it may be 2h old'), active: true },
    ])
    expect(await test('freshness-missed')).toMatchObject({ count: 1 })
  })

  it('score-below finds a score below the limit, never rounded up to it', async () => {
    await snapshot('chart.a', 9, { score: 0.8996 })
    await snapshot('chart.b', 9, { score: 0.9 })
    await snapshot('chart.c', 9)
    expect(await find('score-below', { percent: 90 })).toMatchObject([
      { subject: 'chart.a', what: 'The quality score of chart.a is 89.9 %, below 90 %' },
    ])
    await snapshot('chart.a', 8, { score: 0.8 })
    expect(await test('score-below', { percent: 90 })).toMatchObject({ count: 1 })
  })

  it('quarantine-growth finds a snapshot of which more rows were refused than of the one before', async () => {
    await snapshot('chart.a', 30, { quarantined: 5 })
    await snapshot('chart.a', 20, { quarantined: 4 })
    await snapshot('chart.b', 30, { quarantined: 4 })
    await snapshot('chart.b', 20, { quarantined: 14 })
    expect(await find('quarantine-growth', { rows: 10 })).toMatchObject([
      { subject: 'chart.b', what: '14 rows of chart.b in quarantine; 4 before' },
    ])
    expect(await test('quarantine-growth', { rows: 10 })).toMatchObject({ count: 1 })
  })

  it.each([
    ['row-count-anomaly', 'rows', /^Number of rows of chart\.a below/],
    ['quality-anomaly', 'score', /^score of chart\.a below/],
  ] as const)('%s finds figures that the history did not let expect, unless somebody says that they were', async (kind, metric, words) => {
    const id = await snapshot('chart.a', 9)
    await sql`
      insert into quality_history (dataset_id, snapshot_id, run_id, at, metric, kind, value, verdict, reason)
      select dataset_id, id, 'r1', ${at(9)}, m.metric, 'count', 1, m.verdict, 'below' from snapshots, (values (${metric}, 'alert'), ('coverage', 'ok')) as m (metric, verdict) where id = ${id}`.execute(
      world.database.db,
    )
    expect(await find(kind)).toMatchObject([{ subject: 'chart.a', what: expect.stringMatching(words) }])
    expect(await find(kind === 'quality-anomaly' ? 'row-count-anomaly' : 'quality-anomaly')).toEqual([])
    expect(await test(kind)).toMatchObject({ count: 1 })
    await sql`insert into quality_expected (point_id, scope, why, "by") select id, 'point', 'sale', 'ida' from quality_history where verdict = 'alert'`.execute(
      world.database.db,
    )
    expect(await find(kind)).toEqual([])
  })

  it('names in its alert what is built from the dataset', async () => {
    const base = await snapshot('chart.a', 9, { score: 0.1 })
    const middle = await snapshot('navigate.b', 8, { inputs: [base] })
    await snapshot('navigate.c', 7, { inputs: [middle] })
    await snapshot('navigate.other', 7)
    await world.rule('score', { kind: 'score-below' })
    await world.look()
    const { downstream } = await world.database.db.selectFrom('alerts').select('downstream').executeTakeFirstOrThrow()
    expect(downstream).toEqual({ names: ['navigate.b', 'navigate.c'], total: 2 })
  })
})

describe('a rule of credentials', () => {
  async function token(id: string, days: number | null, isRevoked = false): Promise<void> {
    const end = days === null ? null : at(-days * DAY_MIN)
    await sql`
      insert into api_tokens (id, name, role, token_hash, prefix, created_by, expires_at, revoked_at)
      values (${id}, ${id}, 'viewer', ${id}, 'x', 'test', ${end}, ${isRevoked ? world.now() : null})`.execute(world.database.db)
  }

  it('finds tokens that end soon or have ended, and none that was revoked or never ends', async () => {
    await token('soon', 5)
    await token('ended', -2)
    await token('later', 20)
    await token('revoked', 5, true)
    await token('never', null)
    const found = await find('credentials-expiring', { days: 14 })
    expect(found.map(({ subject }) => subject).toSorted()).toEqual(['token ended', 'token soon'])
    expect((await test('credentials-expiring')).why).toContain('no history')
  })

  it('finds certificates of sources that end soon, and old secrets where a limit is set', async () => {
    const { cert: certificate } = await ownCertificate(3)
    await sql`
      insert into sources (id, name, connector, settings, streams, policy, version, created_by, updated_by, secrets_set_at)
      values ('s1', 'crm', 'postgresql', ${JSON.stringify({ tls: { ca: certificate } })}, '[]', '{}', 1, 'x', 'x', ${JSON.stringify({ password: at(100 * DAY_MIN).toISOString() })})`.execute(
      world.database.db,
    )
    expect(await find('credentials-expiring', { days: 14 })).toMatchObject([
      { subject: 'certificate crm', link: '/sources/crm?tab=settings' },
    ])
    expect(await find('credentials-expiring', { days: 2 })).toEqual([])
    expect(await find('credentials-expiring', { days: 2, oldAfterDays: 90 })).toMatchObject([{ subject: 'crm password' }])

    const ends = (days: number) => new Date(world.now().getTime() + days * 86_400_000)
    await world.database.db
      .updateTable('sources')
      .set({ settings: '{}', secrets_end_at: ends(5), credentials_end: ends(10).toISOString().slice(0, 10) })
      .execute()
    expect((await find('credentials-expiring', { days: 14 })).map(({ subject }) => subject)).toEqual(['certificate crm', 'credentials crm'])
    expect((await find('credentials-expiring', { days: 7 })).map(({ subject }) => subject)).toEqual(['certificate crm'])
  })
})

it('disk-low says which machine, and that nothing stored can tell when it would have fired', async () => {
  world.setFree(10 * 1024 ** 2)
  expect(await find('disk-low', { belowMiB: 20 })).toMatchObject([
    { subject: 'machine-a', cause: 'lake.disk_full', what: expect.stringContaining('10 MiB are free') },
  ])
  expect(await test('disk-low')).toMatchObject({ firings: null, count: null, why: 'Atlas keeps no history of free space.' })
})
