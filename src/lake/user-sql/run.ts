import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import { AtlasError } from '../../core/errors.ts'
import type { Sql } from '../../core/sql.ts'
import type { LakeFiles } from '../lake-files.ts'
import { takeChild, warmChild } from './child-process.ts'
import { converse, type ChildDeath, type FinalMessage } from './conversation.ts'
import { parseUserSql } from './parse.ts'
import type { ChildMessage, ChildRequest, CopyOrder, JsonValue, ResultColumn } from './protocol.ts'
import { memoryLimit, toQueryError } from './query-error.ts'
import { takeTurn } from './turn.ts'

/** A dataset as the caller may see it. */
export interface UserRelation {
  /** `layer.name`, e.g. `chart.customers`. */
  name: string
  /** Trusted SELECT over exactly `files`. */
  scan: Sql
  /** Absolute paths. */
  files: readonly string[]
}

export interface UserQuery {
  /** One SELECT over datasets. */
  sql: string
  /** Brings the files of the relations that the SQL names. */
  files: Pick<LakeFiles, 'folder' | 'isRemote' | 'hold'>
  /** At least every dataset that the SQL names; the others are not opened. */
  relations: readonly UserRelation[]
  timeoutMs: number
  /** What the engine may use; the process may take somewhat more. At least 64 MiB. */
  memoryBytes: number
  /** Absolute folder in which the query gets a folder of its own, removed afterwards. */
  scratch: string
  signal?: AbortSignal | undefined
  /** Bytes the query may spill to disk; four times the memory unless told. */
  spillBytes?: number
  /** 2 unless told. */
  threads?: number
}

export interface UserRows {
  columns: ResultColumn[]
  /** Numbers and booleans where JSON holds them exactly, otherwise text as DuckDB prints it; blobs in hex. */
  rows: JsonValue[][]
  /** True when there were more rows than the limit, or than fit into 64 Mi characters of JSON. */
  truncated: boolean
  durationMs: number
}

const replyCharacters = 64 * 2 ** 20
const defaultTargetBytes = 64 * 2 ** 30

/**
 * Runs one SELECT in a confined process and gives its first rows.
 * @param query.limit rows at most
 * @throws AtlasError `sql.*` for what is wrong with the query, `run.cancelled` when `signal` aborts
 */
export async function runUserSql(query: UserQuery & { limit: number }): Promise<UserRows> {
  const started = performance.now()
  const rows: JsonValue[][] = []
  let columns: ResultColumn[] = []
  const final = await runConfined(query, { kind: 'read', target: null, targetBytes: 0, limit: query.limit }, (message) => {
    if (message.kind === 'columns') columns = message.columns
    if (message.kind === 'rows') for (const row of message.rows) rows.push(row)
    return null
  })
  if (final.kind !== 'read') throw new Error(`the SQL process answered a query with ${final.kind}`)
  return { columns, rows, truncated: final.truncated, durationMs: Math.round(performance.now() - started) }
}

/**
 * Runs one SELECT in a confined process and writes its rows to a new Parquet file, which is removed again if anything fails. The file is
 * not synced to disk.
 * @param query.target absolute path of a file that does not exist, in a folder that does
 * @param query.targetBytes the file may have, 64 GiB unless told
 * @param query.fieldIds gives DuckDB's FIELD_IDS value, e.g. `{"id": 1}`, once the columns are known, or null for none; may throw to refuse them
 * @throws AtlasError `sql.*`, `run.cancelled`; whatever `fieldIds` throws
 */
export async function writeUserSql(
  query: UserQuery & { target: string; targetBytes?: number; fieldIds: (columns: ResultColumn[]) => Promise<Sql | null> | Sql | null },
): Promise<{ rows: number; sizeBytes: number; columns: ResultColumn[] }> {
  let columns: ResultColumn[] = []
  const onMessage = async (message: ChildMessage): Promise<CopyOrder | null> => {
    if (message.kind !== 'columns') return null
    columns = message.columns
    refuseEqualNames(columns)
    return { kind: 'copy', fieldIds: (await query.fieldIds(columns))?.text ?? null }
  }
  // Checked first, because the file is removed when something fails.
  if (existsSync(query.target)) throw new Error('the target of a write exists already')
  try {
    const work = { kind: 'write', target: query.target, targetBytes: query.targetBytes ?? defaultTargetBytes, limit: 0 } as const
    const final = await runConfined(query, work, onMessage)
    if (final.kind !== 'written') throw new Error(`the SQL process answered a write with ${final.kind}`)
    return { rows: final.rows, sizeBytes: final.sizeBytes, columns }
  } catch (error) {
    await rm(query.target, { force: true })
    throw error
  }
}

