import path from 'node:path'
import type { Policy } from '../src/contract/pii.ts'
import { id, join, literal, raw, sql, type Sql } from '../src/core/sql.ts'
import type { LakeSession } from '../src/lake/lake.ts'
import { openLake } from '../src/lake/open-lake.ts'
import { examineColumns } from '../src/privacy/classify-columns.ts'
import { classifySample } from '../src/privacy/classify-sample.ts'
import { installMasking } from '../src/privacy/install-masking.ts'
import { maskExpression } from '../src/privacy/mask-expression.ts'
import { withActions } from '../src/privacy/policy.ts'
import type { Benchmark } from './support/benchmark.ts'
import { quantile } from './support/quantile.ts'
import { withTemporaryHome } from './support/temporary-home.ts'

const RUNS = 3

/**
 * `classifySeconds`: a Parquet file of 10,000,000 rows × 20 columns (`--rows N` for another size) searched for personal data as a run does it, and
 * `sampleSeconds`, as a first look at random rows does it. `maskVsCopy`: the main job's table of 5,000,000 rows × 7 columns written masked (columns whole, free
 * text inside its cells), as a multiple of the time that DuckDB takes to copy it; the median of three pairs. `hashVsCopy`: the same with its first column
 * replaced by a CPR number, which is hashed.
 */
export const benchmark: Benchmark = async (args, log) => {
  const at = args.indexOf('--rows')
  const rows = at === -1 ? 10_000_000 : Number(args[at + 1])
  return withTemporaryHome(async (home) => {
    const folder = path.dirname(home)
    const lake = openLake({ folder: path.join(folder, 'lake'), scratch: path.join(folder, 'scratch'), memoryBytes: 2 ** 31, threads: 2 })
    try {
      return await lake.session(async (session) => {
        const classified = await classification(session, path.join(folder, 'wide.parquet'), rows, log)
        const maskVsCopy = await masking(session, folder, Math.round(rows / 2), PEOPLE, log)
        const hashVsCopy = await masking(session, folder, Math.round(rows / 2), PATIENTS, log)
        return { ...classified, maskVsCopy: round(maskVsCopy), hashVsCopy: round(hashVsCopy) }
      })
    } finally {
      lake.close()
    }
  })
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}

const WIDE = `select i as id, hash(i) % 1000000 as customer, (hash(i + 1) % 10000000 / 100.0)::decimal(12, 2) as amount, (hash(i + 2) % 100)::integer as quantity,
  (hash(i + 3) % 10000) / 7.0 as ratio, date '2015-01-01' + (hash(i + 4) % 3650)::integer as ordered, timestamp '2015-01-01' + to_seconds((hash(i + 5) % 300000000)::bigint) as seen,
  i % 2 = 0 as active, ['DK', 'SE', 'NO'][1 + i % 3] as country, ['new', 'open', 'closed', 'lost'][1 + i % 4] as state, ['A', 'B', 'C'][1 + i % 3] as class,
  'user' || i || '@example' || i % 50 || '.dk' as email, '+45 ' || 20000000 + hash(i + 6) % 79999999 as phone, strftime(date '1930-01-01' + (hash(i + 7) % 30000)::integer, '%d%m%y') || '-' || lpad((hash(i + 8) % 4000)::varchar, 4, '0') as cpr,
  'SKU-' || lpad((hash(i + 9) % 100000)::varchar, 6, '0') as sku, 10000000 + hash(i + 10) % 89999999 as reference, md5((i % 5000)::varchar) as digest, 'Warehouse ' || i % 40 as place,
  ['Anna', 'Bo', 'Cecilie'][1 + i % 3] || ' ' || ['Holm', 'Lund'][1 + i % 2] as name,
  case when i % 50 = 0 then 'Customer asked us to write to contact' || i || '@example.com' else 'Order ' || i || ' was delivered on time' end as note`

