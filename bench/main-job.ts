import { spawn } from 'node:child_process'
import { open, readFile, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Benchmark } from './support/benchmark.ts'
import { quantile } from './support/quantile.ts'
import { withTemporaryHome } from './support/temporary-home.ts'

const ROWS = 5_000_000
const GROWN = 4
const ROOT = path.resolve(import.meta.dirname, '..')

/**
 * The whole job (explore, classify, mask, check, chart, navigate) on a CSV of 5,000,000 × 7, beside bare DuckDB turning the same file into one
 * zstd Parquet file in a process of its own; then once more on four times the rows. The time is the median of `--runs` (default 5) ratios, each
 * of two processes one after the other. `timeVsCopy` is the stricter reading: the same job against DuckDB's COPY statement alone, without the start
 * of its process. `--rows N` for another size.
 */
export const benchmark: Benchmark = async (args, log) => {
  const rows = option(args, '--rows', ROWS)
  const runs = option(args, '--runs', 5)
  return withTemporaryHome(async (home) => {
    const folder = path.dirname(home)
    const csv = path.join(folder, 'people.csv')
    await generate(csv, rows)
    log(`${rows} rows, ${((await stat(csv)).size / 1e6).toFixed(0)} MB`)
    // The home is there before the clock starts: making a database cluster is no part of the job.
    await atlas(home, ['doctor'])
    const duckdb: Bare[] = []
    const jobs: Measured[] = []
    for (let run = 1; run <= runs; run++) {
      duckdb.push(await bareDuckdb(csv, path.join(folder, 'bare.parquet')))
      jobs.push(await atlas(home, ['run', csv, '--json']))
      log(
        `run ${run} of ${runs}: DuckDB ${duckdb.at(-1)?.seconds.toFixed(2)} s (COPY ${duckdb.at(-1)?.copySeconds.toFixed(2)} s), whole job ${jobs.at(-1)?.seconds.toFixed(2)} s, ${jobs.at(-1)?.peakMiB} MiB`,
      )
    }
    const grownCsv = path.join(folder, 'people_grown.csv')
    await generate(grownCsv, rows * GROWN)
    await rm(csv)
    const grown = await atlas(home, ['run', grownCsv, '--json'])
    const peakMiB = Math.max(...jobs.map((job) => job.peakMiB))
    log(`${GROWN} times the rows: ${grown.seconds.toFixed(2)} s, ${grown.peakMiB} MiB`)
    // Machines change their speed while they work: each job is compared with the DuckDB run beside it.
    const ratios = jobs.map((job, index) => job.seconds / (duckdb[index]?.seconds ?? Number.NaN))
    const strictRatios = jobs.map((job, index) => job.seconds / (duckdb[index]?.copySeconds ?? Number.NaN))
    const seconds = quantile(
      jobs.map((job) => job.seconds),
      0.5,
    )
    const yardstick = quantile(
      duckdb.map((bare) => bare.seconds),
      0.5,
    )
    return {
      timeVsDuckdb: round(quantile(ratios, 0.5)),
      timeVsCopy: round(quantile(strictRatios, 0.5)),
      peakMiB,
      peakGrowth: round(grown.peakMiB / peakMiB),
      seconds: round(seconds),
      duckdbSeconds: round(yardstick),
    }
  })
}

function option(args: readonly string[], name: string, fallback: number): number {
  const index = args.indexOf(name)
  return index === -1 ? fallback : Number(args[index + 1])
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

/** About 148 bytes a row: a key, a name, an address, an amount, a time, a country and free text of which one in fifty holds an address. */
async function generate(csv: string, rows: number): Promise<void> {
  await duckdb(
    `copy (select i as customer_id,
        ['Anna','Bo','Cecilie','David','Emma','Frederik','Grethe','Hans','Ida','Jens'][1 + i % 10] || ' ' || ['Sørensen','Jensen','Nielsen','Holm','Møller','Lund','Kjær'][1 + (i // 10) % 7] as name,
        'user' || i || '@example' || (i % 50) || '.dk' as email,
        round((hash(i) % 10000000) / 100.0, 2)::decimal(12,2) as amount,
        timestamp '2020-01-01' + to_seconds((hash(i + 1) % 150000000)::bigint) as created_at,
        ['DK','SE','NO','DE','FI'][1 + i % 5] as country,
        case when i % 50 = 0 then 'Customer asked us to write to contact' || i || '@example.com about the order placed last week' else 'Order ' || (10000000 + hash(i + 2) % 89999999) || ' was delivered on time and the customer was content' end as note
      from range(${rows}) t(i)) to '${csv}' (format csv, header)`,
  )
  // At rest before the clock starts: writing the input back to disk is no part of reading it.
  const file = await open(csv)
  await file.sync()
  await file.close()
}

interface Bare {
  /** Of a process that does nothing but this with DuckDB, from its start to its end, as Atlas's own process is timed. */
  seconds: number
  /** Of the statement alone. */
  copySeconds: number
}

async function bareDuckdb(csv: string, parquet: string): Promise<Bare> {
  const { seconds, stdout } = await duckdb(`copy (from read_csv('${csv}')) to '${parquet}' (format parquet, compression zstd)`)
  await rm(parquet)
  return { seconds, copySeconds: Number(stdout) }
}

function duckdb(statement: string): Promise<Measured> {
  const program = `
    import { DuckDBInstance } from '@duckdb/node-api'
    const connection = await (await DuckDBInstance.create(':memory:')).connect()
    const started = performance.now()
    await connection.run(process.argv[1])
    process.stdout.write(String((performance.now() - started) / 1000))`
  return run(['--input-type=module', '-e', program, statement], {})
}

interface Measured {
  seconds: number
  peakMiB: number
  stdout: string
}

/** One command of Atlas, from its start to its end, with the most memory that its process had. */
async function atlas(home: string, args: string[]): Promise<Measured> {
  return run([path.join(ROOT, 'bin/atlas.js'), ...args], { ATLAS_HOME: home })
}

async function run(args: string[], env: Record<string, string>): Promise<Measured> {
  const started = performance.now()
  const child = spawn(process.execPath, args, { cwd: ROOT, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()))
  let peakMiB = 0
  const timer = setInterval(() => void peakOf(child.pid).then((mib) => (peakMiB = Math.max(peakMiB, mib))), 100)
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  clearInterval(timer)
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${output.stderr.slice(-2000)}${output.stdout.slice(-2000)}`)
  return { seconds: (performance.now() - started) / 1000, peakMiB, stdout: output.stdout }
}

/** The kernel's own high-water mark of a process's resident memory, on Linux; 0 elsewhere and once the process has ended. */
async function peakOf(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const [, kib] = /VmHWM:\s+(\d+) kB/.exec(status) ?? []
  return Math.round(Number(kib ?? 0) / 1024)
}
