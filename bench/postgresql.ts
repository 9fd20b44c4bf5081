import { spawn } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { openHome } from '../src/store/home.ts'
import { acquireHome } from '../src/store/owner-lock.ts'
import { type PostgresConnection, startPostgres } from '../src/store/postgres-server.ts'
import type { Benchmark } from './support/benchmark.ts'
import { quantile } from './support/quantile.ts'
import { withTemporaryHome } from './support/temporary-home.ts'

const ROWS = 6_000_000
const ROOT = path.resolve(import.meta.dirname, '..')

/**
 * Rows per second that `atlas run` brings from Postgres into explore (read, written as Parquet, flushed to disk and checkpointed; until the last table is there),
 * beside `psql -c "COPY (…) TO STDOUT" > /dev/null` of the same rows. One table, and then the same rows in two tables read at once. Medians of `--runs`
 * (default 3) pairs, each timed one after the other; 1 is as fast. `peakMiB` is the most memory that the Atlas process had until then. `--rows N` for another size.
 */
export const benchmark: Benchmark = async (args, log) => {
  const rows = option(args, '--rows', ROWS)
  const runs = option(args, '--runs', 3)
  return withTemporaryHome(async (atlasHome) => {
    const home = await openHome(path.join(path.dirname(atlasHome), 'source'))
    const ownership = await acquireHome(home, { command: 'bench' })
    const server = await startPostgres(home, { settings: { shared_buffers: '256MB', max_wal_size: '4GB' } })
    try {
      await generate(server.connection, rows)
      log(`${rows} rows of 16 columns, once in one table and once in two`)
      const one: Measured[] = []
      const two: Measured[] = []
      for (let run = 1; run <= runs; run++) {
        one.push(await measure(server.connection, atlasHome, ['lineitem']))
        two.push(await measure(server.connection, atlasHome, ['lineitem_even', 'lineitem_odd']))
        for (const [name, found] of [
          ['one', one.at(-1)],
          ['two', two.at(-1)],
        ] as const)
          log(
            `run ${run} of ${runs}, ${name}: COPY ${found?.copySeconds.toFixed(1)} s, Atlas ${found?.seconds.toFixed(1)} s, ratio ${found?.ratio.toFixed(2)}, ${found?.peakMiB} MiB`,
          )
      }
      const median = (of: Measured[], key: keyof Measured) =>
        Math.round(
          quantile(
            of.map((found) => found[key]),
            0.5,
          ) * 100,
        ) / 100
      return {
        oneStreamVsCopy: median(one, 'ratio'),
        twoStreamsVsCopy: median(two, 'ratio'),
        peakMiB: Math.max(...[...one, ...two].map(({ peakMiB }) => peakMiB)),
        seconds: median(one, 'seconds'),
        copySeconds: median(one, 'copySeconds'),
      }
    } finally {
      await server.stop()
      await ownership.release()
    }
  })
}

interface Measured {
  ratio: number
  seconds: number
  copySeconds: number
  peakMiB: number
}

function option(args: readonly string[], name: string, fallback: number): number {
  const index = args.indexOf(name)
  return index === -1 ? fallback : Number(args[index + 1])
}

