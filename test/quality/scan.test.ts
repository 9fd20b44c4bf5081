import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { CheckRule, type CheckResult } from '../../src/contract/quality.ts'
import { AtlasError } from '../../src/core/errors.ts'
import { literal, raw, sql, type Sql } from '../../src/core/sql.ts'
import type { CheckPlan } from '../../src/quality/check.ts'
import { measureQuality, type Measurement, type QualityFacts } from '../../src/quality/measure.ts'
import type { PlannedRule } from '../../src/quality/plan-rules.ts'
import { filterAggregate, withoutFilter } from '../../src/quality/scan/filter-aggregate.ts'
import { scanRules } from '../../src/quality/scan-rules.ts'
import { type MemoryEngine, openMemoryEngine } from '../engine/memory-engine.ts'

const ROWS = 20_000
let engine: MemoryEngine
let folder: string
let table: Sql
let columns: { name: string; type: string }[]

beforeAll(async () => {
  engine = await openMemoryEngine()
  folder = await mkdtemp(path.join(tmpdir(), 'atlas-scan-'))
  const file = path.join(folder, 'wide.parquet')
  const numbers = Array.from({ length: 8 }, (_, place) => `(i * ${place + 3}) % 1000 as n${place}`).join(', ')
  await engine.run(
    sql`copy (select i as id, 'key-' || i as code, ${raw(numbers)}, case when i = 15000 then 'late' else i::varchar end as text, i // 10 as tens from range(${ROWS}) r(i)) to ${literal(file)} (format parquet, row_group_size 5000)`,
  )
  table = sql`(select * from read_parquet(${literal(file)}))`
  columns = (await engine.rows(sql`select column_name as name, column_type as type from (describe ${table})`)) as typeof columns
})
afterAll(async () => {
  engine.close()
  await rm(folder, { recursive: true, force: true })
})

const facts: QualityFacts = { now: new Date('2026-11-20T00:00:00Z'), keys: [], sourceRows: null }
const sixty = Array.from({ length: 60 }, (_, place) => ({
  check: 'range',
  options: { column: `n${place % 8}`, min: place, max: 900 + place },
}))
const grouping = [
  { check: 'unique', options: { columns: ['id'] } },
  { check: 'unique', options: { columns: ['code', 'tens'] } },
  { check: 'functional-dependency', options: { determinant: ['id'], dependent: ['tens'] } },
  { check: 'monotonic', options: { column: 'id', direction: 'increasing' } },
  { check: 'outliers', options: { column: 'n1' } },
]

/** Counts what DuckDB's own profile says was read from the file by every query of a measurement that came to its end. */
function profiled(): { rows(query: Sql): Promise<Record<string, unknown>[]>; scannedRows(): Promise<number> } {
  const asked: Sql[] = []
  const scannedRows = async (): Promise<number> => {
    let sum = 0
    for (const query of asked) {
      const [profile] = await engine.rows(sql`explain (analyze, format json) ${query}`)
      sum += scanned(JSON.parse(Object.values(profile ?? {}).at(-1) as string) as Operator)
    }
    return sum
  }
  const rows = async (query: Sql): Promise<Record<string, unknown>[]> => {
    const answer = await engine.rows(query)
    asked.push(query)
    return answer
  }
  return { rows, scannedRows }
}

interface Operator {
  operator_name?: string
  operator_type?: string
  operator_cardinality?: number
  children?: Operator[]
}

function scanned({ operator_name: name = '', operator_cardinality: rows = 0, children = [] }: Operator): number {
  return (/READ_PARQUET/.test(name) ? rows : 0) + children.reduce((sum, child) => sum + scanned(child), 0)
}

async function measure(
  rules: readonly Record<string, unknown>[],
  more: Partial<QualityFacts> = {},
  query = profiled(),
): Promise<Measurement & { read: number }> {
  const declared = rules.map((rule) => CheckRule.parse(rule))
  const measured = await measureQuality(query, table, columns, declared, { ...facts, ...more })
  return { ...measured, read: await query.scannedRows() }
}

