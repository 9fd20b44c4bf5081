import { spawnSync } from 'node:child_process'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { CheckRuleInput } from '../src/contract/quality.ts'
import { raw, sql } from '../src/core/sql.ts'
import type { LakeSession } from '../src/lake/lake.ts'
import { openLake } from '../src/lake/open-lake.ts'
import { planRules } from '../src/quality/plan-rules.ts'
import { writeProject } from './peers/dbt/dbt-project.ts'
import { dbtStatements } from './peers/dbt/dbt-statements.ts'
import { prepareDbt, testWithDbt } from './peers/dbt/run-dbt.ts'
import { measureOrders, type Orders, ordersOf, parseRules } from './quality-orders/measure-orders.ts'
import { decodeFloor, keyRules, thirtyMoreRules, thirtyRules, writeOrders } from './quality-orders/orders.ts'
import type { Benchmark } from './support/benchmark.ts'
import { quantile } from './support/quantile.ts'
import { withTemporaryHome } from './support/temporary-home.ts'

/**
 * Rules over a Parquet file of 10,000,000 rows × 12 columns (`--rows N` for another size), each as a multiple of the decode floor beside it: the time
 * that DuckDB takes to read every column with `count` and `min`. `rules30VsFloor`: 30 rules and those that run by themselves; `withKeysVsFloor`: two
 * exact keys besides; `rules60Vs30`: 30 rules more; `perRuleVsOurs`, `perRuleWithKeysVsOurs`: the statements that dbt compiled for the same rules, one
 * after the other in our own DuckDB, against one scan; `countsVsOurs`: the least that one query per rule can be, a `count(*)` with its condition.
 * With `--dbt FILE` that dbt runs too, over the Parquet file and over a table of it: `dbtTestsVsOurs` the sum of what its tests took (one at a time,
 * without its start) against one scan, `dbtProcessVsOurs` its whole process (one or two tests at a time, the quicker) against ours, and both with keys.
 * Medians of `--runs` (default 3). `peakMiB` is the most memory that the process had.
 */
export const benchmark: Benchmark = async (args, log) => {
  const rows = numberOption(args, '--rows', 10_000_000)
  const runs = numberOption(args, '--runs', 3)
  return withTemporaryHome(async (home) => {
    const folder = path.dirname(home)
    const file = path.join(folder, 'orders.parquet')
    generate(rows, file)
    log(`${rows} rows, ${((await stat(file)).size / 1e6).toFixed(0)} MB`)
    const lake = openLake({
      folder: path.join(folder, 'lake'),
      scratch: path.join(folder, 'scratch'),
      memoryBytes: 1.5 * 2 ** 30,
      threads: 2,
    })
    const dbt = option(args, '--dbt')
    const peer = dbt === null ? {} : dbtWork(dbt, folder, file)
    try {
      return await lake.session((session) => compare(session, file, rows, peer, runs, log))
    } finally {
      lake.close()
    }
  })
}

/** Seconds by what was measured; a piece of work that measures itself tells its own. */
type Work = Record<string, () => Promise<unknown> | Record<string, number>>

const withKeys = [...thirtyRules, ...keyRules]

async function compare(
  session: LakeSession,
  file: string,
  rows: number,
  peer: Work,
  runs: number,
  log: (line: string) => void,
): Promise<Record<string, number>> {
  const rules60 = [...thirtyRules, ...thirtyMoreRules]
  const orders = await ordersOf(session, file, rows, rules60)
  const sendTests = async (rules: readonly CheckRuleInput[]): Promise<void> => {
    for (const statement of dbtStatements(rules, file)) await session.rows(raw(statement))
  }
  const work: Work = {
    floor: () => session.rows(decodeFloor(orders.relation, orders.columns)),
    rules30: () => measureOrders(session, orders, thirtyRules),
    withKeys: () => measureOrders(session, orders, withKeys),
    rules60: () => measureOrders(session, orders, rules60),
    dbt: () => sendTests(thirtyRules),
    dbtWithKeys: () => sendTests(withKeys),
    counts: () => oneQueryEach(session, orders),
    ...peer,
  }
  const wall: Record<string, number[]> = {}
  for (let run = 1; run <= runs; run++) {
    const seconds = []
    for (const [name, one] of Object.entries(work)) {
      const taken = await time(name, one)
      for (const [part, value] of Object.entries(taken.seconds)) {
        ;(wall[part] ??= []).push(value)
        seconds.push(`${part} ${value.toFixed(2)} s${part === name ? ` (${taken.processor.toFixed(2)} s of processor)` : ''}`)
      }
    }
    log(`run ${run} of ${runs}: ${seconds.join(', ')}`)
  }
  return ratios(wall)
}