/** Like the lineitem of TPC-H: keys, four decimals, two flags, three dates, three texts. */
async function generate(connection: PostgresConnection, rows: number): Promise<void> {
  const client = new pg.Client(connection)
  await client.connect()
  const columns = `l_orderkey bigint, l_partkey integer, l_suppkey integer, l_linenumber integer, l_quantity numeric(15,2), l_extendedprice numeric(15,2),
    l_discount numeric(15,2), l_tax numeric(15,2), l_returnflag char(1), l_linestatus char(1), l_shipdate date, l_commitdate date, l_receiptdate date,
    l_shipinstruct char(25), l_shipmode char(10), l_comment varchar(44)`
  await client.query(
    `create table lineitem (${columns}); create table lineitem_even (like lineitem); create table lineitem_odd (like lineitem)`,
  )
  await client.query(
    `insert into lineitem select i / 4 + 1, hashint8(i) & 1048575, hashint8(i + 7) & 16383, i % 7 + 1, i % 50 + 1, (hashint8(i + 1) & 8388607) / 100.0, i % 11 / 100.0,
       i % 9 / 100.0, substr('RAN', 1 + (i % 3)::int, 1), substr('OF', 1 + (i % 2)::int, 1), date '1992-01-01' + (hashint8(i + 2) & 2047),
       date '1992-01-31' + (hashint8(i + 3) & 2047), date '1992-02-10' + (hashint8(i + 4) & 2047),
       (array['DELIVER IN PERSON', 'COLLECT COD', 'NONE', 'TAKE BACK RETURN'])[1 + i % 4], (array['REG AIR', 'AIR', 'RAIL', 'SHIP', 'TRUCK', 'MAIL', 'FOB'])[1 + i % 7],
       substr('carefully final requests haggle furiously among the quickly ironic deposits', 1 + (i % 20)::int, 10 + (hashint8(i + 5) & 31))
     from generate_series(0, ${rows - 1}::bigint) i`,
  )
  await client.query(
    `insert into lineitem_even select * from lineitem where l_linenumber % 2 = 0; insert into lineitem_odd select * from lineitem where l_linenumber % 2 = 1`,
  )
  for (const table of ['lineitem', 'lineitem_even', 'lineitem_odd']) await client.query(`vacuum (analyze) ${table}`)
  await client.query('checkpoint')
  await client.end()
}

async function measure(connection: PostgresConnection, home: string, tables: readonly string[]): Promise<Measured> {
  const copySeconds = await drain(connection)
  const pipeline = path.join(path.dirname(home), 'lineitem.yaml')
  const settings = {
    host: connection.host,
    port: connection.port,
    database: connection.database,
    user: connection.user,
    password: '${env:BENCH_PASSWORD}',
  }
  await writeFile(
    pipeline,
    JSON.stringify({ name: 'bench', source: { connector: 'postgresql', settings }, streams: tables.map((name) => ({ name })) }),
  )
  const { seconds, peakMiB } = await extract(home, pipeline, connection.password, tables.length)
  await rm(pipeline)
  return { ratio: copySeconds / seconds, seconds, copySeconds, peakMiB }
}

/** Seconds of psql reading all rows, from its start to its end. */
async function drain({ host, port, user, password, database }: PostgresConnection): Promise<number> {
  const started = performance.now()
  const child = spawn(
    'psql',
    ['-h', host, '-p', String(port), '-U', user, '-d', database, '-c', 'COPY (SELECT * FROM lineitem) TO STDOUT'],
    {
      env: { ...process.env, PGPASSWORD: password },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  if (code !== 0) throw new Error(`psql ended with ${code}; it is Debian's package postgresql-client`)
  return (performance.now() - started) / 1000
}

/** From the end of planning to the end of the last extraction, as the run reports them. */
async function extract(home: string, pipeline: string, password: string, streams: number): Promise<{ seconds: number; peakMiB: number }> {
  const child = spawn(process.execPath, [path.join(ROOT, 'bin/atlas.js'), 'run', pipeline, '--json'], {
    cwd: ROOT,
    env: { ...process.env, ATLAS_HOME: home, BENCH_PASSWORD: password },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  let from = 0
  let to = 0
  let left = streams
  let peakMiB = 0
  const said: string[] = []
  const timer = setInterval(() => void peakOf(child.pid).then((mib) => (peakMiB = left > 0 ? Math.max(peakMiB, mib) : peakMiB)), 100)
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line)
    if (/ plan /.test(line)) from = performance.now()
    if (/ extract .* rows in /.test(line) && --left === 0) to = performance.now()
  }
  clearInterval(timer)
  const code = await ended
  if (code !== 0 || to === 0) throw new Error(`atlas run ended with ${code}: ${said.join('\n').slice(-2000)}`)
  return { seconds: (to - from) / 1000, peakMiB }
}

/** The kernel's own high-water mark of a process's resident memory, on Linux; 0 elsewhere and once the process has ended. */
async function peakOf(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const [, kib] = /VmHWM:\s+(\d+) kB/.exec(status) ?? []
  return Math.round(Number(kib ?? 0) / 1024)
}
