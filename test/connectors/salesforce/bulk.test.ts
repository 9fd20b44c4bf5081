import { describe, expect, it } from 'vitest'
import { refused, TOTAL_REQUESTS, type Fault } from '../../servers/salesforce/faults.ts'
import { fill, openReads, openServer, settingsFor } from './salesforce-source.ts'

const bulk = { options: { api: 'bulk', pageRows: 1000 }, mode: 'replace' } as const

describe('reading by Bulk', () => {
  it('uses REST below 2,000 rows and Bulk from there on, and counts both with COUNT()', async () => {
    const server = await openServer()
    fill(server, 'Account', 1999)
    fill(server, 'Opportunity', 2000)
    const small = await openReads(server, 'Account').read({ mode: 'replace' })
    expect(small.result).toMatchObject({ sourceRows: 1999, counted: { rows: 1999, read: 1999, tolerance: 0 } })
    expect(server.count('job-create')).toBe(0)
    const big = await openReads(server, 'Opportunity').read({ mode: 'replace', options: { pageRows: 1000 } })
    expect(big.result).toMatchObject({ sourceRows: 2000, counted: { rows: 2000, read: 2000, tolerance: 0 } })
    expect(server.count('job-create')).toBe(1)
    expect(server.count('job-results')).toBe(2)
    expect(server.jobs.size).toBe(0)
  })

  it('case 58: a job whose states go InProgress, UploadComplete, JobComplete gives its rows', async () => {
    const server = await openServer({ bulk: { states: ['InProgress', 'UploadComplete', 'JobComplete'] } })
    fill(server, 'Account', 30)
    expect((await openReads(server, 'Account').read(bulk)).rows).toHaveLength(30)
    expect(server.count('job-status')).toBe(3)
  })

  it('case 58: a job that somebody stops leaves the stream incomplete', async () => {
    const server = await openServer({ bulk: { states: ['InProgress', 'Aborted'] } })
    fill(server, 'Account', 30)
    const { error, landing } = await openReads(server, 'Account').fail(bulk)
    expect(error).toMatchObject({ code: 'source.incomplete' })
    expect(landing.parts).toEqual([])
  })

  it('case 58: a job that fails is read by REST, each row once', async () => {
    const server = await openServer({ bulk: { states: ['InProgress', 'Failed'] } })
    fill(server, 'Account', 4500)
    const { result, rows } = await openReads(server, 'Account').read({ mode: 'replace' })
    expect(new Set(rows.map((row) => row['Id'])).size).toBe(4500)
    expect(rows).toHaveLength(4500)
    expect(result.warnings.join()).toContain('read by REST')
  })

  it('case 59: three pages by locator, the last without one, give 15 rows', async () => {
    const server = await openServer({ bulk: { pageLimit: 5 } })
    const ids = fill(server, 'Account', 15)
    const { rows } = await openReads(server, 'Account').read(bulk)
    expect(rows.map((row) => row['Id'])).toEqual(ids)
    expect(server.count('job-results')).toBe(3)
  })

  it('case 59: a result with a header only is no rows, and right', async () => {
    const server = await openServer()
    const { result } = await openReads(server, 'Account').read(bulk)
    expect(result).toMatchObject({ sourceRows: 0, counted: { rows: 0, read: 0 } })
    expect(result.columns.map(({ name }) => name)).toContain('BillingCity')
  })

  it.each<[string, Fault['reply'], Record<string, string | null>[]]>([
    [
      'NUL bytes are no text',
      {
        status: 200,
        body: Buffer.from('"Id","IsDeleted"\n\0"0014W000027f6UwQAI","false"\n\0\0'),
        headers: { 'content-type': 'text/csv', 'sforce-numberofrecords': '1', 'sforce-locator': 'null' },
      },
      [{ Id: '0014W000027f6UwQAI', Name: null }],
    ],
    [
      'leading zeros stay, nothing is NULL, and NA, null, None and nan are text',
      csv('"Id","Name"\n"1","01234"\n"2",""\n"3","NA"\n"4","null"\n"5","None"\n"6","nan"\n'),
      [
        ['1', '01234'],
        ['2', null],
        ['3', 'NA'],
        ['4', 'null'],
        ['5', 'None'],
        ['6', 'nan'],
      ].map(([Id, Name]) => ({ Id: Id ?? null, Name: Name ?? null })),
    ],
    [
      'quoted newlines, commas and quotes stay',
      csv('"Id","Name"\n"1","a\nb"\n"2","a,b"\n"3","say ""hi"""\n"4","back\\slash"\n"5","櫻花 🌸"\n'),
      [
        ['1', 'a\nb'],
        ['2', 'a,b'],
        ['3', 'say "hi"'],
        ['4', 'back\\slash'],
        ['5', '櫻花 🌸'],
      ].map(([Id, Name]) => ({ Id: Id ?? null, Name: Name ?? null })),
    ],
    [
      'the character set that is named counts',
      csv(Buffer.from('"Id","Name"\n"1","Åse é"\n', 'latin1'), 'text/csv; charset=ISO-8859-1'),
      [{ Id: '1', Name: 'Åse é' }],
    ],
  ])('case 60: %s', async (_, reply, expected) => {
    const server = await openServer({ bulk: { states: ['JobComplete'] } })
    fill(server, 'Account', expected.length)
    server.faults.add({ on: 'job-results', reply: reply ?? { status: 500 } })
    const { rows } = await openReads(server, 'Account').read({
      ...bulk,
      request: { select: ['Id', 'Name'] },
      settings: { includeDeleted: false },
    })
    expect(rows).toEqual(expected)
  })

  it.each(['job-create', 'job-status', 'job-results', 'job-delete'] as const)(
    'case 61: 420 and then an answer at %s is a success',
    async (on) => {
      const server = await openServer()
      fill(server, 'Account', 12)
      server.faults.add({ on, reply: { status: 420 } })
      const { result } = await openReads(server, 'Account').read(bulk)
      expect(result).toMatchObject({ sourceRows: 12, warnings: [] })
    },
  )

  it.each([
    ['401', refused(401, 'INVALID_JWT_FORMAT')],
    ['429', { status: 429 }],
  ])('case 61: %s at the delete after all rows is a success with a warning', async (_, reply) => {
    const server = await openServer()
    fill(server, 'Account', 12)
    server.faults.add({ on: 'job-delete', times: 9, reply })
    const { result } = await openReads(server, 'Account').read(bulk)
    expect(result.sourceRows).toBe(12)
    expect(result.warnings.join()).toContain('could not be deleted')
  })

  it.each<[string, Partial<Fault>]>([
    ['breaks', { resetAfter: 20 }],
    ['ends in the middle', { truncateAfter: 20 }],
    ['is an HTML page', { reply: { status: 200, body: '<html></html>', headers: { 'content-type': 'text/html' } } }],
    ['is refused with 503', { reply: { status: 503, body: '<html></html>' } }],
    ['finds the session expired', { reply: refused(401, 'INVALID_SESSION_ID') }],
  ])('a page of results that %s is downloaded again at the same locator', async (_, fault) => {
    const server = await openServer({ bulk: { pageLimit: 1000 } })
    fill(server, 'Account', 2500)
    server.faults.add({ on: 'job-results', at: 2, ...fault })
    const { rows } = await openReads(server, 'Account').read(bulk)
    expect(new Set(rows.map((row) => row['Id'])).size).toBe(2500)
    expect(rows).toHaveLength(2500)
    const asked = server.log.filter(({ route }) => route === 'job-results').map(({ url }) => /locator=([^&]*)/.exec(url)?.[1])
    expect(asked).toHaveLength(4)
    expect(asked[1]).toBe(asked[2])
  })

  it('a page that holds fewer rows than it says fails the read', async () => {
    const server = await openServer()
    fill(server, 'Account', 2)
    server.faults.add({ on: 'job-results', reply: csv('"Id","Name"\n"1","a"\n', 'text/csv', '2') })
    const { error } = await openReads(server, 'Account').fail(bulk)
    expect(error).toMatchObject({ code: 'source.incomplete' })
  })

  it.each(['CaseStatus', 'Account'])('what Bulk refuses is read by REST: %s', async (object) => {
    const server = await openServer()
    fill(server, object, 2100)
    if (object === 'Account')
      server.faults.add({ on: 'job-create', reply: refused(400, 'API_ERROR', 'Implementation restriction: the query is not supported') })
    const { rows } = await openReads(server, object).read({ mode: 'replace' })
    expect(rows).toHaveLength(2100)
  })

  it('a job that was made twice is made again', async () => {
    const server = await openServer()
    fill(server, 'Account', 3)
    server.faults.add({
      on: 'job-create',
      reply: refused(400, 'DUPLICATE_VALUE', 'duplicate value found: <unknown> duplicates value on record with id: <unknown>'),
    })
    expect((await openReads(server, 'Account').read(bulk)).rows).toHaveLength(3)
    expect(server.count('job-create')).toBe(2)
  })

  it('a job that is not done in time is stopped and deleted', async () => {
    const server = await openServer({ bulk: { states: ['InProgress'] } })
    fill(server, 'Account', 3)
    let minutes = 0
    const { error } = await openReads(server, 'Account').fail({
      ...bulk,
      settings: { jobTimeoutMinutes: 5 },
      context: { now: () => new Date(minutes++ * 60_000) },
    })
    expect(error).toMatchObject({ code: 'source.timeout' })
    expect(server.log.map(({ route }) => route).slice(-2)).toEqual(['job-abort', 'job-delete'])
  })

  it('case 16: a full read that is cut off goes on at the page after its last checkpoint', async () => {
    const server = await openServer()
    fill(server, 'Account', 5000)
    const reads = openReads(server, 'Account')
    server.faults.add({ on: 'job-results', at: 4, times: 5, reply: { status: 500 } })
    const { error, landing } = await reads.fail(bulk)
    expect(error).toMatchObject({ code: 'source.bad_status' })
    expect(landing.checkpoints.at(-1)?.mark).toMatchObject({ landed: 3000 })
    const before = server.count('job-results')
    const again = await reads.read({ ...bulk, cutOff: landing })
    expect(again.rows).toHaveLength(5000)
    expect(new Set(again.rows.map((row) => row['Id'])).size).toBe(5000)
    expect(again.result).toMatchObject({ sourceRows: 5000, counted: { rows: 5000, read: 5000 } })
    expect(server.count('job-create')).toBe(1)
    expect(server.count('job-results') - before).toBe(2)
  })

  it('a full read whose job Salesforce has deleted meanwhile begins again', async () => {
    const server = await openServer()
    fill(server, 'Account', 3000)
    const reads = openReads(server, 'Account')
    server.faults.add({ on: 'job-results', at: 2, times: 5, reply: { status: 500 } })
    const { landing } = await reads.fail(bulk)
    expect(landing.checkpoints).toHaveLength(1)
    server.clock.advance(7 * 86_400_000)
    const again = await reads.read({ ...bulk, cutOff: landing })
    expect(again.result.sourceRows).toBe(3000)
    expect(again.rows).toHaveLength(3000)
    expect(server.count('job-create')).toBe(2)
  })

  it('case 63: the limit of the day in a full read parks it; the next run goes on at the same page', async () => {
    const server = await openServer()
    fill(server, 'Account', 3000)
    const reads = openReads(server, 'Account')
    server.faults.add({ on: 'job-results', at: 2, reply: TOTAL_REQUESTS })
    const first = await reads.read(bulk)
    expect(first.result).toMatchObject({ sourceRows: 1000, parked: { detail: expect.stringContaining('REQUEST_LIMIT_EXCEEDED') } })
    const second = await reads.read({ ...bulk, cutOff: first.landing })
    expect(second.result.parked).toBeUndefined()
    expect(second.rows).toHaveLength(3000)
    expect(server.count('job-create')).toBe(1)
  })

  it('sends its credentials to the instance that the login names, and uses gzip', async () => {
    const server = await openServer()
    fill(server, 'Account', 3)
    await openReads(server, 'Account').read(bulk)
    expect(server.instanceUrl).not.toBe(settingsFor(server).loginUrl)
    expect(server.count('token')).toBe(1)
  })
})

function csv(body: string | Buffer, type = 'text/csv; charset=UTF-8', rows?: string): NonNullable<Fault['reply']> {
  const count = rows ?? String(Buffer.from(body).toString('latin1').split('\n"').length - 1)
  return { status: 200, body, headers: { 'content-type': type, 'sforce-numberofrecords': count, 'sforce-locator': 'null' } }
}
