import { createHash } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { sql } from '../../../src/core/sql.ts'
import { openLocalFiles } from '../../../src/lake/local-files.ts'
import type { UserQuery, UserRelation } from '../../../src/lake/user-sql/run.ts'

export interface UserSqlFixture {
  folder: string
  /** Fills `{secret}`, `{other}` and `{file}` in. */
  fill: (text: string) => string
  query: Omit<UserQuery, 'sql'>
  /** Every file in the folder with its checksum. */
  checksums: () => Promise<Record<string, string>>
  remove: () => Promise<void>
}

/** Two datasets as Parquet files, and files beside them that no query may reach. */
export async function makeUserSqlFixture(): Promise<UserSqlFixture> {
  const folder = await mkdtemp(path.join(tmpdir(), 'atlas-user-sql-'))
  const at = (name: string): string => path.join(folder, name)
  await writeFile(at('secret.txt'), 'the secret\n')
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const write = async (name: string, select: string): Promise<void> => {
    await connection.run(sql`copy (from query(${select})) to ${at(name)} (format parquet)`.text)
  }
  await write(
    'customers.parquet',
    `select i as id, 'name ' || i as name, ['DK', 'SE', 'NO'][1 + i % 3] as country, date '2020-01-01' + i::integer as since,
     (i * 1.25)::decimal(9, 2) as balance, [i, i + 1] as tags, {'city': 'by ' || i} as address, '{"a": ' || i || '}' as extra from range(1, 101) t(i)`,
  )
  await write(
    'orders.parquet',
    `select i as id, 1 + i % 50 as customer_id, (i / 2)::double as amount, timestamp '2024-01-01' + to_hours(i::integer) as placed from range(200) t(i)`,
  )
  await write('other.parquet', 'select 42 as answer')
  connection.closeSync()
  instance.closeSync()
  const relation = (name: string): UserRelation => {
    const file = at(`${name}.parquet`)
    return { name: `chart.${name}`, scan: sql`select * from read_parquet(${file})`, files: [file] }
  }
  return {
    folder,
    fill: (text) =>
      text
        .replaceAll('{secret}', at('secret.txt'))
        .replaceAll('{other}', at('other.parquet'))
        .replaceAll('{file}', at('customers.parquet')),
    query: {
      files: openLocalFiles(folder),
      relations: [relation('customers'), relation('orders')],
      timeoutMs: 20_000,
      memoryBytes: 256 * 2 ** 20,
      scratch: at('scratch'),
    },
    checksums: () => checksumsOf(folder),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

async function checksumsOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name))
  const sums = await Promise.all(
    files.map(
      async (file) =>
        [
          file,
          createHash('sha256')
            .update(await readFile(file))
            .digest('hex'),
        ] as const,
    ),
  )
  return Object.fromEntries(sums)
}
