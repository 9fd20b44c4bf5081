import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { caseOf, NOW, openRuleBench, type RuleBench } from './measure-rule.ts'

let bench: RuleBench
beforeAll(async () => {
  bench = await openRuleBench()
})
afterAll(() => bench.close())

const HOUR_MS = 3_600_000

describe('age', () => {
  it('Q10: a row dated 2099 does not make an old table fresh', async () => {
    const { setup_sql: setup, expect: expected } = caseOf('Q10')
    const result = await bench.rule(setup, { check: 'freshness', options: { column: 'ev', maxAgeHours: 24, zone: 'UTC' } })
    expect([Number(result.figures['ageHours']) / 24, result.figures['futureRows'], result.status]).toEqual([
      expected['age_days'],
      expected['future_rows'],
      'failed',
    ])
  })

  it('Q11: fresh by load and stale by event, each rule by its own clock', async () => {
    const { setup_sql: setup, expect: expected } = caseOf('Q11')
    const event = await bench.rule(setup, {
      check: 'freshness',
      options: { column: 'ev', maxAgeHours: 24, zone: 'UTC', loadedColumn: 'ld' },
    })
    const load = await bench.rule(setup, { check: 'load-freshness', options: { column: 'ld', maxAgeHours: 24, zone: 'UTC' } })
    expect([event.status, event.figures['clock'], Math.round((Number(event.figures['ageHours']) / 24) * 100) / 100]).toEqual([
      'failed',
      'event',
      expected['event_age_days'],
    ])
    expect([load.status, load.figures['clock'], Number(load.figures['ageHours']) * 60]).toEqual([
      'passed',
      'load',
      expected['load_age_min'],
    ])
    // Loaded at 23:55 on the 19th, events from 00:00 to 01:39 on the 17th: the 95th percentile of 100 even steps is 4.95 minutes below the latest.
    expect(event.figures['latenessP95Hours']).toBeCloseTo(71 + 55 / 60 - 4.95 / 60, 9)
  })

  it('Q11: the age of the load is told beside that of the event', async () => {
    const facts = { loadedAt: new Date(NOW.getTime() - 5 * 60_000) }
    const options = { column: 'ev', maxAgeHours: 24, zone: 'UTC' }
    const result = await bench.rule(caseOf('Q11').setup_sql, { check: 'freshness', options }, facts)
    expect([result.status, Number(result.figures['loadedAgeHours']) * 60]).toEqual(['failed', 5])
  })

  it.each([
    [2, 3, 'passed', 0],
    [4, 3, 'failed', 2],
  ])('a snapshot loaded %i hours ago, of which %i are allowed: %s', async (hours, maxAgeHours, status, failing) => {
    const facts = { loadedAt: new Date(NOW.getTime() - hours * HOUR_MS) }
    const result = await bench.rule(
      'create table t as select unnest([1, 2]) x',
      { check: 'load-freshness', options: { maxAgeHours } },
      facts,
    )
    expect([result.status, result.value, result.failing, result.eligible]).toEqual([status, hours, failing, 2])
  })

  it('a table that no run loaded has no load to be fresh', async () => {
    const result = await bench.rule('create table t as select 1 x', { check: 'load-freshness', options: { maxAgeHours: 1 } })
    expect([result.status, result.message]).toEqual(['warned', 'Nobody knows when its rows were loaded: name the column that tells.'])
  })

  it('a rule over part of the rows takes the newest of these', async () => {
    const setup = `create table t as select * from (values (timestamptz '2026-11-19 23:00:00+00', 'a'), (timestamptz '2026-11-10 00:00:00+00', 'b')) v(ev, k)`
    const result = await bench.rule(setup, { check: 'temporal', options: { column: 'ev', maxAgeHours: 24 }, where: "k = 'b'" })
    expect([result.status, result.figures['ageHours'], result.eligible]).toEqual(['failed', 240, 1])
  })

  it('each group is fresh by itself', async () => {
    const setup = `create table t as select * from (values (timestamptz '2026-11-19 23:00:00+00', 'a'), (timestamptz '2026-11-10 00:00:00+00', 'b'), (timestamptz '2026-11-01 00:00:00+00', 'b'), (timestamptz '2026-11-01 00:00:00+00', 'a')) v(ev, shop)`
    const result = await bench.rule(setup, { check: 'freshness', options: { column: 'ev', maxAgeHours: 24, within: ['shop'] } })
    expect([result.eligible, result.failing, result.figures]).toEqual([4, 2, { groups: 2, brokenGroups: 1 }])
  })

  it.each(['freshness', 'not-in-future', 'schedule-coverage'])('Q13: %s measures no clock whose zone nobody told', async (check) => {
    const options = { column: 'ev', ...(check === 'freshness' ? { maxAgeHours: 1 } : {}) }
    const result = await bench.rule(`create table t as select timestamp '2026-10-25 02:30' as ev`, { check, options })
    expect([result.status, result.summary.dimensions.timeliness]).toEqual(['warned', null])
    expect(result.message).toContain('zone')
  })

  it.each([
    ['2026-10-25T02:00:00Z', 1.5],
    ['2026-10-25T01:30:00Z', 1],
    ['2026-10-25T00:30:00Z', 0],
  ])('Q13: at %s the half past two that comes twice is %d hours old, and never negative', async (now, ageHours) => {
    const setup = `create table t as select timestamp '2026-10-25 02:30' as ev`
    const options = { column: 'ev', maxAgeHours: 1, zone: 'Europe/Copenhagen' }
    const result = await bench.rule(setup, { check: 'freshness', options }, { now: new Date(now) })
    const age = Number(result.figures['ageHours'])
    // The text cannot tell the first from the second half past two; one of the two is right.
    expect([ageHours, Math.max(0, ageHours - 1)]).toContain(age)
  })
})

