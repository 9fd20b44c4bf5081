import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { id, list, literal, raw, sql } from '../../core/sql.ts'
import type { ChildRequest } from './protocol.ts'

/**
 * A DuckDB instance that can open the given files and nothing else, with a view per dataset. Its settings are locked: paths first, then
 * the switch-off, the lock last, because each makes the next impossible to undo.
 */
export async function openSandbox(
  request: Pick<ChildRequest, 'relations' | 'files' | 'target' | 'memoryBytes' | 'spillFolder' | 'spillBytes' | 'threads'>,
): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(request.threads),
    memory_limit: `${Math.floor(request.memoryBytes / 2 ** 20)}MiB`,
    temp_directory: request.spillFolder,
    max_temp_directory_size: `${Math.floor(request.spillBytes / 2 ** 20)}MiB`,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  })
  const connection = await instance.connect()
  const paths = request.target === null ? request.files : [...request.files, request.target]
  const steps = [
    sql`set timezone = 'UTC'`,
    sql`set allowed_paths = ${list(paths)}`,
    sql`set enable_external_access = false`,
    ...[...new Set(request.relations.map((relation) => relation.schema))].map((schema) => sql`create schema ${id(schema)}`),
    ...request.relations.map((relation) => sql`create view ${id(relation.schema)}.${id(relation.table)} as ${raw(relation.scan)}`),
    sql`set lock_configuration = ${literal(true)}`,
  ]
  for (const step of steps) await connection.run(step.text)
  return connection
}
