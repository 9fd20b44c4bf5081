import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Entity, PiiAction, PiiFinding, Policy } from '../../src/contract/pii.ts'
import { id, list, raw, sql, type Sql } from '../../src/core/sql.ts'
import { installHashKey } from '../../src/privacy/hash-key.ts'
import { maskExpression } from '../../src/privacy/mask-expression.ts'
import { mergePolicies } from '../../src/core/merge-policies.ts'
import { resolveAction, stricter, withActions } from '../../src/privacy/policy.ts'
import { openMemoryEngine, type MemoryEngine } from '../engine/memory-engine.ts'

const key = { id: '0a1b2c3d', bytes: new TextEncoder().encode('the key of this test, thirty-two') }
const open: Policy = { entities: {}, columns: {} }
let engine: MemoryEngine
beforeAll(async () => {
  engine = await openMemoryEngine()
  await installHashKey(engine, key)
})
afterAll(() => engine.close())

function found(entity: Entity, action: PiiAction, within: 'column' | 'text' = 'column'): PiiFinding {
  return { column: 'x', entity, matches: 1, rows: 1, confidence: 1, within, evidence: [], action }
}

async function masked(cells: Sql, findings: PiiFinding[], policy = open, type = 'VARCHAR', wholly?: Entity): Promise<unknown[]> {
  const expression = maskExpression({ name: 'x', cell: id('x'), type, findings, wholly }, policy)
  const rows = await engine.rows(sql`select ${expression ?? id('x')} as "x" from (select unnest(${cells}) as "x")`)
  return rows.map((row) => row['x'])
}

const hmacOf = (text: string) => `h1_0a1b2c3d_${createHmac('sha256', key.bytes).update(text).digest('hex')}`

describe('a column of one kind', () => {
  it.each([
    ['EMAIL_ADDRESS', 'søren@firma.dk', 's***@firma.dk'],
    ['PHONE_NUMBER', '+45 12 34 56 78', '*** 78'],
    ['CREDIT_CARD', '4111 1111 1111 1111', '**** **** **** 1111'],
    ['IBAN_CODE', 'dk50 0040 0440 1162 43', 'DK** **** 6243'],
    ['DK_CPR', '070761-4285', '******-****'],
    ['IP_ADDRESS', '192.168.1.20', '192.168.*.*'],
    ['IP_ADDRESS', '2001:db8::1', '2001:db8:***'],
  ] as const)('%s is masked to what may be seen', async (entity, cell, expected) => {
    expect(await masked(list([cell]), [found(entity, 'mask')])).toEqual([expected])
  })

  it('hides cells that are something else, and leaves missing cells as they are', async () => {
    expect(await masked(list(['ring til Bo', '', '  ', 'N/A']), [found('EMAIL_ADDRESS', 'mask')])).toEqual(['***', '', '  ', 'N/A'])
    expect(await masked(sql`[null::varchar]`, [found('EMAIL_ADDRESS', 'redact')])).toEqual([null])
    expect(await masked(sql`[null::varchar]`, [found('EMAIL_ADDRESS', 'hash')])).toEqual([null])
  })

  it.each([
    ['EMAIL_ADDRESS', 'mask', [' søren@firma.dk ', 'a@b.c.dk', '', 'N/A', '.@-.x']],
    ['EMAIL_ADDRESS', 'hash', [' Søren@firma.dk ', 'a@b.c.dk', '', 'N/A']],
    ['IBAN_CODE', 'mask', ['dk50 0040 0440 1162 43', 'GB82WEST12345698765432', ' ']],
    ['IP_ADDRESS', 'mask', ['192.168.1.20', '2001:db8::1', '-']],
  ] as const)(
    '%s: the action %s gives the same where every cell is known to be one as where each is tested',
    async (entity, action, cells) => {
      const tested = await masked(list(cells), [found(entity, action)])
      expect(await masked(list(cells), [found(entity, action)], open, 'VARCHAR', entity)).toEqual(tested)
      expect(tested).not.toContain('***')
    },
  )

  it('is masked without a join in the plan, which would lose the order of the rows', async () => {
    const expression = maskExpression({ name: 'x', cell: id('x'), type: 'VARCHAR', findings: [found('EMAIL_ADDRESS', 'mask')] }, open)
    const [plan] = await engine.rows(sql`explain select ${expression} as y from (select i::varchar as x from range(10) r(i))`)
    expect(plan?.['explain_value']).toMatch(/PROJECTION/)
    expect(plan?.['explain_value']).not.toMatch(/JOIN/)
  })

  it('is redacted to the name of its kind', async () => {
    expect(await masked(list(['a@b.dk', 'Bo']), [found('EMAIL_ADDRESS', 'redact')])).toEqual(['<EMAIL_ADDRESS>', '<EMAIL_ADDRESS>'])
  })

  it('P26: a CPR number that lost its zero as a number gets it back before it is hashed', async () => {
    const cells = sql`[707614285::bigint]`
    expect(await masked(cells, [found('DK_CPR', 'hash')], open, 'BIGINT')).toEqual([hmacOf('0707614285')])
  })

  it('stays as it is under keep, without any expression', () => {
    expect(maskExpression({ name: 'x', cell: id('x'), type: 'VARCHAR', findings: [found('EMAIL_ADDRESS', 'keep')] }, open)).toBeNull()
  })
})

