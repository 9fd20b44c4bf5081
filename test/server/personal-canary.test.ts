import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Writable } from 'node:stream'
import { sql } from 'kysely'
import pino from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Role } from '../../src/contract/access.ts'
import { contract } from '../../src/contract/index.ts'
import { startTestServer, type TestServer } from '../support/platform.ts'

const PEOPLE = 60
const FIRST = ['Mette', 'Jens', 'Karen', 'Lars']
const LAST = ['Holm', 'Kjær', 'Lund', 'Sørensen', 'Nygaard']
const CARDS = ['4111111111111111', '4012888888881881', '5555555555554444']
const people = Array.from({ length: PEOPLE }, (_, index) => ({
  cpr: `0707${61 + (index % 9)}-${4200 + index}`,
  email: `kanarie.bird${index}@firma-i-test.dk`,
  card: String(CARDS[index % CARDS.length]),
  phone: `+45 31 22 4${index % 10} ${10 + index}`,
  name: `${FIRST[index % FIRST.length]} ${LAST[index % LAST.length]}`,
}))
/** Every text that says who a person is, in the ways that the rows write it. */
const personal = people.flatMap((person) => [...Object.values(person), person.cpr.replace('-', '')])

const logged: string[] = []
let atlas: TestServer
beforeAll(async () => {
  const log = pino({ level: 'trace' }, new Writable({ write: (chunk: Buffer, _, done) => (logged.push(String(chunk)), done()) }))
  atlas = await startTestServer({ logger: log }, {}, undefined, (error) => log.error({ err: error }, 'something failed'))
})
afterAll(() => atlas.close())

async function ask(role: Role, method: string, where: string, json?: unknown): Promise<{ status: number; text: string }> {
  const reply = await atlas.as(role)(`/api/v1${where}`, { method, ...(json === undefined ? {} : { json }) })
  return { status: reply.status, text: await reply.text() }
}

async function asked<T>(method: string, where: string, json?: unknown): Promise<T> {
  const { status, text } = await ask('admin', method, where, json)
  expect(status, text).toBeLessThan(300)
  return JSON.parse(text) as T
}

/** A file whose every column holds personal data; some rows are refused because it stands where a number belongs. */
async function writePeople(file: string): Promise<void> {
  const lines = people.map(({ cpr, email, card, phone, name }, index) => {
    const note = `"Ring til ${name} på tlf. ${phone}, eller skriv til ${email} om ${cpr}"`
    const data = `"{""contact"":{""mail"":""${email}""},""ids"":[""${cpr}""]}"`
    const amount = index % 20 === 3 ? email : index % 20 === 4 ? cpr : index
    return [index, cpr, email, card, phone, name, amount, note, data].join(',')
  })
  await writeFile(file, `id,cpr,email,card,phone,name,amount,note,data\n${lines.join('\n')}\n`)
}

/** Every address that is read with GET, for the run, the datasets and the rules that there are. */
function addresses(runId: string, rules: readonly string[]): string[] {
  const datasets = ['chart.people', 'explore.people']
  const values: Record<string, readonly string[]> = { ':name': [...datasets, 'people'], ':dataset': datasets, ':runId': [runId] }
  const keys = Object.keys(contract).filter((key) => key.startsWith('GET ') && !key.endsWith('/events'))
  const paths = keys.flatMap((key) => {
    const [first] = /:[a-zA-Z]+/.exec(key) ?? []
    const filled = first === undefined ? [key] : (values[first] ?? []).map((value) => key.replace(first, value))
    return filled.flatMap((one) => (one.includes(':rule') ? rules.map((rule) => one.replace(':rule', encodeURIComponent(rule))) : [one]))
  })
  return [
    ...paths.map((one) => one.slice('GET '.length)),
    ...datasets.flatMap((dataset) => [
      ...['rows', 'groups', 'acts'].map((what) => `/quarantine/${what}?dataset=${dataset}`),
      ...['cpr DK_CPR', 'email EMAIL_ADDRESS', 'name PERSON', 'note EMAIL_ADDRESS', 'data DK_CPR'].map((finding) => {
        const [column = '', entity = ''] = finding.split(' ')
        return `/pii/findings/examples?dataset=${dataset}&column=${column}&entity=${entity}`
      }),
    ]),
  ]
}

