import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CodePlan } from '../../src/contract/pipelines-as-code.ts'
import { atlas, type CommandOptions, type RunningServer, startServer } from '../support/atlas-command.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

const SECRET = 'k4nary-hunter2'
const COMMIT = '0123456789abcdef0123456789abcdef01234567'
let database: TestDatabase
let folder: string
let options: CommandOptions
let server: RunningServer | undefined
beforeAll(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp('/tmp/atlas-code-')
  options = { home: path.join(folder, 'home'), databaseUrl: database.url, cwd: folder, env: { SHOP_PASSWORD: SECRET } }
  await write('.git/HEAD', 'ref: refs/heads/main\n')
  await write('.git/refs/heads/main', `${COMMIT}\n`)
  await write('.git/config', '[remote "origin"]\n\turl = git@github.com:acme/shop.git\n')
})
afterAll(async () => {
  await server?.stop()
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

async function write(name: string, content: string): Promise<void> {
  await mkdir(path.dirname(path.join(folder, name)), { recursive: true })
  await writeFile(path.join(folder, name), content)
}

const shop = (part = '') => `name: shop
source:
  connector: postgresql
  settings: {host: db.example.com, database: shop, user: atlas, password: '\${env:SHOP_PASSWORD}'}
streams:
  - {name: orders, keys: [id]}
schedules:
  - timing: {cron: '30 6 * * *', zone: Europe/Copenhagen}
${part}`

describe('atlas plan and atlas apply', () => {
  it('show what would change, apply it once, and then have nothing to do; the secret of a reference is never told', async () => {
    await write('shop/pipelines/shop.yaml', shop())
    await write('shop/transforms/revenue.sql', 'select count(*) as orders\nfrom chart.orders\n')
    const planned = await atlas(['plan', 'shop', '--detailed-exitcode'], options)
    expect(planned.code, planned.stderr).toBe(2)
    expect(planned.stdout).toMatch(/\+ new {2}pipeline shop \(shop\/pipelines\/shop\.yaml\)/)
    expect(planned.stdout).toMatch(/\+ appears {2}chart\.orders/)
    // The first command opened the home itself; from here on a server has it, as where people work together.
    server = await startServer(options)
    const asked = await atlas(['apply', 'shop'], options)
    expect(asked.code).toBe(1)
    expect(asked.stderr).toMatch(/nothing was applied.*\n.*--yes/i)
    const applied = await atlas(['apply', 'shop', '--yes'], options)
    expect(applied.stdout, applied.stderr).toContain('Applied 3 changes.')
    const stored = await database.db.selectFrom('pipelines').select(['file', 'file_commit', 'project', 'version']).execute()
    expect(stored).toEqual([{ file: 'shop/pipelines/shop.yaml', file_commit: COMMIT, project: 'github.com/acme/shop', version: 1 }])
    const again = await atlas(['apply', 'shop', '--yes'], options)
    expect(again.stdout).toBe('Nothing to do: 3 things are as the files say.\n')
    expect((await atlas(['plan', 'shop', '--detailed-exitcode'], options)).code).toBe(0)
    const everything = [planned, asked, applied, again].map(({ stdout, stderr }) => stdout + stderr).join('')
    expect(everything).not.toContain(SECRET)
  })

  it('tell a changed field, a changed line of SQL and a changed secret, as JSON too', async () => {
    await write('shop/pipelines/shop.yaml', shop('owner: Sales\n'))
    await write('shop/transforms/revenue.sql', 'select count(*) as orders, max(id) as newest\nfrom chart.orders\n')
    const changed = { ...options, env: { SHOP_PASSWORD: 'another-one' } }
    const { stdout } = await atlas(['plan', 'shop'], changed)
    expect(stdout).toContain('    owner: "Sales"\n    source.settings.password: "a secret" → "another secret"\n')
    expect(stdout).toContain(
      '      - select count(*) as orders\n      + select count(*) as orders, max(id) as newest\n        from chart.orders\n',
    )
    const json = CodePlan.parse(JSON.parse((await atlas(['plan', 'shop', '--json'], changed)).stdout))
    expect(json.changes.map(({ kind, action }) => [kind, action])).toEqual([
      ['pipeline', 'change'],
      ['transform', 'change'],
    ])
    expect(stdout + JSON.stringify(json)).not.toMatch(new RegExp(`${SECRET}|another-one`))
  })

  it('set how fresh datasets stay and who is told, refuse them elsewhere, and name the line of what is wrong with them', async () => {
    const declares = 'freshness: {navigate.orders: 2h}\nalerts:\n  - {kind: run-failed, severity: critical}\n'
    await write('told/pipelines/told.yaml', shop(declares).replace('name: shop', 'name: told'))
    const applied = await atlas(['apply', 'told', '--yes'], options)
    expect(applied.stdout, applied.stderr).toContain('+ new  freshness navigate.orders (told/pipelines/told.yaml)')
    expect(applied.stdout).toContain('+ new  alert A run failed: told (told/pipelines/told.yaml)')
    const [listed, refused] = await Promise.all([
      atlas(['freshness', 'list', '--json'], options),
      atlas(['freshness', 'set', 'navigate.orders', '1d'], options),
    ])
    expect(JSON.parse(listed.stdout)).toMatchObject([{ dataset: 'navigate.orders', within: '2h', file: 'told/pipelines/told.yaml' }])
    expect(refused.stderr).toMatch(/told\/pipelines\/told\.yaml.*\n.*atlas apply/)
    await write('told/pipelines/told.yaml', shop(declares.replace('critical', 'critical, channels: [nobody]')))
    expect((await atlas(['plan', 'told'], options)).stderr).toContain('told.yaml:11: There is no channel nobody.')
  })

  it('move what a file holds when it was renamed, or moved to another folder of the checkout, without --take-over', async () => {
    await write('move/pipelines/a.yaml', shop().replace('name: shop', 'name: moving'))
    await atlas(['apply', 'move', '--yes'], options)
    await rename(path.join(folder, 'move/pipelines/a.yaml'), path.join(folder, 'move/pipelines/b.yaml'))
    expect((await atlas(['plan', 'move'], options)).stdout).toBe(
      '> moved  pipeline moving (move/pipelines/b.yaml), version 1 now: it was in move/pipelines/a.yaml\n1 change; 1 thing is as the files say.\n',
    )
    await mkdir(path.join(folder, 'store/pipelines'), { recursive: true })
    await atlas(['apply', 'move', '--yes'], options)
    await rename(path.join(folder, 'move/pipelines/b.yaml'), path.join(folder, 'store/pipelines/b.yaml'))
    const applied = await atlas(['apply', 'store', '--yes'], options)
    expect(applied.stdout, applied.stderr).toContain('it was in move/pipelines/b.yaml')
    const stored = await database.db.selectFrom('pipelines').select(['file', 'version']).where('name', '=', 'moving').execute()
    expect(stored).toEqual([{ file: 'store/pipelines/b.yaml', version: 3 }])
    await write('copy/pipelines/b.yaml', shop().replace('name: shop', 'name: moving'))
    expect((await atlas(['plan', 'copy'], options)).stdout).toContain('! conflict  pipeline moving')
  })

  it('leave what another project holds, and name it', async () => {
    await write('move/pipelines/a.yaml', shop().replace('name: shop', 'name: claimed'))
    await atlas(['apply', 'move', '--yes'], options)
    const [refused, pruned] = await Promise.all([
      atlas(['apply', 'move', '--yes', '--project', 'acme/other'], options),
      atlas(['plan', 'shop', '--prune', '--project', 'acme/other', '--json'], options),
    ])
    expect(refused.stderr).toMatch(/stands in move\/pipelines\/a\.yaml of the project github\.com\/acme\/shop/)
    expect(refused.stderr).toContain('[pipeline.conflict]')
    expect(CodePlan.parse(JSON.parse(pruned.stdout)).changes.filter(({ action }) => action === 'remove')).toEqual([])
  })

  it.each([
    ['an unknown key', { 'pipelines/a.yaml': shop('colour: red\n') }, /a\.yaml:9: unknown key "colour"/, 'pipeline.invalid'],
    [
      'a cron that cannot be',
      { 'pipelines/a.yaml': shop().replace('30 6', '99 6') },
      /a\.yaml:8: The cron "99 6 \* \* \*" cannot be read/,
      'schedule.bad_cron',
    ],
    [
      'two pipelines of one name',
      { 'pipelines/a.yaml': shop(), 'pipelines/deep/b.yaml': `# a copy\n${shop()}` },
      /a\.yaml:1 and b\.yaml:2 are both the pipeline shop/,
      'pipeline.invalid',
    ],
    [
      'transforms that go in a circle',
      { 'transforms/a.sql': 'select * from navigate.b', 'transforms/b.sql': 'select * from navigate.a' },
      /transforms\/a\.sql:1: .*\n.*transforms\/b\.sql:1:/,
      'transform.cycle',
    ],
    [
      'a setting that the connector has not',
      { 'pipelines/a.yaml': shop().replace('user: atlas', 'colour: red') },
      /a\.yaml:4: /,
      'source.bad_settings',
    ],
    [
      'a variable that is not set',
      { 'pipelines/a.yaml': shop().replace('SHOP_', 'NO_') },
      /a\.yaml:4: .*NO_PASSWORD/,
      'secret.reference_missing',
    ],
    ['nothing in it', {}, /neither pipelines\/ nor transforms\//, 'file.not_found'],
  ] as const)('refuse a folder with %s before anything, with file and line', async (what, files, message, code) => {
    const name = what.replaceAll(/\W/g, '-')
    for (const [file, content] of Object.entries(files)) await write(`${name}/${file}`, content)
    const { code: exit, stdout, stderr } = await atlas(['apply', name, '--yes'], options)
    expect(exit).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toMatch(message)
    expect(stderr).toContain(`[${code}]`)
    expect(stderr).not.toContain(SECRET)
  })
})
