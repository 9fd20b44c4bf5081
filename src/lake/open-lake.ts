import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from '@duckdb/node-api'

import { raw, sql, type Sql } from '../core/sql.ts'
import { defineTextFunction } from './define-text-function.ts'
import { fromDuckdb, isFatal } from './duckdb-errors.ts'
import type { Lake, LakeSession } from './lake.ts'
import type { LakeFiles } from './lake-files.ts'
import { openLocalFiles } from './local-files.ts'
import { scanRelation } from './relation.ts'
import { statementHolder, type StatementHolder } from './statement-files.ts'

export interface LakeOptions {
  /** Absolute folder of the committed files, unless `files` are kept elsewhere. */
  folder: string
  files?: LakeFiles
  /** Absolute folder that DuckDB may spill into. */
  scratch: string
  /** Shared by all sessions. */
  memoryBytes: number
  threads: number
}

/** Opens the lake. DuckDB itself is loaded at the first session, so that starting Atlas does not wait for it. */
export function openLake(options: LakeOptions): Lake {
  const files = options.files ?? openLocalFiles(options.folder)
  return openInstance(options, files, () => files.close())
}

/** @param onClose what ends with the instance */
function openInstance(options: LakeOptions, files: LakeFiles, onClose: () => void): Lake {
  let instance: Promise<DuckDBInstance> | null = null

  async function connect(): Promise<DuckDBConnection> {
    instance ??= createInstance(options)
    return (await instance).connect()
  }

  async function session<T>(work: (session: LakeSession) => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted === true) throw fromDuckdb(signal.reason, signal)
    await files.ready()
    const connection = await connect()
    await connection.run('set enable_progress_bar = true; set enable_progress_bar_print = false; set progress_bar_time = 0')
    const interrupt = (): void => connection.interrupt()
    signal?.addEventListener('abort', interrupt)
    const holder = files.isRemote ? statementHolder(files, signal) : null
    try {
      return await work(sessionOn(connection, holder, signal))
    } catch (error) {
      // A fatal error spoils every connection of the instance: later sessions get a new one.
      if (isFatal(error)) instance = null
      throw fromDuckdb(error, signal)
    } finally {
      signal?.removeEventListener('abort', interrupt)
      connection.closeSync()
      holder?.release()
    }
  }

  return {
    files,
    folder: files.folder,
    session,
    scan: (relation) => scanRelation(relation, files.folder),
    limited: (memoryBytes, scratch) => openInstance({ ...options, memoryBytes, scratch }, files, () => undefined),
    close: () => {
      void instance?.then((open) => open.closeSync())
      instance = null
      onClose()
    },
  }
}

async function createInstance(options: LakeOptions): Promise<DuckDBInstance> {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const spill = path.join(options.scratch, 'duckdb')
  mkdirSync(spill, { recursive: true, mode: 0o700 })
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.threads),
    memory_limit: `${Math.floor(options.memoryBytes / 2 ** 20)}MiB`,
    temp_directory: spill,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    // Files are immutable and each is read once or twice a run: caching them would only hold memory.
    enable_external_file_cache: 'false',
  })
  const connection = await instance.connect()
  await connection.run("set global timezone = 'UTC'")
  connection.closeSync()
  return instance
}

function sessionOn(connection: DuckDBConnection, holder: StatementHolder | null, signal: AbortSignal | undefined): LakeSession {
  async function guarded<T>(statement: Sql, work: () => Promise<T>): Promise<T> {
    if (signal?.aborted === true) throw fromDuckdb(signal.reason, signal)
    try {
      if (holder !== null) await holder.hold(statement.text)
      return await work()
    } catch (error) {
      throw fromDuckdb(error, signal)
    }
  }
  return {
    signal,
    run: (statement, parameters) =>
      guarded(statement, async () => {
        await connection.run(statement.text, parameters === undefined ? undefined : await bindable(parameters))
      }),
    rows: (query) =>
      guarded(query, async () => {
        const reader = await connection.runAndReadAll(query.text)
        return reader.getRowObjectsJS()
      }),
    textRows: (query) =>
      guarded(query, async () => {
        const reader = await connection.runAndReadAll(asText(query).text)
        return reader.getRowsJS() as (string | null)[][]
      }),
    define: (name, body, isPure) => defineTextFunction(connection, name, body, isPure),
    progress: () => connection.progress.percentage,
  }
}

async function bindable(parameters: readonly (Uint8Array | string)[]): Promise<DuckDBValue[]> {
  const { blobValue } = await import('@duckdb/node-api')
  return parameters.map((value) => (typeof value === 'string' ? value : blobValue(value)))
}

/** Every column as text. The binding drops one leading U+FEFF from a text that it returns, so a text that starts with one gets a second. */
function asText(query: Sql): Sql {
  const bom = raw('chr(65279)')
  const cell = raw('columns(*)::varchar')
  return sql`select case when starts_with(${cell}, ${bom}) then ${bom} || ${cell} else ${cell} end from (${query})`
}
