import { describe, expect, it } from 'vitest'
import type { ColumnFinding } from '../../src/privacy/classify-columns.ts'
import { applyDecisions, type Decided } from '../../src/privacy/decisions.ts'

const columns = new Set(['phone', 'note', 'code'])
const phone: ColumnFinding = {
  column: 'phone',
  entity: 'PHONE_NUMBER',
  matches: 90,
  rows: 100,
  confidence: 0.7,
  within: 'column',
  evidence: ['shape'],
}
const cpr: ColumnFinding = {
  column: 'phone',
  entity: 'DK_CPR',
  matches: 9,
  rows: 100,
  confidence: 0.5,
  within: 'column',
  evidence: ['checksum'],
}
const note: ColumnFinding = {
  column: 'note',
  entity: 'EMAIL_ADDRESS',
  matches: 3,
  rows: 100,
  confidence: 0.9,
  within: 'text',
  evidence: ['shape'],
}
const decision = (
  column: string,
  entity: Decided['entity'],
  verdict: Decided['decision'],
  correctedEntity: Decided['correctedEntity'] = null,
): Decided => ({
  column,
  entity,
  decision: verdict,
  correctedEntity,
})

describe('a decision beats what is detected', () => {
  it('nothing changes where nothing was decided', () => {
    expect(applyDecisions([phone, note], [], columns)).toEqual([phone, note])
  })

  it('what was dismissed is gone, and nothing else of the column or of the entity', () => {
    expect(applyDecisions([phone, cpr, note], [decision('phone', 'DK_CPR', 'dismiss')], columns)).toEqual([phone, note])
    expect(applyDecisions([phone], [decision('note', 'PHONE_NUMBER', 'dismiss')], columns)).toEqual([phone])
  })

  it('what was confirmed is sure, and says why', () => {
    const [confirmed] = applyDecisions([phone], [decision('phone', 'PHONE_NUMBER', 'confirm')], columns)
    expect(confirmed).toEqual({ ...phone, confidence: 1, evidence: ['shape', 'confirmed by a steward'] })
  })

  it('what was confirmed inside text stays inside text', () => {
    const found = applyDecisions([note], [decision('note', 'EMAIL_ADDRESS', 'confirm')], columns)
    expect(found).toMatchObject([{ within: 'text', matches: 3, rows: 100, confidence: 1 }])
  })

  it('what was confirmed stands where nothing is detected any more', () => {
    const found = applyDecisions([], [decision('code', 'DK_CPR', 'confirm')], columns)
    expect(found).toEqual([
      { column: 'code', entity: 'DK_CPR', matches: 0, rows: 0, confidence: 1, within: 'column', evidence: ['confirmed by a steward'] },
    ])
  })

  it('what was corrected is what it is said to be, with the counts that were found', () => {
    const found = applyDecisions([phone], [decision('phone', 'PHONE_NUMBER', 'correct', 'IMEI')], columns)
    expect(found).toMatchObject([{ entity: 'IMEI', matches: 90, rows: 100, confidence: 1, within: 'column' }])
    expect(found[0]?.evidence).toContain('detected as PHONE_NUMBER, corrected by a steward')
  })

  it('what was corrected to what is found beside it is one finding', () => {
    const found = applyDecisions([phone, cpr], [decision('phone', 'PHONE_NUMBER', 'correct', 'DK_CPR')], columns)
    expect(found).toMatchObject([{ entity: 'DK_CPR', matches: 90, rows: 100, confidence: 1 }])
  })

  it('a decision about a column that is gone says nothing', () => {
    expect(applyDecisions([phone], [decision('old', 'DK_CPR', 'confirm')], columns)).toEqual([phone])
  })

  it('applied twice it is as applied once', () => {
    const decisions = [decision('phone', 'PHONE_NUMBER', 'correct', 'IMEI'), decision('note', 'EMAIL_ADDRESS', 'confirm')]
    const once = applyDecisions([phone, note], decisions, columns)
    const twice = applyDecisions(once, decisions, columns)
    expect(twice.map(({ column, entity, matches }) => [column, entity, matches])).toEqual(
      once.map(({ column, entity, matches }) => [column, entity, matches]),
    )
  })
})