const written = (text: string): Pick<QualityFacts, 'expressions'> => ({ expressions: new Map([[text, raw(text)]]) })
const resultOf = ({ results }: Measurement, rule: string): CheckResult => results.find((result) => result.rule === rule)!

describe('scans', () => {
  it('Q35: 60 rules over 12 columns are one scan, with all that groups rows beside them two', async () => {
    const plain = await measure(sixty)
    expect([plain.scans, plain.scannedRows, plain.read]).toEqual([1, ROWS, ROWS])
    const both = await measure([...sixty, ...grouping])
    expect(both.results.filter(({ status }) => status === 'error')).toEqual([])
    expect([both.scans, both.scannedRows, both.read]).toEqual([2, 2 * ROWS, 2 * ROWS])
  })

  it('Q39: thirty rules are one look at the rows, and two exact keys one more, whatever the rules', async () => {
    const keys = [
      { check: 'unique', options: { columns: ['id'] } },
      { check: 'unique', options: { columns: ['code'] } },
    ]
    const plain = await measure(sixty.slice(0, 30))
    expect([plain.scans, plain.read]).toEqual([1, ROWS])
    const withKeys = await measure([...sixty.slice(0, 30), ...keys])
    expect([withKeys.scans, withKeys.read]).toEqual([2, 2 * ROWS])
  })

  it('Q35: one broken custom rule fails alone and costs the others no scan', async () => {
    const text = 'cast(code as integer) > 0'
    const broken = { id: 'broken', check: 'expression', options: { expression: text } }
    const without = await measure([...sixty, ...grouping])
    const measured = await measure([...sixty.slice(0, 30), broken, ...sixty.slice(30), ...grouping], written(text))
    expect([measured.scans, resultOf(measured, 'broken').status]).toEqual([2, 'error'])
    const counts = ({ rule, status, eligible, failing }: CheckResult) => [rule, status, eligible, failing]
    expect(measured.results.filter(({ rule }) => rule !== 'broken').map(counts)).toEqual(without.results.map(counts))
    // The faulty rule is found by halves, on the first rows.
    expect(measured.read).toBeLessThan(2 * ROWS + 2 * Math.ceil(Math.log2(77)) * 3000)
  })

  it('a rule that breaks on a row far down fails alone too', async () => {
    const text = 'cast("text" as integer) >= 0'
    const measured = await measure([...sixty, { id: 'late', check: 'expression', options: { expression: text } }], written(text))
    expect(measured.results.filter(({ status }) => status === 'error').map(({ rule }) => rule)).toEqual(['late'])
    expect(resultOf(measured, 'late').message).not.toContain('late')
    expect(resultOf(measured, 'range.n0').failing).toBe((await measure(sixty)).results[0]!.failing)
  })

  it('a column that is wholly empty is told from the rows that break another rule, in the second scan', async () => {
    await engine.run(
      sql`create or replace table half as select case when i % 4 = 0 then null else i end as a, null::varchar as b from range(100) r(i)`,
    )
    const half = [
      { name: 'a', type: 'BIGINT' },
      { name: 'b', type: 'VARCHAR' },
    ]
    const { summary, results, scans } = await measureQuality(engine, raw('half'), half, [], facts)
    expect([summary.dimensions.completeness, results.map(({ status }) => status), scans]).toEqual([0.75, ['warned', 'not_run'], 2])
  })

  it('missing values of a large table are the same ones, whichever way they are told', async () => {
    const texts = ['DK', 'se', 'N/A', ' n/a ', 'n/a           ', '', ' ', '\t', '\u00a0', '?', 'None', 'nan', '0']
    await engine.run(
      sql`create or replace table large as select [${raw(texts.map((text) => literal(text).text).join(', '))}, null][1 + i % ${texts.length + 1}] as few, 'N' || i as many from range(500000) r(i)`,
    )
    const both = ['few', 'many'].map((name) => ({ name, type: 'VARCHAR' }))
    const asked: string[] = []
    const query = { rows: (one: Sql) => (asked.push(one.text), engine.rows(one)) }
    const known = await measureQuality(query, raw('large'), both, [], { ...facts, rows: 500_000 })
    const unknown = await measureQuality(engine, raw('large'), both, [], facts)
    expect(known.results).toEqual(unknown.results)
    expect(asked).toHaveLength(2)
    // NULL and nine of the texts; the word with blanks far behind it is a text.
    expect(known.results[0]!.failing).toBe(
      Array.from({ length: 500_000 }, (_, index) => index % 14).filter((place) => ![0, 1, 4, 10, 12].includes(place)).length,
    )
  })

  it('a table that cannot be read is no fault of a rule', async () => {
    await expect(measureQuality(engine, raw('nowhere'), columns, [CheckRule.parse(sixty[0])], facts)).rejects.toThrow('nowhere')
  })
})

