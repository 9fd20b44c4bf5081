import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Entity, PiiAction, PiiFinding, PiiRule, Policy } from '../../src/contract/pii.ts'
import { id, list, raw, sql, type Sql } from '../../src/core/sql.ts'
import { installMasking } from '../../src/privacy/install-masking.ts'
import { maskExpression } from '../../src/privacy/mask-expression.ts'
import { policyFor, resolveRule, stricterRule } from '../../src/privacy/policy.ts'
import { deriveKey } from '../../src/privacy/tokens/derive-key.ts'
import { revealPseudonym } from '../../src/privacy/tokens/pseudonym.ts'
import { decryptText } from '../../src/privacy/tokens/sealed.ts'
import { openMemoryEngine, type MemoryEngine } from '../engine/memory-engine.ts'

const master = new Uint8Array(32).fill(7)
const open: Policy = { entities: {}, columns: {} }
let engine: MemoryEngine
beforeAll(async () => {
  engine = await openMemoryEngine()
})
afterAll(() => engine.close())

function found(entity: Entity, rule: PiiRule | PiiAction, within: 'column' | 'text' = 'column'): PiiFinding {
  const full = typeof rule === 'string' ? { action: rule } : rule
  return { column: 'x', entity, matches: 1, rows: 1, confidence: 1, within, evidence: [], action: full.action, rule: full }
}

async function masked(cells: Sql, findings: PiiFinding[], policy = open, type = 'VARCHAR'): Promise<(string | null)[]> {
  await installMasking(engine, master, policy, [{ name: 'x', type, findings }])
  const expression = maskExpression({ name: 'x', cell: id('x'), type, findings }, policy)
  const rows = await engine.rows(sql`select ${expression ?? id('x')} as "x" from (select unnest(${cells}) as "x")`)
  return rows.map((row) => row['x'] as string | null)
}

const named = (rule: PiiRule | PiiAction, purpose?: string): Policy => ({
  entities: {},
  columns: { x: rule },
  ...(purpose === undefined ? {} : { purpose }),
})

