import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ENTITIES } from '../../src/contract/entities.ts'
import { type Entity, PiiAction, type Policy } from '../../src/contract/pii.ts'
import { id, list, sql, type Sql } from '../../src/core/sql.ts'
import { installMasking } from '../../src/privacy/install-masking.ts'
import { maskExpression } from '../../src/privacy/mask-expression.ts'
import { defaultAction, withActions } from '../../src/privacy/policy.ts'
import { openMemoryEngine, type MemoryEngine } from '../engine/memory-engine.ts'

const nothingSaid: Policy = { entities: {}, columns: {} }
let engine: MemoryEngine
beforeAll(async () => {
  engine = await openMemoryEngine()
})
afterAll(() => engine.close())

async function shown(entity: Entity, cells: Sql, within: 'column' | 'text' = 'column', type = 'VARCHAR'): Promise<unknown[]> {
  const found = { column: 'x', entity, matches: 1, rows: 1, confidence: 1, within, evidence: [] }
  const findings = withActions([found], nothingSaid, (name) => name)
  await installMasking(engine, new Uint8Array(32).fill(7), nothingSaid, [{ name: 'x', type, findings }])
  const masked = maskExpression({ name: 'x', cell: id('x'), type, findings }, nothingSaid)
  const rows = await engine.rows(sql`select ${masked ?? id('x')} as "x" from (select unnest(${cells}) as "x")`)
  return rows.map((row) => row['x'])
}

describe('where a policy says nothing', () => {
  it.each([
    ['DK_CPR', 'hash'],
    ['NO_FNR', 'hash'],
    ['PASSPORT_NUMBER', 'hash'],
    ['EMAIL_ADDRESS', 'mask'],
    ['PHONE_NUMBER', 'mask'],
    ['CREDIT_CARD', 'mask'],
    ['IBAN_CODE', 'mask'],
    ['PERSON', 'mask'],
    ['ADDRESS', 'mask'],
    ['DATE_OF_BIRTH', 'generalise'],
    ['API_KEY', 'redact'],
    ['NRP', 'redact'],
    ['POSTAL_CODE', 'keep'],
    ['LOCATION', 'keep'],
    ['AGE', 'keep'],
    ['ORGANIZATION', 'keep'],
    ['URL', 'keep'],
  ] as const)('%s: %s', (entity, action) => {
    expect(defaultAction(entity)).toBe(action)
  })

  it('every kind has an action that is one', () => {
    expect([...ENTITIES.keys()].filter((entity) => !PiiAction.options.includes(defaultAction(entity as Entity)))).toEqual([])
  })

  it('of a name the first letter stays, as of an e-mail address', async () => {
    expect(await shown('PERSON', list(['Anna Holm', ' Østen Bø', 'ægir', '4711', '', 'N/A']))).toEqual([
      'A***',
      'Ø***',
      'æ***',
      '***',
      '',
      'N/A',
    ])
  })

  it('of a birth date the year stays, however it is written', async () => {
    expect(await shown('DATE_OF_BIRTH', list(['1964-06-15', '15-06-1964', '15.06.1964', '19640615', 'in June', '']))).toEqual([
      '1964',
      '1964',
      '1964',
      '1964',
      '***',
      '',
    ])
    expect(await shown('DATE_OF_BIRTH', sql`[date '1964-06-15', null]`, 'column', 'DATE')).toEqual(['1964', null])
  })

  it('of an address nothing stays, and inside text a name and an address become their labels', async () => {
    expect(await shown('ADDRESS', list(['Vestergade 12, 8000 Aarhus C']))).toEqual(['***'])
    expect(await shown('PERSON', list(['Ring til Mette Nielsen i morgen', 'Sagen er lukket']), 'text')).toEqual([
      'Ring til <PERSON> i morgen',
      'Sagen er lukket',
    ])
  })
})
