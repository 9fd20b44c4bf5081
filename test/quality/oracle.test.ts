import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRandom, type Random } from '../../bench/support/random.ts'
import { CheckRule, Dimension } from '../../src/contract/quality.ts'
import { id, join, literal, raw, sql, type Sql } from '../../src/core/sql.ts'
import { planRules } from '../../src/quality/plan-rules.ts'
import { scanRules } from '../../src/quality/scan-rules.ts'
import { type MemoryEngine, openMemoryEngine } from '../engine/memory-engine.ts'
import { type Cell, failingRows, type OracleColumn, type OracleRow } from './oracle.ts'
import { randomRule } from './oracle-rules.ts'
import { scopeOf } from './scope.ts'

let engine: MemoryEngine
beforeAll(async () => {
  engine = await openMemoryEngine()
})
afterAll(() => engine.close())

const NAMES = ['a', 'order', 'B b', 'order"; drop table t;--', 'atlas_part_0', "it's", 'æ']
const TEXTS = [
  'DK',
  'se',
  'É',
  'é',
  'e\u0301',
  '0',
  'x',
  'N/A',
  ' n/a ',
  'n/a           ',
  '',
  ' ',
  '\t',
  '\u00a0',
  'Grød',
  '😀',
  '😀a',
  "o'b",
  'a"b',
  'None',
  'null',
  '?',
  'aé\n',
]
const NUMBERS = [0, -0, 1, 1, 2, 3.5, -7, 30, 1e300, Number.NaN, Infinity, -Infinity]

function randomCell(random: Random, { type }: OracleColumn): Cell {
  if (random.below(5) === 0) return null
  if (type === 'VARCHAR') return random.pick(TEXTS)
  if (type === 'DOUBLE') return random.pick(NUMBERS)
  if (type === 'DECIMAL(12,2)') return random.below(9000) - 4500
  return random.below(60) - 30
}

function cellSql(cell: Cell, { type }: OracleColumn): Sql {
  if (cell === null) return sql`null::${raw(type)}`
  if (type === 'VARCHAR') return literal(String(cell))
  if (type === 'DATE') return sql`(date '1970-01-01' + ${Number(cell)}::integer)`
  if (type === 'DECIMAL(12,2)') return sql`(${(Number(cell) / 100).toFixed(2)}::decimal(12,2))`
  return sql`${String(cell)}::${raw(type)}`
}

async function makeTable(random: Random): Promise<{ columns: OracleColumn[]; rows: OracleRow[] }> {
  const types = ['BIGINT', 'VARCHAR', 'VARCHAR', 'DOUBLE', 'DECIMAL(12,2)', 'DATE'] as const
  const names = NAMES.slice(random.below(2))
  const columns = types.map((type, place): OracleColumn => ({ name: names[place]!, type }))
  const rows = Array.from({ length: random.below(60) }, () =>
    Object.fromEntries(columns.map((column) => [column.name, randomCell(random, column)])),
  )
  await engine.run(sql`create or replace table t (${join(columns.map(({ name, type }) => sql`${id(name)} ${raw(type)}`))})`)
  const tuples = rows.map((row) => sql`(${join(columns.map((column) => cellSql(row[column.name]!, column)))})`)
  if (tuples.length > 0) await engine.run(sql`insert into t values ${join(tuples)}`)
  return { columns, rows }
}

describe('one shared scan and one narrow scan', () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed))(
    'count what a row-by-row look counts, whatever the table and the rules (seed %i)',
    async (seed) => {
      const random = createRandom(seed)
      const { columns, rows } = await makeTable(random)
      const oracle = Array.from({ length: 1 + random.below(25) }, () => randomRule(random, columns))
      const declared = oracle.map(({ check, options, where }) =>
        CheckRule.parse({ check, options, ...(where === undefined ? {} : { where }) }),
      )
      const expressions = new Map(
        oracle.flatMap(({ where, options }) =>
          [where, options['expression']].flatMap((text) => (typeof text === 'string' ? [[text, raw(text)] as const] : [])),
        ),
      )
      const planned = await planRules(declared, { keys: [], sourceRows: null, automatic: false }, scopeOf(columns, { expressions }))

      const scan = await scanRules(engine, raw('t'), planned, columns)

      expect(scan.scans).toBeLessThanOrEqual(2)
      expect(scan.rows).toBe(rows.length)
      const looked = oracle.map((rule) => failingRows(rule, rows))
      expect(scan.measured.map(({ error, eligible, failing }, index) => [planned[index]!.rule, error, eligible, failing])).toEqual(
        looked.map(({ eligible, failing }, index) => [planned[index]!.rule, null, eligible.length, failing.length]),
      )
      for (const dimension of Dimension.options) {
        const broken = new Set(
          looked.flatMap(({ failing }, index) =>
            planned[index]!.dimension === dimension && planned[index]!.plan.kind === 'row' ? failing : [],
          ),
        )
        expect([dimension, scan.broken[dimension] ?? 0]).toEqual([dimension, broken.size])
      }
    },
  )
})