type Work = Pick<ChildRequest, 'kind' | 'target' | 'targetBytes' | 'limit'>

async function runConfined(
  query: UserQuery,
  work: Work,
  onMessage: (message: ChildMessage) => Promise<CopyOrder | null> | CopyOrder | null,
): Promise<Exclude<FinalMessage, { kind: 'failed' }>> {
  const { datasets } = await parseUserSql(query.sql)
  const relations = datasets.map((name) => findRelation(name, query.relations))
  const release = query.files.isRemote ? await holdRelations(relations, query) : null
  try {
    return await runHolding(query, relations, work, onMessage)
  } finally {
    release?.()
  }
}

/** Keeps what the child process will open, which knows nothing of the lake. */
function holdRelations(relations: readonly UserRelation[], { files, signal }: UserQuery): Promise<() => void> {
  const named = new Set(relations.flatMap((relation) => relation.files))
  const paths = [...named].map((file) => path.relative(files.folder, file).split(path.sep).join('/'))
  return files.hold(paths, signal)
}

async function runHolding(
  query: UserQuery,
  relations: UserRelation[],
  work: Work,
  onMessage: (message: ChildMessage) => Promise<CopyOrder | null> | CopyOrder | null,
): Promise<Exclude<FinalMessage, { kind: 'failed' }>> {
  using _turn = await takeTurn(query.signal)
  await mkdir(query.scratch, { recursive: true })
  const folder = await mkdtemp(path.join(query.scratch, 'sql-'))
  try {
    const child = await takeChild(query.memoryBytes)
    const request = toRequest(query, relations, work, folder)
    const end = await converse(child, request, { timeoutMs: query.timeoutMs, signal: query.signal }, onMessage)
    if (end.kind === 'died') throw toDeathError(end, query.memoryBytes)
    if (end.kind !== 'failed') return end
    const ownPaths = [folder, query.scratch, ...(work.target === null ? [] : [work.target, path.dirname(work.target)])]
    throw toQueryError(end.message, { sql: query.sql, relations, ownPaths, memoryBytes: query.memoryBytes })
  } finally {
    await rm(folder, { recursive: true, force: true })
    warmChild(query.memoryBytes)
  }
}

function toRequest(query: UserQuery, relations: UserRelation[], work: Work, folder: string): ChildRequest {
  return {
    ...work,
    sql: query.sql,
    relations: relations.map(({ name, scan }) => ({
      schema: name.slice(0, name.indexOf('.')),
      table: name.slice(name.indexOf('.') + 1),
      scan: scan.text,
    })),
    files: [...new Set(relations.flatMap((relation) => relation.files))],
    memoryBytes: query.memoryBytes,
    spillFolder: folder,
    spillBytes: query.spillBytes ?? query.memoryBytes * 4,
    threads: query.threads ?? 2,
    replyCharacters,
  }
}

function findRelation(name: string, relations: readonly UserRelation[]): UserRelation {
  const found = relations.find((relation) => relation.name === name)
  if (found === undefined) throw new AtlasError('sql.forbidden_table', `There is no dataset ${name} that you can read.`)
  return found
}

function refuseEqualNames(columns: ResultColumn[]): void {
  const seen = new Set<string>()
  for (const { name } of columns) {
    if (name === '') throw new AtlasError('sql.failed', 'A result column has an empty name.', { next: 'Give it a name with AS.' })
    if (seen.has(name.toLowerCase()))
      throw new AtlasError('sql.failed', `The result has two columns named ${name}.`, { next: 'Give one of them another name with AS.' })
    seen.add(name.toLowerCase())
  }
}

/** Memory is what a child dies of when the engine cannot say so itself: an allocation fails outside of DuckDB, or the watchdog or the system ends it. */
function toDeathError(death: ChildDeath, memoryBytes: number): AtlasError {
  const memorySignals: readonly unknown[] = ['SIGKILL', 'SIGABRT', 'SIGTRAP', 'SIGBUS']
  if (memorySignals.includes(death.signal) || death.exitCode === 134) return memoryLimit(memoryBytes)
  return new AtlasError(
    'sql.failed',
    `The process that ran the query ended unexpectedly (${death.signal ?? `exit code ${death.exitCode}`}).`,
  )
}