async function classification(
  session: LakeSession,
  file: string,
  rows: number,
  log: (line: string) => void,
): Promise<{ classifySeconds: number; sampleSeconds: number }> {
  await session.run(sql`copy (${raw(WIDE)} from range(${rows}) r(i)) to ${literal(file)} (format parquet, compression zstd)`)
  const relation = sql`(select * from read_parquet(${literal(file)}))`
  const columns = await columnsOf(session, relation)
  const size = `${rows} rows × ${columns.length} columns`
  let found = ''
  const cpu = process.cpuUsage()
  const classifySeconds = await seconds(async () => {
    const { findings } = await examineColumns(session, relation, columns)
    found = findings.map(({ column, entity, sampled }) => `${column} ${entity}${sampled == null ? '' : ' (sampled)'}`).join(', ')
  })
  const { user, system } = process.cpuUsage(cpu)
  log(`${size} classified in ${classifySeconds.toFixed(2)} s, ${((user + system) / 1e6).toFixed(1)} s of CPU: ${found}`)
  const sampleSeconds = await seconds(async () => {
    const { rows: looked, missBound } = await classifySample(session, relation, columns)
    found = `${looked} rows looked at, at most ${(missBound * 100).toPrecision(1)} % can hold a kind unseen`
  })
  log(`${size} sampled in ${sampleSeconds.toFixed(2)} s: ${found}`)
  return { classifySeconds: round(classifySeconds), sampleSeconds: round(sampleSeconds) }
}

const PEOPLE = `select i as customer_id, ['Anna', 'Bo', 'Cecilie', 'David'][1 + i % 4] || ' ' || ['Holm', 'Lund', 'Kjær'][1 + i % 3] as name, 'user' || i || '@example' || i % 50 || '.dk' as email,
  round((hash(i) % 10000000) / 100.0, 2)::decimal(12, 2) as amount, timestamp '2020-01-01' + to_seconds((hash(i + 1) % 150000000)::bigint) as created_at, ['DK', 'SE', 'NO'][1 + i % 3] as country,
  case when i % 50 = 0 then 'Customer asked us to write to contact' || i || '@example.com about the order' else 'Order ' || (10000000 + hash(i + 2) % 89999999) || ' was delivered on time and the customer was content' end as note`

const PATIENTS = PEOPLE.replace(
  'i as customer_id',
  `strftime(date '1930-01-01' + (hash(i + 7) % 30000)::integer, '%d%m%y') || '-' || lpad((hash(i + 8) % 4000)::varchar, 4, '0') as cpr`,
)

async function masking(session: LakeSession, folder: string, rows: number, table: string, log: (line: string) => void): Promise<number> {
  const file = path.join(folder, 'people.parquet')
  await session.run(sql`copy (${raw(table)} from range(${rows}) r(i)) to ${literal(file)} (format parquet, compression zstd)`)
  const relation = sql`(select * from read_parquet(${literal(file)}))`
  const columns = await columnsOf(session, relation)
  const policy: Policy = { entities: {}, columns: {} }
  const { findings: found, wholly } = await examineColumns(session, relation, columns)
  const findings = withActions(found, policy, (name) => name)
  const mine = (name: string) => findings.filter(({ column }) => column === name)
  await installMasking(
    session,
    new Uint8Array(32).fill(7),
    policy,
    columns.map(({ name, type }) => ({ name, type, findings: mine(name) })),
  )
  const cells = columns.map(({ name, type }) => {
    const masked = maskExpression({ name, cell: id(name), type, findings: mine(name), wholly: wholly.get(name) }, policy)
    return sql`${masked ?? id(name)} as ${id(name)}`
  })
  const write = (select: Sql, target: string): Promise<number> =>
    seconds(() => session.run(sql`copy (${select}) to ${literal(path.join(folder, target))} (format parquet, compression zstd)`))
  const ratios: number[] = []
  for (let run = 1; run <= RUNS; run++) {
    const copy = await write(sql`select * from ${relation}`, 'copy.parquet')
    const mask = await write(sql`select ${join(cells)} from ${relation}`, 'masked.parquet')
    ratios.push(mask / copy)
    log(
      `${rows} rows × ${columns.length} columns: copied in ${copy.toFixed(2)} s, masked in ${mask.toFixed(2)} s (${findings.map(({ column, action }) => `${column} ${action}`).join(', ')})`,
    )
  }
  return quantile(ratios, 0.5)
}

async function columnsOf(session: LakeSession, relation: Sql): Promise<{ name: string; type: string }[]> {
  const rows = await session.rows(sql`describe select * from ${relation}`)
  return rows.map((row) => ({ name: String(row['column_name']), type: String(row['column_type']) }))
}
