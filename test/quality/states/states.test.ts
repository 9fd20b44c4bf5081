import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRandom, type Random } from '../../../bench/support/random.ts'
import { CheckRule } from '../../../src/contract/quality.ts'
import { join, raw, sql, type Sql } from '../../../src/core/sql.ts'
import { measureQuality, type Measurement, type QualityFacts } from '../../../src/quality/measure.ts'
import type { FileState, StateKey, StateStore, TablePart } from '../../../src/quality/states/file-state.ts'
import { mergeMoments, NO_MOMENTS } from '../../../src/quality/states/moments.ts'
import { type MemoryEngine, openMemoryEngine } from '../../engine/memory-engine.ts'

let engine: MemoryEngine
beforeAll(async () => {
  engine = await openMemoryEngine()
})
afterAll(() => engine.close())

const columns = [
  { name: 'id', type: 'BIGINT' },
  { name: 'amount', type: 'DOUBLE' },
  { name: 'country', type: 'VARCHAR' },
  { name: 'seen', type: 'TIMESTAMP' },
]
const rules = [
  { check: 'range', options: { column: 'amount', min: 0 }, fail: { percent: 5 } },
  { check: 'range', options: { column: 'amount', max: 900 }, where: "country = 'DK'" },
  { check: 'set', options: { column: 'country', values: ['DK', 'SE'] } },
  { check: 'not-null', options: { column: 'country' } },
  { check: 'finite', options: { column: 'amount' } },
  ...['avg', 'sum', 'min', 'max', 'stddev', 'variance', 'distinct', 'median'].map((metric) => ({
    check: 'aggregate',
    options: { column: 'amount', metric, min: -1e9 },
  })),
  { check: 'aggregate', options: { column: 'country', metric: 'distinct', max: 3 }, where: 'id > 10' },
  { check: 'row-count', options: { min: 1 } },
  { check: 'unique', options: { columns: ['id'] } },
  { check: 'freshness', options: { column: 'seen', maxAgeHours: 24, zone: 'UTC' } },
  { check: 'not-in-future', options: { column: 'seen', zone: 'UTC' } },
].map((rule) => CheckRule.parse(rule))

const expressions = new Map(["country = 'DK'", 'id > 10'].map((text) => [text, raw(text)]))
const facts: QualityFacts = { now: new Date('2026-11-20T00:00:00Z'), keys: [], sourceRows: null, expressions }

/** States in memory, and how the files were asked for. */
function memoryStore(): StateStore & { saved: (StateKey & { state: FileState })[] } {
  const saved: (StateKey & { state: FileState })[] = []
  return {
    saved,
    load: (files, fingerprints) =>
      Promise.resolve(saved.filter((one) => files.includes(one.file) && fingerprints.includes(one.fingerprint))),
    save: (states) => {
      saved.push(...(JSON.parse(JSON.stringify(states)) as typeof saved))
      return Promise.resolve()
    },
  }
}

async function makeFile(random: Random, name: string): Promise<TablePart> {
  const rows = 1 + random.below(200)
  const seed = random.below(1_000_000)
  const scale = random.pick([1, 1000, 1e6])
  await engine.run(sql`create or replace table ${raw(name)} as select (hash(i + ${seed}) % 5000)::bigint as id,
    case when hash(i + ${seed + 1}) % 9 = 0 then null else (hash(i + ${seed + 2}) % 1000)::double / 7 * ${scale} - 10 end as amount,
    case hash(i + ${seed + 3}) % 6 when 0 then null when 1 then 'N/A' when 2 then 'NO' when 3 then 'SE' else 'DK' end as country,
    timestamp '2026-11-19' + to_seconds((hash(i + ${seed + 4}) % 200000)::bigint) as seen from range(${rows}) r(i)`)
  return { id: name, rows, relation: raw(name), schema: 'one' }
}

function together(files: readonly TablePart[]): Sql {
  return sql`(${join(
    files.map(({ relation }) => sql`select * from ${relation}`),
    ' union all ',
  )})`
}

const measure = (files: readonly TablePart[], store: StateStore | null, more: Partial<QualityFacts> = {}): Promise<Measurement> =>
  measureQuality(engine, together(files), columns, rules, { ...facts, ...(store === null ? {} : { parts: { files, store } }), ...more })