async function everyTable(): Promise<[string, string][]> {
  const { db } = atlas.platform
  const { rows: tables } = await sql<{ name: string }>`select tablename as name from pg_tables where schemaname = 'public'`.execute(db)
  const others = tables.filter(({ name }) => name !== 'profiles')
  const dumps = others.map(async ({ name }): Promise<[string, string]> => {
    const { rows } = await sql<{ row: string }>`select t::text as row from ${sql.table(name)} t`.execute(db)
    return [`table ${name}`, rows.map(({ row }) => row).join('\n')]
  })
  // A profile of explore says what explore holds, to those who may read it, and goes with its snapshot.
  const charts = sql<{ row: string }>`select profile::text as row from profiles join snapshots s on s.id = snapshot_id
    join datasets d on d.id = s.dataset_id where d.layer <> 'explore'`
  const { rows: profiles } = await charts.execute(db)
  expect(profiles.length).toBeGreaterThan(0)
  return [...(await Promise.all(dumps)), ['profiles of chart', profiles.map(({ row }) => row).join('\n')]]
}

it(
  'what a policy hides is in no answer to those who may not read raw data, in no log and nowhere in the catalog',
  { timeout: 120_000 },
  async () => {
    const file = path.join(atlas.platform.folders.root, 'people.csv')
    await writePeople(file)
    const checks = [
      { check: 'unique', options: { columns: ['cpr'] } },
      { check: 'pattern', options: { column: 'email', pattern: '^x' } },
      { check: 'set', options: { column: 'name', values: ['Nobody'] } },
    ]
    const stream = { name: 'people', columns: { amount: { type: 'bigint' } }, keys: ['id'], checks }
    const source = { connector: 'files', settings: { path: file } }
    await asked('PUT', '/pipelines/people', { name: 'people', source, streams: [stream] })
    const { id: runId } = await asked<{ id: string }>('POST', '/runs', { pipelineName: 'people' })
    await ask('admin', 'GET', `/runs/${runId}/events`)
    const run = await asked<Record<string, unknown>>('GET', `/runs/${runId}`)
    expect(run).toMatchObject({ state: 'succeeded', quarantinedRows: 6, piiColumns: 7 })
    const { rules: results } = await asked<{ rules: { rule: string; check: string }[] }>('GET', '/quality/datasets/chart.people')
    const rules = checks.flatMap(({ check }) => results.find((result) => result.check === check)?.rule ?? [])
    expect(rules).toHaveLength(checks.length)

    const said: [string, string][] = []
    for (const role of ['viewer', 'editor'] as const) {
      for (const where of addresses(runId, rules)) {
        const { status, text } = await ask(role, 'GET', where)
        expect(status, `${where} ${text}`).toBeLessThan(500)
        said.push([`${role} ${status} ${where}`, text])
      }
      for (const dataset of ['chart.people', 'explore.people']) {
        const { text, status } = await ask(role, 'POST', '/sql', { sql: `select * from ${dataset}` })
        said.push([`${role} ${status} ${dataset} by SQL`, text])
      }
    }
    // What was asked was answered where it may be, so that nothing is hidden by an error alone.
    const answered = said.filter(([where]) => / 200 /.test(where)).map(([where]) => where)
    for (const one of [
      '/datasets/chart.people/rows',
      '/quarantine/rows?dataset=chart.people',
      '/datasets/chart.people/profile',
      'chart.people by SQL',
    ])
      expect(
        answered.some((where) => where.includes(one)),
        one,
      ).toBe(true)
    for (const [where, text] of [...said, ...(await everyTable()), ['the log', logged.join('\n')] as const])
      for (const value of personal) {
        const at = text.indexOf(value)
        expect(at < 0 ? '' : text.slice(Math.max(0, at - 60), at + 40), where).toBe('')
      }
  },
)
