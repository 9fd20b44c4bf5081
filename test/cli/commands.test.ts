import { mkdir, readFile, writeFile, readdir, appendFile } from 'node:fs/promises'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mkdtemp, rm } from 'node:fs/promises'
import { RunReport } from '../../src/contract/runs.ts'
import { atlas, type RunningServer, startAtlas, startServer } from '../support/atlas-command.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

let database: TestDatabase
let folder: string
let options: { home: string; databaseUrl: string; cwd: string }
beforeAll(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp(path.join('/tmp', 'atlas-cli-'))
  options = { home: path.join(folder, 'home'), databaseUrl: database.url, cwd: folder }
})
afterAll(async () => {
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const target = path.join(folder, name)
  await mkdir(path.dirname(target), { recursive: true })
  await writeFile(target, content)
  return target
}

/** Commands that open the home themselves, one after the other. */
describe('without a server', () => {
  it('atlas run prints one JSON object alone on stdout, and its progress on stderr', async () => {
    await file('people.csv', 'id,email,amount\n1,ann@example.dk,1.50\n2,bo@example.dk,2.25\n')
    const { code, stdout, stderr } = await atlas(['run', 'people.csv', '--json'], options)
    expect(code, stderr).toBe(0)
    const report = RunReport.parse(JSON.parse(stdout))
    expect(report).toMatchObject({ status: 'succeeded', sourceRows: 2, quality: { dimensions: { uniqueness: null } } })
    expect(report.datasets.map(({ name, layer, rows, quarantined }) => ({ name, layer, rows, quarantined }))).toEqual([
      { name: 'explore.people', layer: 'explore', rows: 2, quarantined: 0 },
      { name: 'chart.people', layer: 'chart', rows: 2, quarantined: 0 },
      { name: 'navigate.people', layer: 'navigate', rows: 2, quarantined: 0 },
    ])
    expect(report.datasets[0]?.columns.map(({ name, pii, action }) => [name, pii, action])).toEqual([
      ['id', null, null],
      ['email', 'EMAIL_ADDRESS', 'keep'],
      ['amount', null, null],
    ])
    expect(report.datasets[1]?.columns).toEqual([
      { name: 'id', type: 'BIGINT', pii: null, action: null },
      { name: 'email', type: 'VARCHAR', pii: 'EMAIL_ADDRESS', action: 'mask' },
      { name: 'amount', type: 'DECIMAL(3,2)', pii: null, action: null },
    ])
    expect(report.pii).toMatchObject([{ column: 'email', entity: 'EMAIL_ADDRESS', matches: 2, rows: 2 }])
    expect(stderr).toContain('publish')
    expect(stdout + stderr).not.toMatch(/ann@|bo@/)
  })

  it('atlas run names line and key of every mistake in a pipeline file', async () => {
    await file(
      'bad.yaml',
      [
        'name: bad',
        'source:',
        '  connector: files',
        '  settings: { path: people.csv }',
        'streams:',
        '  - name: people',
        '    kyes: [id]',
        '    mode: upsert',
        '',
      ].join('\n'),
    )
    const { code, stderr, stdout } = await atlas(['run', 'bad.yaml'], options)
    expect(code).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toContain('[pipeline.invalid]')
    expect(stderr).toContain('bad.yaml:7: unknown key "streams.0.kyes"')
    expect(stderr).toContain('bad.yaml:8: streams.0.mode')
  })

  it('atlas export writes a file that is whole', async () => {
    const end = await atlas(['export', 'chart.people', '--format', 'csv', '-o', 'out.csv'], options)
    expect(end.code, end.stderr).toBe(0)
    expect(await readFile(path.join(folder, 'out.csv'), 'utf8')).toMatch(/^id,email,amount\r?\n1,a\*\*\*@example\.dk,1\.50\r?\n/)
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([])
  })
  it('atlas doctor --verify proves the home, and finds a file that was changed', async () => {
    expect((await atlas(['doctor', '--verify'], options)).code).toBe(0)
    const lake = path.join(options.home, 'lake', 'explore', 'people')
    const [name] = await readdir(lake)
    await appendFile(path.join(lake, name ?? ''), 'x')
    const sick = await atlas(['doctor', '--verify', '--json'], options)
    expect(sick.code).toBe(1)
    const { findings } = JSON.parse(sick.stdout) as { findings: { state: string; code: string | null; detail: string }[] }
    expect(findings.filter((finding) => finding.state === 'wrong')).toMatchObject([{ code: 'lake.file_damaged' }])
  })
})

/** Commands that are clients of a server, which has the home open. */
describe('a server', () => {
  let server: RunningServer
  beforeAll(async () => {
    server = await startServer(options)
  })
  afterAll(async () => {
    expect((await server.stop()).code).toBe(0)
  })

  it.each([
    ['a missing file', 'nowhere.csv', null, 'file.not_found'],
    ['an empty file', 'empty.csv', '', 'file.empty'],
    ['a header alone', 'header.csv', 'a,b,c\n', 'file.no_rows'],
    [
      'a picture named .csv',
      'picture.csv',
      Buffer.from('89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de', 'hex'),
      'file.not_text',
    ],
    ['a gzip that ends in the middle', 'cut.csv.gz', gzipSync(`a,b\n${'1,2\n'.repeat(50_000)}`).subarray(0, 150), 'file.truncated'],
  ])('lets atlas run say what is wrong with %s, with a code, and writes nothing', async (_, name, content, code) => {
    if (content !== null) await file(name, content)
    const end = await atlas(['run', name, '--json'], options)
    expect(end.code).toBe(1)
    expect(JSON.parse(end.stdout)).toMatchObject({ status: 'failed', datasets: [], error: { code } })
    expect(end.stderr).toContain(`[${code}]`)
    const listed = await atlas(['datasets', '--json'], options)
    const table = name.replace(/\..*$/, '')
    expect((JSON.parse(listed.stdout) as { name: string }[]).map((dataset) => dataset.name)).not.toContain(`explore.${table}`)
  })

  it('lets atlas run take a pipeline whose paths and transforms/ are beside it', async () => {
    await file('shop/orders.csv', 'id,total\n1,10\n2,32\n')
    await file('shop/transforms/totals.sql', 'select count(*) as orders, sum(total) as total from chart.orders')
    await file('shop/orders.yaml', 'name: orders\nsource: { connector: files, settings: { path: orders.csv } }\n')
    const run = await atlas(['run', 'shop/orders.yaml'], options)
    expect(run.code, run.stderr).toBe(0)
    const { stdout } = await atlas(['sql', 'select * from navigate.totals', '--json'], options)
    expect(stdout).toBe('{"orders":2,"total":42}\n')
  })

  it('lets atlas run name the line of a setting that the connector refuses', async () => {
    await file(
      'setting.yaml',
      ['name: setting', 'source:', '  connector: files', '  settings:', '    path: people.csv', '    pathh: x', ''].join('\n'),
    )
    const { code, stderr } = await atlas(['run', 'setting.yaml'], options)
    expect(code).toBe(1)
    expect(stderr).toContain('[source.bad_settings]')
    expect(stderr).toMatch(/setting\.yaml:\d/)
  })

  it('lets atlas run end with its exit code when a blocking check fails', async () => {
    await file('strict.csv', 'id,name\n1,a\n2,\n')
    await file(
      'strict.yaml',
      'name: strict\nsource: { connector: files, settings: { path: strict.csv } }\nstreams:\n  - name: strict\n    checks: [{ check: not-null, options: { column: name }, blocking: true }]\n',
    )
    const { code, stdout } = await atlas(['run', 'strict.yaml', '--json'], options)
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ status: 'blocked', datasets: [], error: { code: 'run.blocked' } })
  })

  it('lets atlas sql read at a snapshot and at a time', async () => {
    const travel = await file('travel.csv', 'id\n1\n')
    const first = RunReport.parse(JSON.parse((await atlas(['run', 'travel.csv', '--json'], options)).stdout))
    const between = new Date().toISOString()
    await writeFile(travel, 'id\n1\n2\n3\n')
    await atlas(['run', 'travel.csv'], options)
    const count = async (...at: string[]) => (await atlas(['sql', 'select count(*) n from chart.travel', '--json', ...at], options)).stdout
    expect(await count()).toBe('{"n":3}\n')
    expect(await count('--at', first.datasets[1]?.snapshotId ?? '')).toBe('{"n":1}\n')
    expect(await count('--at', between)).toBe('{"n":1}\n')
  })

  it.each([
    ['writes', 'create table x as select 1', 'sql.not_select'],
    ['reads a file', "select * from read_csv('/etc/passwd')", 'sql.forbidden_function'],
    ['attaches', "attach '/tmp/x.db'", 'sql.not_select'],
    ['names no dataset', 'select * from chart.nothing', 'dataset.not_found'],
  ])('refuses SQL that %s', async (_, query, code) => {
    const end = await atlas(['sql', query], options)
    expect(end).toMatchObject({ code: 1, stdout: '' })
    expect(end.stderr).toContain(`[${code}]`)
  })

  it('is that of the home: a second start says who has it, within a second', async () => {
    const began = performance.now()
    await atlas(['--version'], options)
    const started = performance.now()
    const second = await atlas(['start', '--port', '0'], options)
    const [plainMs, tookMs] = [started - began, performance.now() - started]
    expect(second.code).toBe(1)
    expect(second.stderr).toContain(`process ${server.child.pid}`)
    expect(second.stderr).toContain('[home.locked]')
    // The promise is a second on an idle machine, where a command that does nothing takes a fifth of one; here others may be at work.
    expect(tookMs).toBeLessThan(1000 + 25 * plainMs)
    const { stdout, code } = await atlas(['sql', 'select 42 as n', '--json'], options)
    expect({ stdout, code }).toEqual({ stdout: '{"n":42}\n', code: 0 })
  })

  it('takes a token that was printed once for what its role may, and no other', async () => {
    const created = await atlas(['token', 'create', '--role', 'viewer', '--json'], options)
    const { token, role } = JSON.parse(created.stdout) as { token: string; role: string }
    expect(role).toBe('viewer')
    const get = (bearer: string, where: string) => fetch(`${server.url}/api/v1${where}`, { headers: { authorization: `Bearer ${bearer}` } })
    expect((await get(token, '/datasets')).status).toBe(200)
    expect((await get(token, '/users')).status).toBe(403)
    expect((await get(`${token}x`, '/datasets')).status).toBe(401)
  })
})

it('atlas run ends with an error when the server that carries it out is killed', async () => {
  const rows = Array.from({ length: 400_000 }, (_, row) => `${row},${'x'.repeat(60)}`)
  await file('long.csv', `id,note\n${rows.join('\n')}\n`)
  const server = await startServer(options)
  const run = startAtlas(['run', 'long.csv'], options)
  await run.said('plan in')
  server.child.kill('SIGKILL')
  const end = await run.ended
  expect(end.code).toBe(1)
  expect(end.stderr).toContain('[network.unreachable]')
  const listed = await atlas(['datasets', '--json'], options)
  expect((JSON.parse(listed.stdout) as { name: string }[]).filter(({ name }) => name.endsWith('.long'))).toEqual([])
})