describe('a column', () => {
  it('is replaced by the label of the policy, or by the name of its kind', async () => {
    expect(await masked(list(['a@b.dk', '']), [found('EMAIL_ADDRESS', { action: 'replace', label: 'someone' })])).toEqual(['someone', ''])
    expect(await masked(list(['a@b.dk']), [found('EMAIL_ADDRESS', 'replace')])).toEqual(['<EMAIL_ADDRESS>'])
  })

  it.each([
    ['12-34 56', 2, '**-** 56'],
    ['Øst 9', 3, '**t 9'],
    ['abc', 3, '***'],
    ['ab', 3, '***'],
    ['abcd', 0, '****'],
    ['e\u0301a\u0308xyz', 2, '***yz'],
    ['"x"', 2, '***'],
    ['(Bo)', 3, '***'],
    ['👩‍👩‍👧 x', 2, '*** x'],
  ])('%s masked but for the last %i characters is %s', async (cell, last, expected) => {
    expect(await masked(list([cell]), [], named({ action: 'mask', last }))).toEqual([expected])
  })

  it.each(['generalise', 'mask', 'fake', { action: 'mask', last: 2 }, { action: 'generalise', to: 'prefix' }] satisfies (
    | PiiRule
    | PiiAction
  )[])('of truth values is hidden under %j: a part, or the length, of one of two words tells which it was', async (rule) => {
    expect(await masked(sql`[true, false, null]`, [], named(rule), 'BOOLEAN')).toEqual(['***', '***', null])
  })

  it('P29: hashed or pseudonymised with one purpose joins across tables and spellings; with another purpose it does not', async () => {
    for (const action of ['hash', 'pseudonymise', 'fake'] as const) {
      const findings = [found('DK_CPR', action)]
      const [a, b] = await masked(list(['070761-4285', '0707614285']), findings)
      const [number] = await masked(raw('[707614285]'), findings, open, 'BIGINT')
      expect([b, number]).toEqual([a, a])
      const [other] = await masked(list(['070761-4285']), findings, { ...open, purpose: 'research' })
      expect(other).not.toBe(a)
    }
  })

  it('P29: the key id in a hash is that of its key', async () => {
    const [hash] = await masked(list(['Anna']), [], named('hash', 'research'))
    expect(hash).toMatch(new RegExp(`^h1_${deriveKey(master, 'hash', 'research').id}_[0-9a-f]{64}$`))
  })

  it('pseudonymised gives its value back to who has the key, emoji, line ends and a byte order mark too', async () => {
    const texts = ['Søren 🙂', 'a\nb', '\ufeffx', 'x']
    const tokens = await masked(list(texts), [], named('pseudonymise'))
    expect(tokens.map((token) => revealPseudonym(deriveKey(master, 'pseudonymise', 'default'), token!))).toEqual(texts)
  })

  it('P30: encrypted gives another token each time and comes back exactly', async () => {
    const tokens = await masked(list([' a@b.dk ', ' a@b.dk ']), [found('EMAIL_ADDRESS', 'encrypt')])
    expect(tokens[0]).not.toBe(tokens[1])
    expect(tokens.map((token) => decryptText(deriveKey(master, 'encrypt', 'default'), token!))).toEqual([' a@b.dk ', ' a@b.dk '])
  })

  it('keeps missing cells and the order of rows through functions that SQL has not', async () => {
    expect(await masked(sql`[null, '', 'N/A']`, [], named('pseudonymise'))).toEqual([null, '', 'N/A'])
    const cells = sql`(select list(i::varchar order by i) from range(20000) r(i))`
    const key = deriveKey(master, 'pseudonymise', 'default')
    const revealed = (await masked(cells, [], named('pseudonymise'))).map((token) => revealPseudonym(key, token!))
    expect(revealed).toEqual(Array.from({ length: 20_000 }, (_, index) => String(index)))
  })

  it.each([
    ['DATE', `date '1985-03-09'`, { action: 'generalise' }, '1985'],
    ['DATE', `date '1985-03-09'`, { action: 'generalise', to: 'month' }, '1985-03'],
    ['DATE', `date '1985-03-09'`, { action: 'generalise', to: 'decade' }, '1980s'],
    ['DATE', `date '1985-03-09'`, { action: 'generalise', to: 'age_band', on: '2025-03-08' }, '30-39'],
    ['DATE', `date '1985-03-09'`, { action: 'generalise', to: 'age_band', on: '2025-03-09', size: 5 }, '40-44'],
    ['DATE', `date '2085-03-09'`, { action: 'generalise', to: 'age_band', on: '2025-03-09' }, '***'],
    ['TIMESTAMP', `timestamp '1985-03-09 10:00:00'`, { action: 'generalise' }, '1985'],
    ['VARCHAR', `'1364'`, { action: 'generalise' }, '13*'],
    ['VARCHAR', `'SW1A 1AA'`, { action: 'generalise', to: 'prefix', size: 4 }, 'SW1A*'],
    ['VARCHAR', `'13'`, { action: 'generalise' }, '***'],
    ['VARCHAR', `'not a day'`, { action: 'generalise', to: 'year' }, '***'],
    ['BIGINT', `12345`, { action: 'generalise' }, '12000 to under 13000'],
    ['BIGINT', `-1`, { action: 'generalise', size: 50 }, '-50 to under 0'],
    ['DECIMAL(12,2)', `12345.67`, { action: 'generalise', to: 'bucket', size: 0.5 }, '12345.5 to under 12346'],
    ['DECIMAL(10,3)', `0.3::decimal(10,3)`, { action: 'generalise', to: 'bucket', size: 0.1 }, '0.3 to under 0.4'],
    ['DECIMAL(10,3)', `-0.05::decimal(10,3)`, { action: 'generalise', to: 'bucket', size: 0.1 }, '-0.1 to under 0'],
    ['DECIMAL(10,2)', `-0.01::decimal(10,2)`, { action: 'generalise', to: 'bucket' }, '-1000 to under 0'],
    ['BIGINT', `-1000`, { action: 'generalise' }, '-1000 to under 0'],
    ['BIGINT', `9223372036854775807`, { action: 'generalise' }, '9223372036854775000 to under 9223372036854776000'],
    ['DOUBLE', `1e300`, { action: 'generalise' }, '***'],
    ['DOUBLE', `'-inf'::double`, { action: 'generalise' }, '***'],
    ['DOUBLE', `'inf'::double`, { action: 'generalise', to: 'bucket', size: 0.5 }, '***'],
    ['DATE', `date 'infinity'`, { action: 'generalise' }, '***'],
    ['INTERVAL', `interval 3 days`, { action: 'generalise', to: 'bucket', size: 0.5 }, '***'],
    ['INTEGER[]', `[1, 2]`, { action: 'generalise', to: 'bucket' }, '***'],
    ['DATE[]', `[date '2000-02-29']`, { action: 'generalise', to: 'year' }, '***'],
    ['TIME', `time '10:00:00'`, { action: 'generalise', to: 'bucket' }, '***'],
    ['UUID', `'6f9619ff-8b86-d011-b42d-00c04fc964ff'::uuid`, { action: 'generalise', to: 'year' }, '***'],
    ['DATE', `date 'infinity'`, { action: 'generalise', to: 'month' }, '***'],
    ['DATE', `date '2000-02-29'`, { action: 'generalise', to: 'age_band', on: '2025-02-28', size: 1 }, '24-24'],
    ['DATE', `date '2000-02-29'`, { action: 'generalise', to: 'age_band', on: '2025-03-01', size: 1 }, '25-25'],
  ] as const)('a %s %s made coarser by %j is %s', async (type, cell, rule, expected) => {
    expect(await masked(raw(`[${cell}]`), [], named(rule), type)).toEqual([expected])
  })

  it.each([
    ['070761-4285', '1961'],
    ['0101360000', '1936'],
    ['010136-4000', '2036'],
    ['010137-4000', '1937'],
    ['010157-5000', '2057'],
    ['010158-8999', '1858'],
    ['991261-4285', '***'],
  ])('a CPR number %s made coarser is the year of birth %s', async (cpr, year) => {
    expect(await masked(list([cpr]), [found('DK_CPR', 'generalise')])).toEqual([year])
  })
})

