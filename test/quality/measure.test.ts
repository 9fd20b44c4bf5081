import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readFileSync } from 'node:fs'
import { type CheckResult, CheckRule, type QualitySummary } from '../../src/contract/quality.ts'
import { raw, sql } from '../../src/core/sql.ts'
import { measureQuality, type QualityFacts } from '../../src/quality/measure.ts'
import { openMemoryEngine, type MemoryEngine } from '../engine/memory-engine.ts'

interface Case {
  id: string
  setup_sql: string
  expect: Record<string, number | null>
}
const { cases } = JSON.parse(readFileSync(new URL('./cases.json', import.meta.url), 'utf8')) as { cases: Case[] }
const caseOf = (id: string): Case => cases.find((one) => one.id === id)!

const facts: QualityFacts = { keys: [], sourceRows: null, quarantinedRows: 0, ambiguousDates: 0, now: new Date('2026-11-20T00:00:00Z') }
let engine: MemoryEngine
beforeAll(async () => {
  engine = await openMemoryEngine()
})
afterAll(() => engine.close())

interface Outcome {
  summary: QualitySummary
  results: CheckResult[]
  /** The first result of a declared rule. */
  first: CheckResult
}

async function measure(
  setup: string,
  rules: (Partial<CheckRule> & { check: string })[] = [],
  more: Partial<QualityFacts> = {},
): Promise<Outcome> {
  await engine.run(sql`drop table if exists t`)
  await engine.run(sql`drop table if exists u`)
  for (const statement of setup.split(';')) await engine.run(raw(statement))
  const columns = await engine.rows(sql`select column_name as "name", column_type as "type" from (describe t)`)
  const complete = rules.map((rule) => CheckRule.parse(rule))
  const measured = await measureQuality(engine, raw('t'), columns as { name: string; type: string }[], complete, { ...facts, ...more })
  return { ...measured, first: measured.results[0]! }
}

describe('completeness', () => {
  it('Q01: NULL, empty, blanks, no-break space and N/A are missing; 0 is not', async () => {
    const { id, setup_sql: setup, expect: expected } = caseOf('Q01')
    const { summary, first } = await measure(setup)
    expect([id, first.eligible, first.failing, summary.dimensions.completeness]).toEqual([
      id,
      expected['rows'],
      expected['missing'],
      expected['completeness'],
    ])
  })

  it('Q03: a value that is required only on some rows is measured on those', async () => {
    const { setup_sql: setup, expect: expected } = caseOf('Q03')
    const { first } = await measure(setup, [
      { check: 'not-null', options: { column: 'email', where: { column: 'channel', equals: 'web' } } },
    ])
    expect([first.eligible, first.failing]).toEqual([expected['eligible'], expected['missing']])
  })

  it('a column without any value is not expected to have one', async () => {
    const { summary, results } = await measure(`create table t as select * from (values (1, null::varchar), (2, '')) v(a, b)`)
    expect(results.map((result) => [result.column, result.status])).toEqual([
      ['a', 'passed'],
      ['b', 'not_run'],
    ])
    expect(summary.dimensions.completeness).toBe(1)
  })
})

describe('no rows', () => {
  it('Q02: every score is null with a reason, whatever is declared', async () => {
    const { summary, results } = await measure(caseOf('Q02').setup_sql, [{ check: 'range', options: { column: 'x', min: 2 } }], {
      keys: ['x'],
      sourceRows: 0,
    })
    expect(summary).toMatchObject({ score: null, measured: 0 })
    expect(new Set(Object.values(summary.dimensions))).toEqual(new Set([null]))
    expect([summary.reasons.completeness, summary.reasons.validity, summary.reasons.uniqueness]).toEqual(['no rows', 'no rows', 'no rows'])
    expect(new Set(results.map((result) => result.status))).toEqual(new Set(['not_run']))
  })
})

describe('uniqueness', () => {
  it('Q04: a million different keys are exactly 1', async () => {
    const { summary } = await measure(caseOf('Q04').setup_sql, [], { keys: ['id'] })
    expect(summary.dimensions.uniqueness).toBe(1)
  })

  it('Q06: three copies of one key are reported as values, rows and excess', async () => {
    const { setup_sql: setup, expect: expected } = caseOf('Q06')
    const { first } = await measure(setup, [{ check: 'unique', options: { columns: ['k'] } }])
    expect(first.figures).toEqual({
      distinct: expected['distinct'],
      duplicatedValues: expected['duplicated_values'],
      rowsInvolved: expected['rows_involved'],
      excess: expected['excess'],
    })
    expect([first.eligible, first.failing, first.status]).toEqual([4, 3, 'failed'])
  })

  it('Q07: case, edge spaces and Unicode forms are one key when they are to be ignored', async () => {
    const { setup_sql: setup, expect: expected } = caseOf('Q07')
    const strict = await measure(setup, [{ check: 'unique', options: { columns: ['x'] } }])
    const lenient = await measure(setup, [{ check: 'unique', options: { columns: ['x'], normalise: true } }])
    expect([strict.first.figures['distinct'], lenient.first.figures['distinct']]).toEqual([
      expected['raw_distinct'],
      expected['normalised_distinct'],
    ])
  })

  it('is null without keys', async () => {
    const { summary } = await measure('create table t as select 1 a')
    expect(summary.dimensions.uniqueness).toBeNull()
    expect(summary.reasons.uniqueness).toContain('keys')
  })
})

