import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deriveKey } from '../../src/privacy/tokens/derive-key.ts'
import { pseudonymise } from '../../src/privacy/tokens/pseudonym.ts'
import { encryptText } from '../../src/privacy/tokens/sealed.ts'
import { startTestServer, type TestServer } from '../support/platform.ts'
import { publish } from '../support/publish.ts'
import { expectProblem, replyOf } from '../support/replies.ts'

let atlas: TestServer
beforeAll(async () => {
  atlas = await startTestServer()
  await publish(atlas.platform, 'chart.people', {
    columns: { born: 'DATE', sex: 'VARCHAR', postcode: 'VARCHAR', mail: 'VARCHAR' },
    select: `select date '1950-01-01' + (i * 11 % 9000)::int as born, ['F', 'M'][1 + i % 2] as sex, (1000 + i % 900)::varchar as postcode, 'a' || i || '@b.dk' as mail from range(5000) r(i)`,
  })
})
afterAll(() => atlas.close())

type Role = 'admin' | 'editor' | 'viewer'
const get = (path: string, role: Role = 'viewer') => atlas.as(role)(`/api/v1${path}`)
const post = (path: string, body: unknown, role: Role = 'viewer') =>
  atlas.as(role)(`/api/v1${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

describe('GET /datasets/:name/risk', () => {
  it('P36: says k, the share of unique rows, the columns that cause it and what would mend it', async () => {
    const risk = await replyOf('GET /datasets/:name/risk', get('/datasets/chart.people/risk?columns=born,sex,postcode'))
    expect(risk).toMatchObject({ rows: 5000, wanted: 5, k: 1, columns: ['born', 'sex', 'postcode'] })
    expect(risk.uniqueShare).toBeGreaterThan(0.9)
    expect(risk.mend!.k).toBeGreaterThanOrEqual(5)
    expect(risk.mend!.steps.length).toBeGreaterThan(0)
  })

  it('takes the columns that describe people when none are named', async () => {
    const risk = await replyOf('GET /datasets/:name/risk', get('/datasets/chart.people/risk'))
    expect(risk.columns).toEqual(['born', 'sex', 'postcode'])
  })

  it('says which column there is not, and how many are measured at most', async () => {
    await expectProblem(await get('/datasets/chart.people/risk?columns=nope'), 400, 'dataset.column_not_found')
    await expectProblem(await get('/datasets/chart.people/risk?columns=a,b,c,d,e,f,g'), 400, 'request.invalid')
  })
})

describe('POST /datasets/:name/pii-scan', () => {
  it('gives the findings of a dataset and no value', async () => {
    const reply = await post('/datasets/chart.people/pii-scan', {})
    const text = await reply.clone().text()
    expect(text).not.toContain('@b.dk')
    expect(await replyOf('POST /datasets/:name/pii-scan', Promise.resolve(reply))).toMatchObject({
      rows: 5000,
      of: 5000,
      missBound: 0,
      findings: [
        { column: 'born', entity: 'DATE_OF_BIRTH', within: 'column' },
        { column: 'mail', entity: 'EMAIL_ADDRESS', within: 'column', kind: 'entity', matches: 5000 },
      ],
    })
  })
})

describe('POST /pii/try-policy', () => {
  const body = {
    policy: { entities: { EMAIL_ADDRESS: 'hash', DK_CPR: { action: 'mask', last: 2 } }, columns: { secret: 'drop' } },
    columns: ['mail', 'cpr', 'secret', 'amount', 'note'],
    rows: [
      ['a@b.dk', '070761-4285', 'x', '12', 'skriv til c@d.dk'],
      ['c@d.dk', null, 'y', '13', ''],
    ],
  }

  it('shows the rows as they would be, without what is dropped', async () => {
    const tried = await replyOf('POST /pii/try-policy', post('/pii/try-policy', body))
    expect(tried.columns).toEqual([
      { name: 'mail', masked: true },
      { name: 'cpr', masked: true },
      { name: 'amount', masked: false },
      { name: 'note', masked: true },
    ])
    expect(tried.rows).toEqual([
      [expect.stringMatching(/^h1_[0-9a-f]{8}_[0-9a-f]{64}$/), '******-**85', '12', 'skriv til <EMAIL_ADDRESS>'],
      [expect.stringMatching(/^h1_/), null, '13', ''],
    ])
  })

  it('makes tokens with a key of its own each time, so that nobody can try out whose token is whose', async () => {
    const [one, two] = [await post('/pii/try-policy', body), await post('/pii/try-policy', body)]
    const first = async (reply: Response) => (await replyOf('POST /pii/try-policy', Promise.resolve(reply))).rows[0]![0]
    expect(await first(one)).not.toBe(await first(two))
  })

  it('names the nearest kind for one that is not known', async () => {
    const reply = await post('/pii/try-policy', { ...body, policy: { entities: { EMAIL: 'mask' } } })
    expect(await reply.clone().text()).toContain('did you mean EMAIL_ADDRESS?')
    await expectProblem(reply, 400, 'request.invalid')
  })
})

describe('POST /pii/reveal', () => {
  const tokens = () => {
    const { hashKey } = atlas.platform
    return [
      pseudonymise(deriveKey(hashKey, 'pseudonymise', 'default'), '0707614285'),
      encryptText(deriveKey(hashKey, 'encrypt', 'default'), 'Søren 🙂'),
    ]
  }

  it('gives values to those with the right, and writes who asked and why into the audit', async () => {
    const reply = await post('/pii/reveal', { tokens: tokens(), reason: 'case 4711' }, 'admin')
    expect(await replyOf('POST /pii/reveal', Promise.resolve(reply))).toEqual({ values: ['0707614285', 'Søren 🙂'] })
    const { rows } = await atlas.database.pool.query(`select detail from audit where action = 'pii.revealed'`)
    expect(rows).toEqual([{ detail: { tokens: 2, reason: 'case 4711' } }])
  })

  it('refuses everyone else, other keys, hashes and damaged tokens', async () => {
    await expectProblem(await post('/pii/reveal', { tokens: tokens(), reason: 'case 4711' }, 'editor'), 403, 'access.denied')
    await expectProblem(
      await post('/pii/reveal', { tokens: tokens(), reason: 'case', purpose: 'research' }, 'admin'),
      422,
      'privacy.wrong_key',
    )
    await expectProblem(
      await post('/pii/reveal', { tokens: [`h1_00000000_${'a'.repeat(64)}`], reason: 'case' }, 'admin'),
      422,
      'privacy.bad_token',
    )
    await expectProblem(
      await post('/pii/reveal', { tokens: [`${tokens()[0]!.slice(0, -2)}AA`], reason: 'case' }, 'admin'),
      422,
      'privacy.bad_token',
    )
  })
})