function ratios(wall: Record<string, number[]>): Record<string, number> {
  const ratio = (name: string, yardstick: string): number =>
    round(
      quantile(
        (wall[name] ?? []).map((seconds, run) => seconds / (wall[yardstick]?.[run] ?? Number.NaN)),
        0.5,
      ),
    )
  const ofPeer = (ratios: Record<string, [string, string]>): Record<string, number> =>
    Object.fromEntries(
      Object.entries(ratios).flatMap(([metric, [name, ours]]) => (name in wall ? [[metric, ratio(name, ours)] as const] : [])),
    )
  return {
    rules30VsFloor: ratio('rules30', 'floor'),
    withKeysVsFloor: ratio('withKeys', 'floor'),
    rules60Vs30: ratio('rules60', 'rules30'),
    perRuleVsOurs: ratio('dbt', 'rules30'),
    perRuleWithKeysVsOurs: ratio('dbtWithKeys', 'withKeys'),
    countsVsOurs: ratio('counts', 'rules30'),
    ...ofPeer({
      dbtTestsVsOurs: ['parquetTests', 'rules30'],
      dbtTestsWithKeysVsOurs: ['parquetKeysTests', 'withKeys'],
      dbtTableTestsVsOurs: ['tableTests', 'rules30'],
      dbtProcessVsOurs: ['parquetProcess', 'ourProcess'],
      dbtProcessWithKeysVsOurs: ['parquetKeysProcess', 'ourProcessWithKeys'],
      dbtTableProcessVsOurs: ['tableProcess', 'ourProcess'],
    }),
    peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    floorSeconds: round(quantile(wall['floor'] ?? [], 0.5)),
    rules30Seconds: round(quantile(wall['rules30'] ?? [], 0.5)),
  }
}

/** dbt over the file, over the file with keys, and over a table that it made of the file beforehand; and our own process. */
function dbtWork(dbt: string, folder: string, file: string): Work {
  const projects = {
    parquet: writeProject(path.join(folder, 'dbt-parquet'), file, 'parquet', thirtyRules),
    parquetKeys: writeProject(path.join(folder, 'dbt-keys'), file, 'parquet', withKeys),
    table: writeProject(path.join(folder, 'dbt-table'), file, 'table', thirtyRules),
  }
  const work: Work = { ourProcess: () => checkFile(file), ourProcessWithKeys: () => checkFile(file, '--keys') }
  for (const [name, project] of Object.entries(projects)) {
    prepareDbt(dbt, project)
    work[name] = () => {
      const [one, two] = [testWithDbt(dbt, project, 1), testWithDbt(dbt, project, 2)]
      return { [`${name}Tests`]: one.tests, [`${name}Process`]: Math.min(one.process, two.process) }
    }
  }
  return work
}

async function checkFile(...args: string[]): Promise<void> {
  const ended = spawnSync(process.execPath, [path.join(import.meta.dirname, 'quality-orders/check-file.ts'), ...args], { encoding: 'utf8' })
  if (ended.status !== 0) throw new Error(ended.stderr)
}

/** The rows that break each rule and nothing else: `select count(*) from (select * from t where …)`. */
async function oneQueryEach(session: LakeSession, { relation, columns, facts }: Orders): Promise<void> {
  const scope = {
    columns,
    loadedAt: null,
    countedRows: null,
    ambiguousDates: 0,
    quarantinedRows: 0,
    answers: new Map(),
    datasets: new Map(),
    previous: null,
  }
  const planned = await planRules(parseRules(thirtyRules), { keys: [], sourceRows: null }, {
    ...scope,
    ...facts,
    rows: null,
    semanticType: () => null,
  } as never)
  for (const { plan, where, origin } of planned) {
    if (origin === 'automatic') continue
    if (plan.kind !== 'row' && plan.kind !== 'aggregate') throw new Error(plan.kind)
    const failing = plan.kind === 'row' ? plan.failing : plan.failingRows
    const chosen = where === null ? sql`` : sql`(${where}) and `
    await session.rows(sql`select count(*) from (select * from ${relation} where ${chosen}(${plan.eligible}) and (${failing}))`)
    if (plan.kind === 'aggregate') await session.rows(sql`select ${plan.failing} as failing from ${relation}`)
  }
}

async function time(name: string, work: Work[string]): Promise<{ seconds: Record<string, number>; processor: number }> {
  const [started, before] = [performance.now(), process.cpuUsage()]
  const told = work()
  if (!(told instanceof Promise)) return { seconds: told, processor: 0 }
  await told
  const { user, system } = process.cpuUsage(before)
  return { seconds: { [name]: (performance.now() - started) / 1000 }, processor: (user + system) / 1e6 }
}

/** In a process of its own: writing takes more memory than measuring. */
function generate(rows: number, file: string): void {
  const program = `import { DuckDBInstance } from '@duckdb/node-api'
    const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect()
    await connection.run(process.argv[1])`
  const made = spawnSync(process.execPath, ['--input-type=module', '-e', program, writeOrders(rows, file).text], {
    cwd: path.resolve(import.meta.dirname, '..'),
    encoding: 'utf8',
  })
  if (made.status !== 0) throw new Error(made.stderr)
}

function option(args: readonly string[], name: string): string | null {
  const index = args.indexOf(name)
  return index === -1 ? null : (args[index + 1] ?? null)
}

function numberOption(args: readonly string[], name: string, fallback: number): number {
  return Number(option(args, name) ?? fallback)
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
