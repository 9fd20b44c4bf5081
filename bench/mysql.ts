import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createConnection } from 'mysql2'
import { mysql } from '../src/connectors/mysql.ts'
import { MysqlSettings } from '../src/connectors/mysql/settings.ts'
import { raw, sql } from '../src/core/sql.ts'
import { openLanding, openReadContext, readRequest, readStream } from '../test/support/landing.ts'
import { ADMIN_PASSWORD, adminConnection, adminQuery, endMariadb, hasMariadb, startMariadb } from '../test/support/mariadb-server.ts'
import type { Benchmark } from './support/benchmark.ts'
import { quantile } from './support/quantile.ts'

const ROWS = 1_000_000
const ROUNDS = 5

/** Eight columns: key, number, text, money, double, two times (one with microseconds), and a sentence in which one row of fifty has signs to escape. */
const TABLE = `create table mixed (id bigint unsigned primary key auto_increment, customer int not null, email varchar(80), amount decimal(12,2), score double,
  created datetime(6) not null, updated timestamp not null, note varchar(200))`
const FILL = `insert into mixed select seq, seq % 10007, if(seq % 11 = 0, null, concat('user', seq, '@example', seq % 50, '.dk')), (seq * 7919 % 10000000) / 100, seq / 7e0,
  date_add('2020-01-01', interval seq * 1234567 microsecond), from_unixtime(1577836800 + seq),
  if(seq % 50 = 0, concat('Kunde ønskede\\tat vi skrev\\ntil ', seq), concat('Order ', 10000000 + seq, ' was delivered on time and the customer was content')) from seq_1_to_`

/**
 * Rows per second that the connector for MySQL reads into explore (count and zstd Parquet included), beside those of the driver's bare loop over the same
 * table, which keeps nothing. Median of five pairs; `vsBareClient` 1 is as fast. The first argument is the number of rows.
 */
export const benchmark: Benchmark = async (args, log) => {
  const rows = Number(args[0] ?? ROWS)
  if (!hasMariadb) throw new Error('MariaDB is not installed (Debian: apt-get install mariadb-server).')
  const folder = await mkdtemp(path.join(tmpdir(), 'atlas-bench-mysql-'))
  const server = await startMariadb(process.pid)
  try {
    const admin = await adminConnection(server.port)
    await adminQuery(admin, `create database bench; use bench; ${TABLE}; ${FILL}${rows}; analyze table mixed`)
    admin.destroy()
    log(`${rows} rows of 8 columns`)
    const settings = MysqlSettings.parse({
      host: '127.0.0.1',
      port: server.port,
      database: 'bench',
      user: 'root',
      password: ADMIN_PASSWORD,
    })
    const ratios: number[] = []
    const speeds: number[] = []
    for (let round = 0; round <= ROUNDS; round++) {
      const bareMs = await timed(() => readBare(settings, rows))
      const atlasMs = await timed(() => readByAtlas(settings, rows, folder))
      log(
        `${round === 0 ? 'warm-up' : `round ${round}`}: bare ${bareMs.toFixed(0)} ms, Atlas ${atlasMs.toFixed(0)} ms, ratio ${(bareMs / atlasMs).toFixed(2)}`,
      )
      if (round === 0) continue
      ratios.push(bareMs / atlasMs)
      speeds.push((rows / atlasMs) * 1000)
    }
    return { vsBareClient: Number(quantile(ratios, 0.5).toFixed(3)), rowsPerSecond: Math.round(quantile(speeds, 0.5)) }
  } finally {
    await endMariadb(server)
    await rm(folder, { recursive: true, force: true })
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

/** As most programs stream with the driver: rows as objects, values as it makes them. */
async function readBare({ host, port, user, password, database }: MysqlSettings, rows: number): Promise<void> {
  const connection = createConnection({ host, port, user, password, database })
  let read = 0
  await new Promise<void>((resolve, reject) => {
    connection
      .query('select * from mixed')
      .on('result', () => read++)
      .on('error', reject)
      .on('end', resolve)
  })
  connection.destroy()
  assertAll(read, rows)
}

async function readByAtlas(settings: MysqlSettings, rows: number, folder: string): Promise<void> {
  const body = await mysql.load()
  const context = await openReadContext(folder)
  const landing = await openLanding()
  let files = 0
  // As the lake writes them (src/lake/write-file.ts).
  landing.write = async (query) => {
    const target = path.join(landing.folder, `${files++}.parquet`)
    const options = raw(
      'format parquet, compression zstd, compression_level 1, dictionary_size_limit 4096, write_bloom_filter false, return_stats',
    )
    const [stats] = await landing.rows(sql`copy (${query}) to ${target} (${options})`)
    return { rows: Number(stats?.['count']), bytes: Number(stats?.['file_size_bytes']) }
  }
  const [stream] = await body.discover(settings, context, ['mixed'])
  if (stream === undefined) throw new Error('the table is not there')
  const { sourceRows } = await readStream(body, settings, readRequest(stream), context, landing)
  await landing.close()
  await rm(context.scratch, { recursive: true, force: true })
  assertAll(sourceRows, rows)
}

function assertAll(read: number, expected: number): void {
  if (read !== expected) throw new Error(`read ${read} of ${expected} rows`)
}
