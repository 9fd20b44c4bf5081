import { afterAll, beforeAll, expect, it } from 'vitest'
import { join, literal, raw, sql } from '../../src/core/sql.ts'
import { columnAnalyzer } from '../../src/privacy/column-analyzer.ts'
import { firstScan } from '../../src/privacy/first-scan.ts'
import { MAY_HOLD } from '../../src/privacy/may-hold.ts'
import { mayHoldRareKind, rareKinds } from '../../src/privacy/rare-kinds.ts'
import { emailAddress } from '../../src/privacy/recognizers/email-address.ts'
import { recognizers } from '../../src/privacy/recognizers/index.ts'
import { fixedRandom, perturb } from '../../src/privacy/sampling/perturb.ts'
import { SearchedColumn, type SearchPlan } from '../../src/privacy/searched-column.ts'
import { textRecognizers } from '../../src/privacy/text/recognizers/index.ts'
import { openMemoryEngine, type MemoryEngine } from '../engine/memory-engine.ts'

let engine: MemoryEngine
beforeAll(async () => {
  engine = await openMemoryEngine()
})
afterAll(() => engine.close())

const COLUMN = 'remark'
const FILLS = ['Sagen er lukket. ', 'ring igen i morgen', '(se bilag)', ' – no further action']

/** Each example alone and among words, with and without a context word, and with other digits and letters. */
function texts(entity: string): string[] {
  const random = fixedRandom(entity.length * 31)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!
  return textRecognizers
    .filter((recognizer) => recognizer.entity === entity)
    .flatMap(({ examples, context }) =>
      examples.found.flatMap((example) => {
        const others = Array.from({ length: 60 }, (_, index) => perturb(example, random, index % 2 === 0))
        return [example, ...others].flatMap((one) => [
          one,
          `${pick(FILLS)}${one} ${pick(FILLS)}`,
          `${pick(FILLS)} ${pick(context)}: ${one}`,
          `${one} (${pick(context).toUpperCase()})`,
        ])
      }),
    )
}

it.each([...rareKinds])('%s: every text in which the analysis of text finds one is picked out by SQL', async (entity) => {
  const analyzer = columnAnalyzer([entity])
  // Digits alone are judged with their column: one such number says nothing.
  const holding = texts(entity).filter((text) => /\D/.test(text) && analyzer(text, COLUMN).length > 0)
  expect(holding.length).toBeGreaterThan(3)
  const cells = join(holding.map((text) => sql`(${literal(text)})`))
  const tests = [
    mayHoldRareKind(raw('t'), COLUMN),
    mayHoldRareKind(raw('t'), COLUMN, new Set([...rareKinds].filter((one) => one !== entity))),
  ]
  const missed = await engine.rows(sql`select t from (values ${cells}) v(t) where not (${join(tests, ' and ')})`)
  expect(missed).toEqual([])
})

it('a wallet address without a run of digits is picked out too', async () => {
  const address = `0x${'ab12cd34'.repeat(5)}`
  expect(columnAnalyzer(['CRYPTO'])(`wallet ${address}`, COLUMN).map(({ entity }) => entity)).toEqual(['CRYPTO'])
  const cells = join([address, address.toUpperCase()].map((cell) => sql`(${literal(cell)})`))
  const [row] = await engine.rows(sql`select count_if(${mayHoldRareKind(raw('t'), COLUMN)}) as n from (values ${cells}) v(t)`)
  expect(Number(row?.['n'])).toBe(2)
})

it.each<[string, SearchPlan]>([
  ['next to no cell could be anything', { isPlain: true }],
  ['many cells could be something', { isPlain: false }],
  ['most cells are e-mail addresses', { isPlain: true, lead: { recognizer: emailAddress, isSampled: true } }],
])('where the first rows say that %s, the same cells are picked out as each cell asked by itself tells', async (_where, plan) => {
  const kinds = recognizers.flatMap(({ examples }) => [...examples.found, ...examples.ignored])
  const rare = [...rareKinds].flatMap((entity) => texts(entity).filter((_, index) => index % 7 === 0))
  const cells = [...new Set([...rare, ...kinds, ...kinds.map((text) => `${FILLS[0]}${text}`)])]
  await engine.run(
    sql`create or replace table mixed as select * from (values ${join(cells.map((cell) => sql`(${literal(cell)})`))}, (null)) v(remark)`,
  )
  const one = new SearchedColumn({ name: COLUMN, type: 'VARCHAR' }, 0, { ...plan, picksRare: true })
  const extent = {
    rows: 1e6,
    wanted: 10,
    repeating: new Set<never>(),
    leads: new Map(),
    silent: new Set<never>(),
    plain: new Set<never>(),
    stored: new Set<never>(),
  }
  const flags = await firstScan(engine, [one], raw('mixed'), null, extent)
  const isLead = plan.lead?.recognizer.resembles?.(raw(COLUMN)) ?? raw('false')
  const [direct = {}] =
    await engine.rows(sql`select count_if(regexp_matches(remark, ${MAY_HOLD})) as n, list(remark) filter (where ${mayHoldRareKind(raw(COLUMN), COLUMN)}) as cells
    from mixed where not ${isLead}`)
  const expected = (direct['cells'] as string[]).toSorted()
  expect(expected.length).toBeGreaterThan(500)
  expect((flags['picked0'] as string[]).toSorted()).toEqual(expected)
  expect(['rares0', 'any0'].map((name) => Number(flags[name]))).toEqual([expected.length, Number(direct['n'])])
})

it('hardly any cell of other columns is picked out', async () => {
  const cells = `select unnest([
    'Order ' || 10000000 + i || ' was delivered on time', md5(i::varchar), uuid()::varchar, '2024-01-31T10:' || i % 60 || ':01Z', 'user' || i || '@example.dk',
    '+45 ' || 20000000 + i, 'SKU-' || i, 'AB' || lpad((i % 100000)::varchar, 5, '0'), 'Nørregade ' || i % 90 || ', 8000 Aarhus C', 'https://example.dk/a/' || i
  ]) as t from range(2000) r(i)`
  const [row] = await engine.rows(
    sql`select count(*) filter (where ${mayHoldRareKind(raw('t'), COLUMN)}) / count(*) as share from (${raw(cells)})`,
  )
  expect(Number(row?.['share'])).toBeLessThan(0.005)
})

it('digests are asked about as cheaply as short automata allow: one union of all shapes took eighty times as long for them as for a sentence', async () => {
  await engine.run(
    sql`create table asked as select sha256(i::varchar) as digest, 'Ordinary text number ' || i || ' about things' as sentence from range(20000) r(i)`,
  )
  const least = async (column: string): Promise<number> => {
    const spent: number[] = []
    for (let round = 0; round < 3; round++) {
      const before = process.cpuUsage()
      await engine.rows(sql`select count(*) as n from asked where ${mayHoldRareKind(raw(column), COLUMN)}`)
      const { user, system } = process.cpuUsage(before)
      spent.push(user + system)
    }
    return Math.min(...spent)
  }
  const sentence = await least('sentence')
  expect((await least('digest')) / sentence).toBeLessThan(40)
})