function planned(plan: CheckPlan, where: string | null = null): PlannedRule {
  const named = {
    rule: 'r',
    check: 'r',
    title: 'r',
    dimension: 'validity',
    column: null,
    looksAt: [],
    severity: 'error',
    origin: 'pipeline',
  } as const
  return {
    ...named,
    blocking: false,
    limits: { warn: null, fail: { rows: 0 } },
    where: where === null ? null : raw(where),
    isWritten: false,
    plan,
  }
}

const numbers: Record<string, CheckPlan> = {
  row: { kind: 'row', eligible: raw('n0 is not null'), failing: raw('n0 > 500'), figures: { most: raw('max(n0)') } },
  aggregate: {
    kind: 'aggregate',
    eligible: raw('true'),
    failingRows: raw('n0 > 900'),
    failing: raw('max(id) < 100'),
    figures: { most: raw('max(id)') },
    message: 'old',
  },
  measure: {
    kind: 'measure',
    prepare: raw('select 7 as added'),
    figures: ({ added }) => ({ sum: sql`sum(id) + ${added ?? 0}` }),
    judge: ({ sum }, rows) => ({ value: Number(sum), broken: false, failing: 0, eligible: rows, message: null }),
  },
  key: { kind: 'key', columns: ['tens'], expressions: [raw('tens')] },
  group: { kind: 'group', columns: ['tens'], by: [raw('tens')], eligible: raw('n0 > 3'), broken: raw('min(id) < 50') },
  ordered: {
    kind: 'ordered',
    columns: ['id'],
    window: raw(''),
    values: { before: raw('lag(id)') },
    eligible: raw('atlas_before is not null'),
    failing: raw('id - atlas_before > 1'),
  },
  twofold: {
    kind: 'twofold',
    columns: ['id'],
    first: { middle: raw('avg(id)') },
    second: ({ middle }) => ({ eligible: raw('id is not null'), failing: sql`id > ${middle ?? 0}`, message: null }),
  },
}

describe('a condition on the rows of a rule', () => {
  it.each(Object.entries(numbers))('holds for a rule of the kind %s as if the other rows were not there', async (_, plan) => {
    const condition = 'id % 7 = 1 and id < 3000'
    const filtered = sql`(select * from ${table} where ${raw(condition)})`
    // Beside another rule of each kind, so that the narrow scan keeps what it reads.
    const crowd = Object.values(numbers).map((other) => planned(other))
    const inside = await scanRules(engine, table, [planned(plan, condition), ...crowd], columns)
    const alone = await scanRules(engine, table, [planned(plan, condition)], columns)
    const outside = await scanRules(engine, filtered, [planned(plan)], columns)
    expect(inside.measured[0]).toEqual(outside.measured[0])
    expect(alone.measured[0]).toEqual(outside.measured[0])
    expect(inside.scans).toBe(2)
  })
})