describe('timeliness', () => {
  it('Q10: a row dated 2099 does not make an old table fresh', async () => {
    const { setup_sql: setup, expect: expected } = caseOf('Q10')
    const { first, summary } = await measure(setup, [{ check: 'freshness', options: { column: 'ev', maxAgeHours: 24, zone: 'UTC' } }])
    expect([Number(first.figures['ageHours']) / 24, first.figures['futureRows']]).toEqual([expected['age_days'], expected['future_rows']])
    expect([first.status, summary.dimensions.timeliness]).toEqual(['failed', 0])
  })

  it('a fresh table loses only its rows in the future', async () => {
    const { first, summary } = await measure(caseOf('Q10').setup_sql, [
      { check: 'freshness', options: { column: 'ev', maxAgeHours: 24 * 8, zone: 'UTC' } },
    ])
    expect([first.failing, summary.dimensions.timeliness]).toEqual([1, 0.6666])
  })

  it('Q13: a clock without a zone is a warning and measures nothing', async () => {
    const { first, summary } = await measure(`create table t as select timestamp '2026-10-25 02:30' as ev`, [
      { check: 'freshness', options: { column: 'ev', maxAgeHours: 1 } },
    ])
    expect([first.status, summary.dimensions.timeliness]).toEqual(['warned', null])
    expect(summary.reasons.timeliness).toContain('zone')
  })

  it('infinity is in the future, and an age is never negative', async () => {
    const { first } = await measure(
      `create table t as select unnest([timestamptz '2026-11-20 00:03:00+00', 'infinity'::timestamptz]) as ev`,
      [{ check: 'freshness', options: { column: 'ev', maxAgeHours: 1 } }],
    )
    expect([first.figures['ageHours'], first.figures['futureRows'], first.failing]).toEqual([0, 1, 1])
  })
})

describe('validity', () => {
  it('Q09: infinity is counted and ends nothing', async () => {
    const { setup_sql: setup, expect: expected } = caseOf('Q09')
    const { results, summary } = await measure(setup)
    const finite = results.find((result) => result.check === 'finite')!
    expect(finite.failing).toBe(expected['non_finite'])
    expect(finite.figures).toEqual({ mean: expected['avg_finite'], deviation: expected['sd_finite'] })
    expect(summary.dimensions).toMatchObject({ completeness: 1, validity: 0.6666 })
  })

  it('Q14: a NULL is neither valid nor invalid', async () => {
    const { first, summary } = await measure(caseOf('Q14').setup_sql, [{ check: 'range', options: { column: 'amount', min: 1 } }])
    expect([first.eligible, first.failing, summary.dimensions.validity]).toEqual([2, 1, 0.5])
  })

  it('Q17: a postcode that lost its zero has its length back when padded', async () => {
    const { first } = await measure(caseOf('Q17').setup_sql, [{ check: 'length', options: { column: 'p', min: 4, max: 4, padTo: 4 } }])
    expect([first.eligible, first.eligible - first.failing]).toEqual([3, caseOf('Q17').expect['valid']])
  })

  it.each([
    ['set', { column: 'c', values: ['DK', 'SE'] }, 1],
    ['pattern', { column: 'c', pattern: '[A-Z]{2}' }, 1],
    ['length', { column: 'c', max: 2 }, 1],
    ['range', { column: 'n', max: 2 }, 1],
    ['range', { column: 'd', min: '2026-01-01', max: '2026-12-31' }, 1],
    ['set', { column: 'n', values: [1, 2, 3] }, 0],
  ])('%s %j fails on its rows alone', async (check, options, failing) => {
    const { first } = await measure(
      `create table t as select * from (values ('DK', 1, date '2026-02-03'), ('DKK', 2, date '2027-01-01'), (null, 3, null), ('SE', null, null)) v(c, n, d)`,
      [{ check, options }],
    )
    expect([first.failing, first.status]).toEqual([failing, failing === 0 ? 'passed' : 'failed'])
  })

  it('rows refused on the way count as invalid rows of the source', async () => {
    const { results, summary } = await measure('create table t as select unnest(range(9)) x', [], {
      sourceRows: 10,
      quarantinedRows: 1,
      ambiguousDates: 3,
    })
    expect(results.find((result) => result.check === 'type')).toMatchObject({
      eligible: 10,
      failing: 1,
      status: 'warned',
      figures: { ambiguousDates: 3 },
    })
    expect(summary.dimensions.validity).toBe(0.9)
  })
})