describe('hash', () => {
  it('is HMAC-SHA-256 of the normalised value, so that spellings of one value join', async () => {
    expect(await masked(list(['Søren@Firma.dk ', 'søren@firma.dk']), [found('EMAIL_ADDRESS', 'hash')])).toEqual([
      hmacOf('søren@firma.dk'),
      hmacOf('søren@firma.dk'),
    ])
    expect(await masked(list(['12345678', '+45 12 34 56 78', '004512345678']), [found('PHONE_NUMBER', 'hash')])).toEqual(
      Array(3).fill(hmacOf('+4512345678')),
    )
    expect(await masked(list(['070761-4285', '0707614285']), [found('DK_CPR', 'hash')])).toEqual(Array(2).fill(hmacOf('0707614285')))
  })

  it.each([[''], ['k'], ['k'.repeat(64)], ['k'.repeat(65)], ['\u0000\u00ff nøgle']])('agrees with Node for the key %j', async (text) => {
    const other = new TextEncoder().encode(text)
    await installHashKey(engine, { id: '01234567', bytes: other })
    const [hash] = await masked(list(['emoji 🙂 \\xAA']), [], { entities: {}, columns: { x: 'hash' } })
    await installHashKey(engine, key)
    expect(hash).toBe(`h1_01234567_${createHmac('sha256', other).update('emoji 🙂 \\xAA').digest('hex')}`)
  })

  it('shows the key in no plan and no column name', async () => {
    const expression = maskExpression({ name: 'x', cell: id('x'), type: 'VARCHAR', findings: [found('EMAIL_ADDRESS', 'hash')] }, open)
    const plans = await engine.rows(sql`explain analyze select ${expression} from (select 'a@b.dk' as x)`)
    const names = await engine.rows(sql`select ${expression} from (select 'a@b.dk' as x)`)
    const pad = Buffer.from(key.bytes.map((byte) => byte ^ 0x36)).toString('latin1')
    const shown = JSON.stringify([plans, Object.keys(names[0]!)])
    expect(shown).not.toContain('the key of this test')
    expect(shown).not.toContain(pad.slice(0, 8))
    expect(shown).not.toMatch(/\\\\x[0-9A-F]{2}/)
  })

  it('keeps the order of rows', async () => {
    const expression = maskExpression({ name: 'x', cell: id('x'), type: 'VARCHAR', findings: [] }, { entities: {}, columns: { x: 'hash' } })
    await engine.run(
      sql`create temp table ordered as select i, ${expression} as h from (select i, i::varchar as x from range(100000) r(i))`,
    )
    const rows = await engine.rows(sql`select count(*) filter (where i <> rowid) as "moved" from ordered`)
    expect(rows).toEqual([{ moved: 0n }])
  })
})