/** Equal but for the last digits of floating-point figures. */
function expectEqual(incremental: Measurement, full: Measurement): void {
  expect(incremental.summary).toEqual(full.summary)
  for (const [index, expected] of full.results.entries()) {
    const { figures, value, ...result } = incremental.results[index]!
    const { figures: fullFigures, value: fullValue, ...fullResult } = expected
    expect(result).toEqual(fullResult)
    expect(Object.keys(figures)).toEqual(Object.keys(fullFigures))
    for (const [name, figure] of [...Object.entries(fullFigures), ['value', fullValue] as const]) {
      const mine = name === 'value' ? value : figures[name]
      if (typeof figure === 'number') expect(Math.abs(Number(mine) - figure)).toBeLessThanOrEqual(1e-9 * Math.max(Math.abs(figure), 1e-300))
      else expect([name, mine]).toEqual([name, figure])
    }
  }
}

describe('states of files', () => {
  it.each(Array.from({ length: 12 }, (_, seed) => seed))(
    'Q34: give what a full look gives, after files were added, replaced and taken away (seed %i)',
    async (seed) => {
      const random = createRandom(seed)
      const store = memoryStore()
      let files: TablePart[] = []
      for (let step = 0; step < 4; step++) {
        const file = await makeFile(random, `part_${seed}_${step}`)
        if (step < 2) files = [...files, file]
        else files = [...files.filter((_, place) => place !== random.below(files.length)), file]
        expectEqual(await measure(files, store), await measure(files, null))
      }
    },
  )

  it('Q34: an appended file is read, and the others are not read again for rules that merge', async () => {
    const random = createRandom(99)
    const store = memoryStore()
    const merging = rules.filter(
      ({ check, options }) => !['unique', 'freshness', 'not-in-future'].includes(check) && options['metric'] !== 'median',
    )
    const files = [await makeFile(random, 'first'), await makeFile(random, 'second')]
    const ask = (parts: TablePart[]): Promise<Measurement> =>
      measureQuality(engine, together(parts), columns, merging, { ...facts, parts: { files: parts, store } })
    const before = await ask(files)
    const appended = [...files, await makeFile(random, 'third')]
    const after = await ask(appended)
    const again = await ask(appended)
    expect([before.scannedRows, after.scannedRows, again.scannedRows]).toEqual([files[0]!.rows + files[1]!.rows, appended[2]!.rows, 0])
    expect(again.results).toEqual(after.results)
  })

  it('a rule whose question changes with the clock is asked anew', async () => {
    const random = createRandom(7)
    const store = memoryStore()
    const files = [await makeFile(random, 'clock')]
    await measure(files, store)
    const later = { now: new Date('2027-11-20T00:00:00Z') }
    expectEqual(await measure(files, store, later), await measure(files, null, later))
  })

  it('a rule that was edited, and a file that is read as other columns, are not taken for known', async () => {
    const random = createRandom(8)
    const store = memoryStore()
    const file = await makeFile(random, 'edited')
    await measure([file], store)
    const known = store.saved.length
    await measure([{ ...file, schema: 'two' }], store)
    expect(store.saved.length).toBe(2 * known)
    const edited = [CheckRule.parse({ check: 'range', options: { column: 'amount', min: 50 } })]
    const { results } = await measureQuality(engine, raw('edited'), columns, edited, { ...facts, parts: { files: [file], store } })
    const full = await measureQuality(engine, raw('edited'), columns, edited, facts)
    expect(results[0]!.failing).toBe(full.results[0]!.failing)
  })

  it('a rule that breaks on one file fails alone', async () => {
    const random = createRandom(9)
    const broken = new Map([...expressions, ['cast(country as integer) > 0', raw('cast(country as integer) > 0')]])
    const files = [await makeFile(random, 'breaks')]
    const all = [...rules, CheckRule.parse({ id: 'broken', check: 'expression', options: { expression: 'cast(country as integer) > 0' } })]
    const { results } = await measureQuality(engine, raw('breaks'), columns, all, {
      ...facts,
      expressions: broken,
      parts: { files, store: memoryStore() },
    })
    expect(results.filter(({ status }) => status === 'error').map(({ rule }) => rule)).toEqual(['broken'])
  })
})

describe('moments', () => {
  it('Q34: are merged without the loss of digits that sums of squares have', () => {
    const values = Array.from({ length: 1000 }, (_, index) => 1e9 + (index % 10))
    const merged = values.reduce((all, value) => mergeMoments(all, { n: 1, mean: value, m2: 0 }), NO_MOMENTS)
    expect(merged.m2 / merged.n).toBeCloseTo(8.25, 6)
    expect(merged.mean).toBeCloseTo(1e9 + 4.5, 5)
  })
})