describe('consistency', () => {
  it('Q22: an open end is no violation', async () => {
    const { setup_sql: setup, expect: expected } = caseOf('Q22')
    const { first } = await measure(setup, [{ check: 'compare', options: { left: 'e', operator: '>=', right: 's' } }])
    expect([first.eligible, first.failing]).toEqual([expected['fail']! + expected['pass']!, expected['fail']])
  })

  it('Q25: sums of floating point agree within a tolerance', async () => {
    const { setup_sql: setup } = caseOf('Q25')
    const exact = await measure(setup, [{ check: 'compare', options: { left: ['a', 'b'], operator: '=', right: 's' } }])
    const tolerant = await measure(setup, [{ check: 'compare', options: { left: ['a', 'b'], operator: '=', right: 's', tolerance: 1e-9 } }])
    expect([exact.first.failing, tolerant.first.failing]).toEqual([1, 0])
  })

  it('an expression runs only when a parser has let it through', async () => {
    const rule = { check: 'expression', options: { expression: 'a + b = c' } }
    const setup = 'create table t as select 1 a, 2 b, 4 c'
    expect((await measure(setup, [rule])).first).toMatchObject({ status: 'error', failing: 0 })
    expect((await measure(setup, [rule], { expressions: new Map([['a + b = c', raw('a + b = c')]]) })).first).toMatchObject({
      status: 'failed',
      failing: 1,
    })
  })
})

describe('roll-up', () => {
  const setup = 'create table t as select i as x from range(10) r(i)'

  it('Q26: a rule that always passes raises no score, one that fails lowers it', async () => {
    const one = { check: 'range', options: { column: 'x', max: 7 } }
    const before = await measure(setup, [one])
    const passing = await measure(setup, [one, { check: 'range', options: { column: 'x', min: 0 } }])
    const failing = await measure(setup, [one, { check: 'range', options: { column: 'x', min: 3 } }])
    expect([before, passing, failing].map(({ summary }) => summary.dimensions.validity)).toEqual([0.8, 0.8, 0.5])
  })

  it('Q26: without any rule the score is null', async () => {
    const { summary } = await measure('create table t as select null as x')
    expect([summary.score, summary.measured]).toEqual([null, 0])
  })

  it('is 1 only when no row failed, however few did', async () => {
    const { summary } = await measure('create table t as select i as x from range(1000000) r(i)', [
      { check: 'range', options: { column: 'x', min: 1 }, limit: 1 },
    ])
    expect([summary.dimensions.validity, summary.score]).toEqual([0.9999, 0.9999])
  })

  it('Q35: one broken rule fails alone and is never passed', async () => {
    const { results, summary } = await measure(setup, [
      { check: 'range', options: { column: 'x', min: 'abc' }, blocking: true },
      { check: 'range', options: { column: 'y', min: 1 } },
      { check: 'pattern', options: { column: 'x', pattern: '(' } },
      { check: 'range', options: { column: 'x', max: 8 } },
      { check: 'nonsense' },
      { check: 'length', options: {} },
    ])
    expect(results.map((result) => result.status)).toEqual(['error', 'error', 'error', 'failed', 'error', 'error', 'passed'])
    expect(results[1]!.message).toContain('"y"')
    expect(summary.dimensions.validity).toBe(0.9)
    expect(summary.score).toBe(0.59)
  })

  it('accepts as many failing rows as the rule’s limit', async () => {
    const rule = { check: 'range', options: { column: 'x', max: 7 } }
    expect((await measure(setup, [{ ...rule, limit: 2 }])).first.status).toBe('passed')
    expect((await measure(setup, [{ ...rule, limit: 1 }])).first.status).toBe('failed')
  })

  it('tells no cell in the message of a rule that breaks on it', async () => {
    const { first } = await measure(
      `create table t as select 'secret@example.dk' as x`,
      [{ check: 'expression', options: { expression: 'cast(x as int) > 0' } }],
      {
        expressions: new Map([['cast(x as int) > 0', raw('cast(x as int) > 0')]]),
      },
    )
    expect(first.status).toBe('error')
    expect(first.message).not.toContain('secret')
  })
})

describe('work', () => {
  it('Q35: rows are read once for all row rules and once more for each key', async () => {
    await engine.run(sql`drop table if exists t`)
    await engine.run(raw('create table t as select i as x, i::varchar as y from range(1000) r(i)'))
    const asked: string[] = []
    const counting = { rows: (query: { text: string }) => (asked.push(query.text), engine.rows(raw(query.text))) }
    const rules = Array.from({ length: 60 }, (_, index) => CheckRule.parse({ check: 'range', options: { column: 'x', min: -index } }))
    await measureQuality(
      counting,
      raw('t'),
      [
        { name: 'x', type: 'BIGINT' },
        { name: 'y', type: 'VARCHAR' },
      ],
      rules,
      { ...facts, keys: ['x'] },
    )
    expect(asked).toHaveLength(2)
  })
})