describe('rows out of time', () => {
  it('are those dated later than now, infinity among them', async () => {
    const setup = `create table t as select unnest([timestamptz '2026-11-20 00:04:00+00', timestamptz '2026-11-20 00:06:00+00', 'infinity'::timestamptz, null]) ev`
    const result = await bench.rule(setup, { check: 'future-rows', options: { column: 'ev' } })
    expect([result.eligible, result.failing]).toEqual([3, 2])
  })

  it('are those that came later than allowed', async () => {
    const setup = `create table t as select timestamptz '2026-11-01 00:00:00+00' ev, timestamptz '2026-11-01 00:00:00+00' + interval (i) hour ld from range(101) r(i) union all select null, timestamptz '2026-11-01'`
    const result = await bench.rule(setup, {
      check: 'lateness',
      options: { column: 'ev', loadedColumn: 'ld', maxHours: 95 },
      fail: { percent: 5 },
    })
    expect([result.eligible, result.failing, result.status]).toEqual([101, 5, 'passed'])
    expect([result.figures['p50Hours'], result.figures['p95Hours']]).toEqual([50, 95])
  })
})

describe('periods without rows', () => {
  const days = (column: string, type: string, values: string[]) =>
    `create table t as select unnest([${values.map((value) => `${type} '${value}'`).join(', ')}]) ${column}`

  it('are counted and the first is named', async () => {
    const setup = days('ev', 'date', ['2026-11-19', '2026-11-18', '2026-11-16', '2026-11-20', '2020-01-01'])
    const result = await bench.rule(setup, { check: 'schedule-coverage', options: { column: 'ev', last: 5, zone: 'UTC' } })
    expect([result.status, result.value, result.figures]).toEqual(['failed', 2, { expected: 5, missing: 2, firstMissing: '2026-11-15' }])
  })

  it.each([
    ['as many are accepted', { last: 5, maxMissing: 2 }, 'passed'],
    ['none is expected before a day', { last: 5, since: '2026-11-18' }, 'passed'],
    ['weekends are left out', { last: 5, weekdays: true, maxMissing: 1 }, 'passed'],
    ['no day is expected at all', { last: 5, since: '2027-01-01' }, 'not_run'],
  ])('%s', async (_, options, status) => {
    const setup = days('ev', 'date', ['2026-11-19', '2026-11-18', '2026-11-16'])
    const result = await bench.rule(setup, { check: 'missing-buckets', options: { column: 'ev', zone: 'UTC', ...options } })
    expect(result.status).toBe(status)
  })

  it.each([
    ['hour', `timestamptz '2026-11-19 21:00:00+00' + interval (i) hour`, 'failed', '2026-11-19T20:00Z'],
    ['week', `timestamptz '2026-11-02 00:00:00+00' + interval (i * 7) day`, 'failed', '2026-10-19'],
    ['month', `timestamptz '2026-08-31 00:00:00+00' + interval (i) month`, 'failed', '2026-07'],
  ])('every %s', async (every, event, status, firstMissing) => {
    const setup = `create table t as select ${event} ev from range(3) r(i)`
    const result = await bench.rule(setup, { check: 'schedule-coverage', options: { column: 'ev', every, last: 4 } })
    expect([result.status, result.figures['firstMissing']]).toEqual([status, firstMissing])
  })

  it('Q13: no hour is missing when the clock goes back', async () => {
    const setup = `create table t as select timestamptz '2026-10-24 20:00:00+00' + interval (i) hour ev from range(10) r(i)`
    const options = { column: 'ev', every: 'hour', last: 10, zone: 'Europe/Copenhagen' }
    const result = await bench.rule(setup, { check: 'schedule-coverage', options }, { now: new Date('2026-10-25T06:15:00Z') })
    expect([result.status, result.value]).toEqual(['passed', 0])
  })

  it('days are those of the zone', async () => {
    const setup = `create table t as select timestamptz '2026-11-18 23:30:00+00' ev`
    const options = { column: 'ev', last: 1, zone: 'Europe/Copenhagen' }
    expect((await bench.rule(setup, { check: 'schedule-coverage', options })).status).toBe('passed')
    expect((await bench.rule(setup, { check: 'schedule-coverage', options: { ...options, zone: 'UTC' } })).status).toBe('failed')
  })

  it('all are missing in an empty table', async () => {
    const result = await bench.rule(`create table t as select timestamptz '2026-11-18' ev where false`, {
      check: 'schedule-coverage',
      options: { column: 'ev', last: 3 },
    })
    expect([result.status, result.value]).toEqual(['failed', 3])
  })
})
