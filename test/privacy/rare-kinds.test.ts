import { afterAll, beforeAll, expect, it } from 'vitest'
import { join, literal, raw, sql } from '../../src/core/sql.ts'
import { columnAnalyzer } from '../../src/privacy/column-analyzer.ts'
import { mayHoldRareKind, rareKinds } from '../../src/privacy/rare-kinds.ts'
import { fixedRandom, perturb } from '../../src/privacy/sampling/perturb.ts'
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
  const missed = await engine.rows(sql`select t from (values ${cells}) v(t) where not ${mayHoldRareKind(raw('t'), COLUMN)}`)
  expect(missed).toEqual([])
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
