import { DuckDBInstance, DuckDBBlobValue, type DuckDBConnection } from '@duckdb/node-api'
import type { Query } from '../../src/core/query.ts'
import type { TextFunctions } from '../../src/core/text-function.ts'
import { defineTextFunction } from '../../src/lake/define-text-function.ts'
import { raw, sql, type Sql } from '../../src/core/sql.ts'

/** A DuckDB of its own in memory, as rules see it. */
export interface MemoryEngine extends Query, TextFunctions {
  run(statement: Sql, parameters?: Uint8Array[]): Promise<void>
  /** A relation with one text column `x`. */
  texts(values: readonly (string | null)[]): Promise<Sql>
  close(): void
}

export async function openMemoryEngine(): Promise<MemoryEngine> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' })
  const connection: DuckDBConnection = await instance.connect()
  await connection.run("set TimeZone = 'UTC'")
  let tables = 0
  const engine: MemoryEngine = {
    rows: async (query) => (await connection.runAndReadAll(query.text)).getRowObjectsJS(),
    run: async (statement, parameters) => {
      await connection.run(
        statement.text,
        parameters?.map((bytes) => new DuckDBBlobValue(bytes)),
      )
    },
    texts: async (values) => {
      const name = raw(`texts_${++tables}`)
      await engine.run(sql`create table ${name} ("x" varchar)`)
      if (values.length > 0)
        await engine.run(sql`insert into ${name} values ${raw(values.map((value) => sql`(${value})`.text).join(', '))}`)
      return name
    },
    define: (name, body, isPure) => defineTextFunction(connection, name, body, isPure),
    close: () => {
      connection.closeSync()
      instance.closeSync()
    },
  }
  return engine
}