describe('text that holds personal data', () => {
  it('gets the label of the policy in SQL, a backslash in it too', async () => {
    const findings = [found('EMAIL_ADDRESS', { action: 'replace', label: '[mail\\1]' }, 'text')]
    expect(await masked(list(['to a@b.dk now']), findings)).toEqual(['to [mail\\1] now'])
  })

  it('gets a pseudonym in the place of each value, which gives it back', async () => {
    const [text] = await masked(list(['Skriv til anna@b.dk eller bo@c.dk 🙂.']), [found('EMAIL_ADDRESS', 'pseudonymise', 'text')])
    const tokens = text!.match(/p1_[0-9a-f]{8}_[A-Za-z0-9_-]+/g)!
    const key = deriveKey(master, 'pseudonymise', 'default')
    expect(tokens.map((token) => revealPseudonym(key, token))).toEqual(['anna@b.dk', 'bo@c.dk'])
    expect(text).toBe(`Skriv til ${tokens[0]} eller ${tokens[1]} 🙂.`)
  })

  it('loses kinds that only the analysis of text knows, beside those that SQL knows', async () => {
    const findings = [found('NO_FNR', 'hash', 'text'), found('DK_CPR', 'redact', 'text'), found('MAC_ADDRESS', 'redact', 'text')]
    expect(await masked(list(['fnr 31129956715, CPR 070761-4285, 00:1b:44:11:3a:b7', null as never].slice(0, 1)), findings)).toEqual([
      'fnr <NO_FNR>, CPR <DK_CPR>, <MAC_ADDRESS>',
    ])
  })

  it('stays JSON where it is JSON, with long numbers exactly as they stood', async () => {
    const cells = raw(`[{'mail': 'a@b.dk', 'ids': [12345678901234567890, 707614285], 'deep': {'note': 'CPR 070761-4285'}}]`)
    const findings = [found('EMAIL_ADDRESS', 'redact', 'text'), found('DK_CPR', 'redact', 'text')]
    const [cell] = await masked(cells, findings, open, 'STRUCT(mail VARCHAR, ids HUGEINT[], deep STRUCT(note VARCHAR))')
    expect(cell).toBe('{"mail":"<EMAIL_ADDRESS>","ids":[12345678901234567890,707614285],"deep":{"note":"CPR <DK_CPR>"}}')
  })
})

describe('a policy', () => {
  it('takes parameters, a default, and for a dataset the stricter of both', () => {
    const policy: Policy = {
      entities: { EMAIL_ADDRESS: { action: 'mask', last: 4 }, DK_CPR: 'redact' },
      columns: { mail: 'keep' },
      default: 'hash',
      datasets: { people: { entities: { EMAIL_ADDRESS: 'redact', DK_CPR: 'mask' }, columns: { mail: 'drop' } } },
    }
    expect(resolveRule(policy, 'x', 'EMAIL_ADDRESS')).toEqual({ action: 'mask', last: 4 })
    expect(resolveRule(policy, 'x', 'IBAN_CODE')).toEqual({ action: 'hash' })
    expect(resolveRule(policy, 'mail', 'EMAIL_ADDRESS')).toEqual({ action: 'keep' })
    const people = policyFor(policy, 'people')
    expect(['EMAIL_ADDRESS', 'DK_CPR', 'IBAN_CODE'].map((entity) => resolveRule(people, 'x', entity as Entity).action)).toEqual([
      'redact',
      'redact',
      'hash',
    ])
    expect(resolveRule(people, 'mail', 'EMAIL_ADDRESS').action).toBe('drop')
    expect(policyFor(policy, 'others')).toEqual({ entities: policy.entities, columns: policy.columns, default: 'hash' })
  })

  it('of two masks prefers the one that shows less', () => {
    expect(stricterRule({ action: 'mask', last: 4 }, { action: 'mask', last: 2 })).toEqual({ action: 'mask', last: 2 })
    expect(stricterRule({ action: 'drop' }, { action: 'redact' })).toEqual({ action: 'drop' })
  })
})