describe('text that holds personal data', () => {
  const findings = [
    found('EMAIL_ADDRESS', 'redact', 'text'),
    found('DK_CPR', 'hash', 'text'),
    found('CREDIT_CARD', 'mask', 'text'),
    found('PHONE_NUMBER', 'mask', 'text'),
    found('IBAN_CODE', 'mask', 'text'),
    found('IP_ADDRESS', 'mask', 'text'),
  ]

  it.each([
    ['Skriv til søren@firma.dk, eller anna@b.dk.', 'Skriv til <EMAIL_ADDRESS>, eller <EMAIL_ADDRESS>.'],
    ['Pt. 070761-4285 betalte med 4111 1111 1111 1111', 'Pt. <DK_CPR> betalte med <CREDIT_CARD>'],
    ['Ordre 9912314567 og EAN 5701234567892', 'Ordre 9912314567 og EAN 5701234567892'],
    ['tlf. 12 34 56 78, fra 192.168.1.20', 'tlf. <PHONE_NUMBER>, fra <IP_ADDRESS>'],
    ['DK50 0040 0440 1162 43 BETALT', '<IBAN_CODE> BETALT'],
    ['Intet her', 'Intet her'],
  ])('keeps everything else: %s', async (text, expected) => {
    expect(await masked(list([text]), findings)).toEqual([expected])
  })

  it('keeps NULL and blanks', async () => {
    expect(await masked(sql`[null, '', ' ']`, findings)).toEqual([null, '', ' '])
  })
})

describe('text that holds e-mail addresses alone', () => {
  it.each([
    ['skriv til anna@example.dk.', 'skriv til <EMAIL_ADDRESS>.'],
    ['a@b.dk, xa@b.dk og a@b.dk', '<EMAIL_ADDRESS>, <EMAIL_ADDRESS> og <EMAIL_ADDRESS>'],
    ['anna@example.dk anna@example.dk.com', '<EMAIL_ADDRESS> <EMAIL_ADDRESS>'],
    ['price @ 3.50', 'price @ 3.50'],
    ['+45 12 34 56 78 søren@bücher.example', '+45 12 34 56 78 <EMAIL_ADDRESS>'],
  ])('loses them and nothing else: %s', async (text, expected) => {
    expect(await masked(list([text]), [found('EMAIL_ADDRESS', 'redact', 'text')])).toEqual([expected])
  })
})

describe('a policy', () => {
  it('says more by the column than by the kind, and the stream more than the pipeline', () => {
    const policy = mergePolicies({ entities: { DK_CPR: 'redact' }, columns: {} }, { columns: { cpr: 'keep' } })
    expect(resolveAction(policy, 'cpr', 'DK_CPR')).toBe('keep')
    expect(resolveAction(policy, 'other', 'DK_CPR')).toBe('redact')
    expect(resolveAction(open, 'mail', 'EMAIL_ADDRESS')).toBe('mask')
    expect(withActions([found('DK_CPR', 'keep')], policy, () => 'cpr')).toMatchObject([{ action: 'keep' }])
  })

  it('prefers the stricter action', () => {
    expect([stricter('keep', 'mask'), stricter('hash', 'mask'), stricter('hash', 'redact')]).toEqual(['mask', 'hash', 'redact'])
  })

  it('masks a column that it names, found or not', async () => {
    expect(await masked(list(['Anna']), [], { entities: {}, columns: { x: 'mask' } })).toEqual(['***'])
    expect(await masked(list(['Anna']), [], { entities: {}, columns: { x: 'redact' } })).toEqual(['<REDACTED>'])
    expect(await masked(raw('[1.5::double]'), [], { entities: {}, columns: { x: 'redact' } }, 'DOUBLE')).toEqual(['<REDACTED>'])
  })
})
