import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { list, sql } from '../../src/core/sql.ts'
import { recognizers } from '../../src/privacy/recognizers/index.ts'
import { findSpans, spansIn, isWhole } from '../../src/privacy/spans.ts'
import { openMemoryEngine, type MemoryEngine } from '../engine/memory-engine.ts'

let engine: MemoryEngine
beforeAll(async () => {
  engine = await openMemoryEngine()
})
afterAll(() => engine.close())

async function spansInSql(recognizer: (typeof recognizers)[number], texts: readonly string[]): Promise<string[][]> {
  const rows = await engine.rows(
    sql`select ${spansIn(recognizer, sql`x`)}::json::varchar as "found" from (select unnest(${list(texts)}) as x)`,
  )
  return rows.map((row) => JSON.parse(String(row['found'])) as string[])
}

describe.each(recognizers)('the recognizer $id', (recognizer) => {
  it('finds each example whole, in SQL and in JavaScript', async () => {
    const { found } = recognizer.examples
    const inSentence = found.map((text) => `xx ${text}, yy`)
    expect(inSentence.map((text) => findSpans(recognizer, text))).toEqual(found.map((text) => expect.arrayContaining([text])))
    expect(await spansInSql(recognizer, inSentence)).toEqual(found.map((text) => expect.arrayContaining([text])))
  })

  it('takes each example for a whole cell', async () => {
    const rows = await engine.rows(
      sql`select x from (select unnest(${list(recognizer.examples.found)}) as x) where not ${isWhole(recognizer, sql`x`)}`,
    )
    expect(rows).toEqual([])
  })

  it('finds nothing in what is to be ignored, in SQL and in JavaScript', async () => {
    const { ignored } = recognizer.examples
    expect(ignored.filter((text) => findSpans(recognizer, text).length > 0)).toEqual([])
    expect(await spansInSql(recognizer, ignored)).toEqual(ignored.map(() => []))
  })
})

describe('text', () => {
  it.each([
    ['P01', 'CPR 070761-4285, tlf. 12 34 56 78', { DK_CPR: ['070761-4285'], PHONE_NUMBER: ['12 34 56 78'] }],
    ['P02', 'Patienten (CPR-nr. 010165-4321) er indlagt', { DK_CPR: ['010165-4321'] }],
    ['P03', 'Ordrenr. 9912314567 er afsendt', {}],
    [
      'P12',
      'Betal til dk50\u00a00040 0440 1162 43 BETALT INDEN FREDAG, ikke DK50 0040 0440 1162 44',
      { IBAN_CODE: ['dk50\u00a00040 0440 1162 43'] },
    ],
    [
      'P18',
      'kort 4131034282458809939, 630427373398, 2623322164608847, IMEI 490154203237518, 4571123456789010',
      { CREDIT_CARD: ['4131034282458809939', '630427373398', '2623322164608847'] },
    ],
    ['P19', 'A1, H1 and D3 wells (384-well, duplicate); v3.14.15.9; INTRODUCTORY; reg.nr 5471; build 20240131', {}],
    ['P21', '👩‍💻 skriv til søren@firma.dk 🙂', { EMAIL_ADDRESS: ['søren@firma.dk'] }],
  ])('case %s is read right in SQL and in JavaScript', async (_case, text, expected) => {
    const inSql: Record<string, string[]> = {}
    const inScript: Record<string, string[]> = {}
    for (const recognizer of recognizers) {
      const [found = []] = await spansInSql(recognizer, [text])
      if (found.length > 0) inSql[recognizer.id] = [...new Set(found)]
      const script = findSpans(recognizer, text)
      if (script.length > 0) inScript[recognizer.id] = [...new Set(script)]
    }
    expect(inSql).toEqual(expected)
    expect(inScript).toEqual(expected)
  })
})
