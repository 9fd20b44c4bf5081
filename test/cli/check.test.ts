import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { MeasuredRules } from '../../src/contract/quality-contracts.ts'
import { atlas, type CommandOptions, type RunningCommand, startServer } from '../support/atlas-command.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

let database: TestDatabase
let folder: string
let options: CommandOptions & { home: string }
let server: RunningCommand
/** What `atlas check chart.orders` said before there was a server. */
let alone: Awaited<ReturnType<typeof atlas>>
beforeAll(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp('/tmp/atlas-test-cli-check-')
  options = { home: path.join(folder, 'home'), databaseUrl: database.url, cwd: folder }
  const rows = Array.from({ length: 40 }, (_, n) => `${n + 1},${n === 7 ? -5 : n * 2},${n % 2 === 0 ? 'web' : 'shop'}`)
  await writeFile(path.join(folder, 'orders.csv'), `id,amount,channel\n${rows.join('\n')}\n`)
  const first = await atlas(['run', 'orders.csv', '--json'], options)
  expect(first.code, first.stderr).toBe(0)
  alone = await atlas(['check', 'chart.orders'], options)
  server = await startServer(options)
})
afterAll(async () => {
  server.child.kill('SIGTERM')
  await server.ended
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

const run = (args: string[]) => atlas(['check', ...args], options)
async function file(name: string, content: string): Promise<string> {
  await mkdir(path.dirname(path.join(folder, name)), { recursive: true })
  await writeFile(path.join(folder, name), content)
  return name
}
const contract = `dataset: chart.orders
owner: sales
columns:
  id: { type: bigint, required: true, unique: true }
rules:
  - id: channel-known
    check: set
    options: { column: channel, values: [web, shop] }
`

/** Nine lists of nine aliases each, one list in the other. */
function bomb(): string {
  const line = (n: number): string =>
    `a${n}: &a${n} [${Array(9)
      .fill(`*a${n - 1}`)
      .join(', ')}]\n`
  return `a0: &a0 [1, 1, 1]\n${Array.from({ length: 9 }, (_, n) => line(n + 1)).join('')}`
}

describe('atlas check', () => {
  it('measures without a server too', () => {
    expect([alone.code, alone.stderr]).toEqual([0, ''])
    expect(alone.stdout).toMatch(/chart\.orders s_\d+, 40 rows: no rule is declared/)
  })

  it('of a dataset without rules says so and ends well', async () => {
    const { code, stdout } = await run(['chart.orders'])
    expect(stdout).toMatch(/chart\.orders s_\d+, 40 rows: no rule is declared/)
    expect(code).toBe(0)
  })

  it('of a contract measures it, tells how it differs from what is applied, and ends with 0 when all rules pass', async () => {
    const { code, stdout, stderr } = await run([await file('contracts/orders.yaml', contract)])
    expect(code, stderr).toBe(0)
    expect(stdout).toMatch(/✓ passed +channel-known +error +0 of 40 rows/)
    expect(stdout).toMatch(/40 rows: 4 passed/)
    expect(stdout).toMatch(/This file is not what is applied:\n.*\+ new +schema/)
  })

  it('ends with 1 when a rule fails', async () => {
    const strict = await file('strict.yaml', 'dataset: chart.orders\nrules:\n  - check: range\n    options: { column: amount, min: 0 }\n')
    const { code, stdout } = await run([strict, '--json'])
    expect(code).toBe(1)
    const { results, differences } = JSON.parse(stdout) as MeasuredRules & { differences: unknown[] }
    expect(results.find(({ rule }) => rule === 'range.amount')).toMatchObject({ status: 'failed', failing: 1, eligible: 40 })
    expect(differences).toHaveLength(1)
  })

  it('ends with 1 when a rule cannot run: an error is never a pass', async () => {
    const broken = await file('broken.yaml', 'dataset: chart.orders\nrules:\n  - check: not-null\n    options: { column: nope }\n')
    const { code, stdout } = await run([broken])
    expect(code).toBe(1)
    expect(stdout).toMatch(/✕ error +not-null\.nope/)
  })

  it.each([
    ['a threshold of 120 %', 'fail: { percent: 120 }', /wrong\.yaml:5.*rules\.0\.fail\.percent.*<=100; it is 120/],
    ['an unknown key', 'treshold: 1', /wrong\.yaml:5: unknown key "rules\.0\.treshold"/],
    ['an unknown severity', 'severity: fatal', /wrong\.yaml:5.*rules\.0\.severity.*it is "fatal"/],
  ])('names file, line, key and value of %s', async (_, line, words) => {
    const wrong = await file(
      'wrong.yaml',
      `dataset: chart.orders\nrules:\n  - check: range\n    options: { column: amount, min: 0 }\n    ${line}\n`,
    )
    const { code, stderr } = await run([wrong])
    expect(code).toBe(1)
    expect(stderr).toMatch(words)
    expect(stderr).toContain('[quality.contract_invalid]')
  })

  it('shows in full why a rule cannot run, and names the line of an id that stands twice', async () => {
    const query = await file(
      'query.yaml',
      `dataset: chart.orders\nrules:\n  - check: custom-sql\n    options: { query: "select * from read_csv('/etc/passwd')" }\n`,
    )
    expect((await run([query])).stdout).toMatch(/^custom-sql: The function "read_csv" is not allowed here \(line \d+, column \d+\)/m)
    const line = '  - { id: twice, check: row-count, options: { min: 1 } }\n'
    const { code, stderr } = await run([await file('twice.yaml', `dataset: chart.orders\nrules:\n${line}${line}`)])
    expect([code, stderr]).toEqual([1, expect.stringContaining('twice.yaml:4: the id "twice" is taken') as string])
  })

  it.each([
    ['an empty file', '', /nothing stands in it/],
    ['two documents', 'dataset: chart.orders\n---\ndataset: chart.others\n', /:2 a second document begins here; a file holds one contract/],
    ['a bomb of aliases', bomb(), /aliases refer to each other/],
    ['a broken file', 'dataset: ['.repeat(5), /is not a valid contract/],
  ])('says what is wrong with %s', async (_, content, words) => {
    const { code, stderr } = await run([await file('bad.yaml', content)])
    expect([code, stderr.split('\n').length < 25]).toEqual([1, true])
    expect(stderr).toMatch(words)
  })

  it('says that a folder is no contract', async () => {
    await file('folder/orders.yaml', contract)
    expect((await run(['folder'])).stderr).toMatch(/folder is a folder; here one contract file is read/)
  })

  it('of a pipeline that is run from its file measures its rules and its key', async () => {
    const checks = '    keys: [id]\n    checks:\n      - { id: of-file, check: range, options: { column: amount, min: 0 } }\n'
    const pipeline = await file(
      'shop.yaml',
      `name: shop\nsource:\n  connector: files\n  settings: { path: orders.csv }\nstreams:\n  - name: orders\n    dataset: shop_orders\n${checks}`,
    )
    const done = await atlas(['run', pipeline], options)
    expect(done.code, done.stderr).toBe(0)
    const { results } = JSON.parse((await run(['chart.shop_orders', '--json'])).stdout) as MeasuredRules
    const seen = new Map(results.map(({ rule, origin, status }) => [rule, [origin, status]]))
    expect([seen.get('of-file'), seen.get('unique.id')]).toEqual([
      ['pipeline', 'failed'],
      ['automatic', 'passed'],
    ])
  })

  it('without anything to check is a mistake of the command line', async () => {
    const { code, stderr } = await run([])
    expect([code, stderr]).toEqual([1, expect.stringContaining('[cli.usage]') as string])
  })
})

describe('atlas check apply', () => {
  it('applies a folder, and the dataset then has its rules', async () => {
    const { code, stdout, stderr } = await run(['apply', 'contracts', '--reason', 'first'])
    expect(code, stderr).toBe(0)
    expect(stdout).toMatch(/contracts\/orders\.yaml → chart\.orders: applied, version 1/)
    const measured = JSON.parse((await run(['chart.orders', '--json'])).stdout) as MeasuredRules
    expect(measured.results.filter(({ origin }) => origin === 'file').map(({ rule }) => rule)).toEqual([
      'channel-known',
      'not-null.id',
      'schema',
      'unique.id',
    ])
    expect((await run(['contracts/orders.yaml'])).stdout).not.toContain('not what is applied')
  })

  it('refuses two contracts of one dataset in a folder, naming both', async () => {
    await file('two/a.yaml', contract)
    await file('two/b.yml', contract)
    const { code, stderr } = await run(['apply', 'two'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/two\/a\.yaml and two\/b\.yml are both contracts of chart\.orders.*\n.*\[quality\.contract_conflict\]/)
  })

  it('names the line of a rule that cannot run', async () => {
    const wrong = await file('late/orders.yaml', `${contract}  - check: not-null\n    options:\n      column: nope\n`)
    const { code, stderr } = await run(['apply', wrong, '--moved'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/orders\.yaml:9: .*"nope"/)
  })

  it('refuses a rule that a pipeline has otherwise, also when only asked what would change, and names the line', async () => {
    const rules =
      'rules:\n  - check: row-count\n    options: { min: 1 }\n  - id: of-file\n    check: range\n    options: { column: amount, min: 5 }\n'
    const clash = await file('clash/shop_orders.yaml', `dataset: chart.shop_orders\n${rules}`)
    for (const args of [['apply', clash], ['apply', clash, '--dry-run'], [clash]]) {
      const { code, stderr } = await run(args)
      expect([code, stderr]).toEqual([
        1,
        expect.stringMatching(/"of-file".*shop_orders\.yaml.*in the pipeline shop; they differ: options\.min is 0 there and 5/) as string,
      ])
      expect(stderr).toMatch(/shop_orders\.yaml:5: the rule "of-file" is in the pipeline shop/)
    }
  })

  it('only says what would change when asked to', async () => {
    await file('contracts/orders.yaml', `${contract}  - { check: row-count, options: { min: 1 } }\n`)
    const { stdout } = await run(['apply', 'contracts', '--dry-run'])
    expect(stdout).toMatch(/would be applied\n {2}\+ new {2}row-count/)
  })
})

describe('atlas check suggest', () => {
  it('prints a contract that can be checked', async () => {
    const { code, stdout, stderr } = await run(['suggest', 'chart.orders'])
    expect(code, stderr).toBe(0)
    expect(parse(stdout)).toMatchObject({ dataset: 'chart.orders' })
    const again = await run([await file('suggested.yaml', stdout), '--json'])
    expect(again.code, again.stdout).toBe(0)
  })

  it('of a dataset with rules leaves those out, so that applied as it is it stops no run', async () => {
    const { stdout } = await run(['suggest', 'chart.shop_orders'])
    expect(stdout).toContain('#   in the pipeline shop: of-file')
    expect((parse(stdout) as { rules: { id: string }[] }).rules.map(({ id }) => id)).not.toContain('range.amount')
    const applied = await run(['apply', await file('kept/shop_orders.yaml', stdout)])
    expect(applied.code, applied.stderr).toBe(0)
    const again = await atlas(['run', 'shop.yaml'], options)
    expect(again.stderr).not.toContain('declared twice')
    expect(again.code, again.stderr).toBe(0)
  })
})

describe('atlas check import', () => {
  it('writes a contract for each dataset and lists what could not be carried over', async () => {
    await file('schema.yml', 'models:\n  - name: orders\n    columns:\n      - name: id\n        tests: [unique, my_own]\n')
    const { code, stderr } = await run(['import', 'schema.yml', '-o', 'imported'])
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('1 rules of 1 datasets from dbt; 1 things could not be carried over.')
    expect(stderr).toMatch(/my_own +Atlas has no check for this test/)
    expect(parse(await readFile(path.join(folder, 'imported/chart.orders.yaml'), 'utf8'))).toMatchObject({ rules: [{ check: 'unique' }] })
    expect((await run(['imported/chart.orders.yaml'])).code).toBe(0)
  })
})