describe('guards', () => {
  it('Q02: no kind of rule crashes or passes on a table without rows', async () => {
    const { results, summary } = await measureQuality(
      engine,
      sql`(select * from ${table} where false)`,
      columns,
      [...sixty.slice(0, 3), ...grouping].map((rule) => CheckRule.parse(rule)),
      facts,
    )
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['not_run']))
    expect([summary.score, new Set(Object.values(summary.dimensions))]).toEqual([null, new Set([null])])
  })

  it('Q09: an aggregate that overflows on one infinity is an error of its own rule alone', async () => {
    await engine.run(sql`create or replace table infinite as select unnest([1.0::double, 2.0, 'inf'::double]) as x`)
    const overflow = planned({ ...numbers['measure'], figures: () => ({ sd: raw('stddev(x)') }) } as CheckPlan)
    const finite = planned({
      kind: 'row',
      eligible: raw('x is not null'),
      failing: raw('not isfinite(x)'),
      figures: { mean: raw('avg(x) filter (where isfinite(x))') },
    })
    const { measured } = await scanRules(engine, raw('infinite'), [finite, overflow, finite], [{ name: 'x', type: 'DOUBLE' }])
    expect(measured[1]!.error).toContain('Out of Range')
    expect([measured[0]!.failing, measured[0]!.figures, measured[2]!.eligible]).toEqual([1, { mean: 1.5 }, 3])
  })
})

describe('limits', () => {
  const keys = ['id', 'code', 'tens'].map((column) => CheckRule.parse({ check: 'unique', options: { columns: [column] } }))
  /** Runs out of memory where a query groups so many rules, or by a column. */
  const small = (most: number, column: string) => ({
    rows: (query: Sql): Promise<Record<string, unknown>[]> => {
      const isMuch = query.text.split('group by').length - 1 > most || query.text.includes(`group by "${column}"`)
      return isMuch ? Promise.reject(new AtlasError('lake.out_of_memory', 'too much')) : engine.rows(query)
    },
  })

  it('rules that need too much memory together are measured by halves', async () => {
    const { results } = await measureQuality(small(1, ''), table, columns, keys, { ...facts, automatic: false })
    expect(results.map(({ status, failing }) => [status, failing])).toEqual([
      ['passed', 0],
      ['passed', 0],
      ['failed', ROWS],
    ])
  })

  it('a rule that needs too much memory alone is an error, and the others are measured', async () => {
    const { results } = await measureQuality(small(3, 'code'), table, columns, [...keys, CheckRule.parse(sixty[0])], {
      ...facts,
      automatic: false,
    })
    expect(results.map(({ status }) => status)).toEqual(['passed', 'error', 'failed', 'failed'])
    expect(results[1]!.message).toContain('too much')
  })

  it('an end of time is no fault of a rule: nothing is measured', async () => {
    const late = { rows: () => Promise.reject(new AtlasError('run.cancelled', 'stopped')) }
    await expect(measureQuality(late, table, columns, keys, facts)).rejects.toMatchObject({ code: 'run.cancelled' })
  })
})

