import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { list, sql } from '../../src/core/sql.ts'
import type { Recognizer } from '../../src/privacy/recognizer.ts'
import { fiPersonalIdentityCode } from '../../src/privacy/recognizers/fi-personal-identity-code.ts'
import { isKennitala } from '../../src/privacy/recognizers/is-kennitala.ts'
import { noFnr } from '../../src/privacy/recognizers/no-fnr.ts'
import { sePersonnummer } from '../../src/privacy/recognizers/se-personnummer.ts'
import { fixedRandom } from '../../src/privacy/sampling/perturb.ts'
import { isWhole } from '../../src/privacy/spans.ts'
import { createAnalyzer } from '../../src/privacy/text/analyzer.ts'
import { textRecognizers } from '../../src/privacy/text/recognizers/index.ts'
import { openMemoryEngine, type MemoryEngine } from '../engine/memory-engine.ts'

let engine: MemoryEngine
beforeAll(async () => {
  engine = await openMemoryEngine()
})
afterAll(() => engine.close())

async function wholeInSql(recognizer: Recognizer, cells: readonly string[]): Promise<boolean[]> {
  const rows = await engine.rows(
    sql`select ${isWhole(recognizer, sql`x`)} as found from (select unnest(${list(cells)}) as x, generate_subscripts(${list(cells)}, 1) as i) order by i`,
  )
  return rows.map((row) => row['found'] === true)
}

describe.each([
  [
    noFnr,
    // Two control digits; day plus 40 (D-number), month plus 40 (help number), 65 or 80 (test person); 29 February in leap years alone.
    {
      yes: ['31129956715', '71129956709', '311299 56715'],
      no: ['31129956716', '31129956725', '32129956715', '31139956715', '00000000000'],
    },
  ],
  [
    sePersonnummer,
    // Luhn over ten digits, day plus 60 (coordination number), + from the year one turns 100; 1900 was no leap year.
    {
      yes: ['811218-9876', '8112189876', '811278-9873', '121212+1212', '189004119807', '19910924-2397'],
      no: ['811218-9875', '811318-9876', '811232-9876', '19000229-0005', '81121-89876'],
    },
  ],
  [
    fiPersonalIdentityCode,
    // Remainder by 31, signs of before and since 2023, individual number from 002; 1900 was no leap year, 2000 was.
    {
      yes: ['131052-308T', '010594Y9032', '020594X903P', '020516C902J'],
      no: ['131052-308U', '131352-308T', '131052-001A', '131052/308T', '310289-211C'],
    },
  ],
  [
    isKennitala,
    // Day plus 40 for companies, century by the last digit; the check digit says nothing of a whole cell since February 2026.
    {
      yes: ['120160-3389', '1201603389', '120160-3399', '520160-3389'],
      no: ['120160-3384', '321260-3399', '129960-3389', '290200-3389', '120160-33890'],
    },
  ],
] as const)('$id', (recognizer, { yes, no }) => {
  it('takes what the standard gives for whole cells, and nothing else', async () => {
    expect(await wholeInSql(recognizer, yes)).toEqual(yes.map(() => true))
    expect(await wholeInSql(recognizer, no)).toEqual(no.map(() => false))
  })

  it('agrees with the analysis of text on 4,000 random numbers of the shape', async () => {
    const random = fixedRandom(recognizer.id.length)
    const cells = Array.from({ length: 4000 }, () => mutated(yes[Math.floor(random() * yes.length)] ?? '', random))
    const analyzer = createAnalyzer({ recognizers: textRecognizers.filter(({ entity }) => entity === recognizer.id) })
    const inText = cells.map((cell) =>
      analyzer.analyze(cell, { scoreThreshold: 0.01, useContext: false }).some(({ start, end }) => start === 0 && end === cell.length),
    )
    const inSql = await wholeInSql(recognizer, cells)
    expect(cells.filter((_, index) => inSql[index] !== inText[index])).toEqual([])
    expect(inText.filter(Boolean).length).toBeGreaterThan(20)
  })
})

/** One to three digits changed, so that many come near to being right. */
function mutated(text: string, random: () => number): string {
  const characters = [...text]
  for (let times = 1 + Math.floor(random() * 3); times > 0; times--) {
    const at = Math.floor(random() * characters.length)
    if (/[0-9]/.test(characters[at] ?? '')) characters[at] = String(Math.floor(random() * 10))
  }
  return characters.join('')
}
