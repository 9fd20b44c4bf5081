import { spawnSync } from 'node:child_process'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { CheckRule, type CheckRuleInput } from '../src/contract/quality.ts'
import { literal, raw, sql, type Sql } from '../src/core/sql.ts'
import type { LakeSession } from '../src/lake/lake.ts'
import { openLake } from '../src/lake/open-lake.ts'
import { proveExpression } from '../src/pipeline/prove-expression.ts'
import { measureQuality, type QualityFacts } from '../src/quality/measure.ts'
import { planRules } from '../src/quality/plan-rules.ts'
import { decodeFloor, keyRules, thirtyMoreRules, thirtyRules, writeOrders } from './quality-orders/orders.ts'
import { dbtTests } from './quality-orders/dbt-tests.ts'
import type { Benchmark } from './support/benchmark.ts'
import { quantile } from './support/quantile.ts'
import { withTemporaryHome } from './support/temporary-home.ts'

/**
 * Rules over a Parquet file of 10,000,000 rows × 12 columns (`--rows N` for another size), each as a multiple of the decode floor beside it: the time
 * that DuckDB takes to read every column with `count` and `min`. `rules30VsFloor`: 30 rules and those that run by themselves; `withKeysVsFloor`: two
 * exact keys besides; `rules60Vs30`: 30 rules more; `perRuleVsOurs`, `perRuleWithKeysVsOurs`: what dbt sends for the same rules against one scan;
 * `countsVsOurs`: the least that one query per rule can be, a `count(*)` with its condition. Medians of `--runs` (default 3). `peakMiB` is the most memory that the process had.
 */
export const benchmark: Benchmark = async (args, log) => {
  const rows = option(args, '--rows', 10_000_000)
  const runs = option(args, '--runs', 3)
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
    try {
      return await lake.session((session) => compare(session, sql`(select * from read_parquet(${literal(file)}))`, rows, runs, log))
    } finally {
      lake.close()
    }
  })
}

async function compare(
  session: LakeSession,
  relation: Sql,
  rows: number,
  runs: number,
  log: (line: string) => void,
): Promise<Record<string, number>> {
  const columns = (await session.rows(sql`select column_name as "name", column_type as "type" from (describe ${relation})`)) as {
    name: string
    type: string
  }[]
  const facts: QualityFacts = {
    now: new Date(),
    keys: [],
    sourceRows: null,
    rows,
    expressions: await proved([...thirtyRules, ...thirtyMoreRules]),
  }
  const measure = async (rules: readonly CheckRuleInput[]): Promise<void> => {
    const { results, scans } = await measureQuality(session, relation, columns, parse(rules), facts)
    const broken = results.filter(({ status }) => status === 'error')
    if (scans > 2 || broken.length > 0) throw new Error(`${scans} scans; ${JSON.stringify(broken)}`)
  }
  await session.run(sql`create or replace temporary view orders as from ${relation}`)
  const sendTests = async (rules: readonly CheckRuleInput[]): Promise<void> => {
    for (const statement of rules.flatMap((rule) => dbtTests(rule, 'orders'))) await session.rows(raw(statement))
  }
  const work: Record<string, () => Promise<unknown>> = {
    floor: () => session.rows(decodeFloor(relation, columns)),
    rules30: () => measure(thirtyRules),
    withKeys: () => measure([...thirtyRules, ...keyRules]),
    rules60: () => measure([...thirtyRules, ...thirtyMoreRules]),
    dbt: () => sendTests(thirtyRules),
    dbtWithKeys: () => sendTests([...thirtyRules, ...keyRules]),
    counts: () => oneQueryEach(session, relation, columns, facts),
  }
  const wall: Record<string, number[]> = {}
  for (let run = 1; run <= runs; run++) {
    const seconds = []
    for (const [name, one] of Object.entries(work)) {
      const taken = await time(one)
      ;(wall[name] ??= []).push(taken.seconds)
      seconds.push(`${name} ${taken.seconds.toFixed(2)} s (${taken.processor.toFixed(2)} s of processor)`)
    }
    log(`run ${run} of ${runs}: ${seconds.join(', ')}`)
  }
  const ratio = (name: string, yardstick: string): number =>
    round(
      quantile(
        (wall[name] ?? []).map((seconds, run) => seconds / (wall[yardstick]?.[run] ?? Number.NaN)),
        0.5,
      ),
    )
  return {
    rules30VsFloor: ratio('rules30', 'floor'),
    withKeysVsFloor: ratio('withKeys', 'floor'),
    rules60Vs30: ratio('rules60', 'rules30'),
    perRuleVsOurs: ratio('dbt', 'rules30'),
    perRuleWithKeysVsOurs: ratio('dbtWithKeys', 'withKeys'),
    countsVsOurs: ratio('counts', 'rules30'),
    peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    floorSeconds: round(quantile(wall['floor'] ?? [], 0.5)),
    rules30Seconds: round(quantile(wall['rules30'] ?? [], 0.5)),
  }
}

/** The rows that break each rule and nothing else: `select count(*) from (select * from t where …)`. */
async function oneQueryEach(
  session: LakeSession,
  relation: Sql,
  columns: readonly { name: string; type: string }[],
  facts: QualityFacts,
): Promise<void> {
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
  const planned = await planRules(parse(thirtyRules), { keys: [], sourceRows: null }, {
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

async function proved(rules: readonly CheckRuleInput[]): Promise<Map<string, Sql>> {
  const texts = rules.flatMap(({ options, where }) => [options?.['expression'], where]).filter((text) => typeof text === 'string')
  return new Map(await Promise.all(texts.map(async (text) => [text, await proveExpression(text)] as const)))
}

function parse(rules: readonly CheckRuleInput[]): CheckRule[] {
  return rules.map((rule) => CheckRule.parse(rule))
}

async function time(work: () => Promise<unknown>): Promise<{ seconds: number; processor: number }> {
  const [started, before] = [performance.now(), process.cpuUsage()]
  await work()
  const { user, system } = process.cpuUsage(before)
  return { seconds: (performance.now() - started) / 1000, processor: (user + system) / 1e6 }
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

function option(args: readonly string[], name: string, fallback: number): number {
  const index = args.indexOf(name)
  return index === -1 ? fallback : Number(args[index + 1])
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