describe('a sample', () => {
  const rules = [
    { check: 'range', options: { column: 'n0', max: 499 }, fail: { percent: 40 } },
    { check: 'range', options: { column: 'n1', max: 499 }, fail: { percent: 60 } },
    { check: 'range', options: { column: 'n2', max: 499 }, fail: { percent: 50 } },
    { check: 'range', options: { column: 'n3', min: 0 } },
    { check: 'unique', options: { columns: ['id'] } },
  ]

  it('passes a rule only where the worst that it leaves possible passes, and fails it only where the best fails', async () => {
    const { results, scans } = await measure(rules, { sampleRows: 4000, automatic: false })
    expect(results.map(({ status }) => status)).toEqual(['failed', 'passed', 'warned', 'warned', 'not_run'])
    expect(scans).toBe(2)
    expect(results[4]!.message).toContain('sample')
    for (const { sample, eligible, failing } of results.slice(0, 3)) {
      expect(sample!.low).toBeLessThan(0.5)
      expect(sample!.high).toBeGreaterThan(0.5)
      expect([sample!.rows, sample!.low < failing / eligible, sample!.high > failing / eligible]).toEqual([eligible, true, true])
    }
  })

  it('is not decided by the few rows of it that a filter leaves', async () => {
    const few = (rows: number, where: string) => ({ check: 'range', options: { column: 'n3', min: 0 }, fail: { rows }, where })
    const expressions = new Map(['id < 200', 'id < 0'].map((text) => [text, raw(`(${text})`)]))
    const asked = [few(100, 'id < 200'), few(60, 'id < 200'), few(0, 'id < 0')]
    const { results, summary } = await measure(
      asked.map((rule) => ({ ...rule, dimension: 'accuracy' as const })),
      { sampleRows: 1000, automatic: false, expressions },
    )
    const [enough, rare, none] = results
    // About ten rows that are asked about are in the sample. Where none of 1,000 fails, up to 0.38 % of all may: 77 of 20,000.
    expect(results.map(({ status }) => status)).toEqual(['passed', 'warned', 'not_run'])
    expect([enough!.sample!.rows, rare!.sample!.rows]).toEqual([enough!.eligible, enough!.eligible])
    expect(none!.message).toMatch(/^The rule applies to none of the [\d]+ rows looked at\.$/)
    expect(summary.dimensions.accuracy).toBeLessThan(1)
  })

  it('says of a dimension that it leaves without a figure why that is', async () => {
    const keys = [{ check: 'unique', options: { columns: ['id'] } }]
    const { summary } = await measure(keys, { sampleRows: 4000, automatic: false })
    expect(summary.reasons.uniqueness).toContain('A sample cannot tell')
  })

  it('is the same rows each time, and all rows where there are no more', async () => {
    const [one, two, all] = [
      await measure(rules, { sampleRows: 4000 }),
      await measure(rules, { sampleRows: 4000 }),
      await measure(rules, { sampleRows: ROWS }),
    ]
    expect(one.results).toEqual(two.results)
    expect(all.results).toEqual((await measure(rules)).results)
  })
})

describe('aggregates by their text', () => {
  const where = raw('"w" > 1')
  it.each([
    ['median("x")', '(median("x") filter (where ("w" > 1)))'],
    ['avg("x") filter (where "x" > 0)', '(avg("x") filter (where ("w" > 1) and ( "x" > 0)))'],
    ['quantile_cont("x", [0.25, 0.75])[1]', '(quantile_cont("x", [0.25, 0.75]) filter (where ("w" > 1)))[1]'],
  ])('%s is taken of the rows that a condition chooses', (text, expected) => {
    expect(filterAggregate(raw(text), where).text).toBe(expected)
  })

  it.each(['max("x") - min("x")', 'count(*) filter (where "x" > 0) * 100 / nullif(count(*), 0)', '"x"', "f(')') + 1"])(
    '%s is not one call',
    (text) => {
      expect(() => filterAggregate(raw(text), where)).toThrow('cannot be combined')
      expect(withoutFilter(raw(text)).text).toBe(text)
    },
  )

  it.each([
    ['count(*) filter (where "x" > 0)', 'coalesce(count_if( "x" > 0), 0)'],
    ['avg("x") filter (where "x" > 0)', 'avg(case when  "x" > 0 then "x" end)'],
    ['count(distinct "x") filter (where "x" > 0)', 'count(distinct "x") filter (where "x" > 0)'],
    ['max("x", 3) filter (where "x" > 0)', 'max("x", 3) filter (where "x" > 0)'],
  ])('%s is computed without a filter where that is the same', (text, expected) => {
    expect(withoutFilter(raw(text)).text).toBe(expected)
  })
})
