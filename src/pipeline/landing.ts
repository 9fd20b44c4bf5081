import path from 'node:path'
import type { Landing, Origin, StreamColumn } from '../connectors/connector.ts'
import { evolveColumns, widenType } from '../core/evolve.ts'
import { newId } from '../core/ids.ts'
import { id, join, raw, sql, type Sql } from '../core/sql.ts'
import { unseenRows } from '../core/unseen.ts'
import type { LakeSession } from '../lake/lake.ts'
import { scanRelation } from '../lake/relation.ts'
import { filePath, writeFile } from '../lake/write-file.ts'
import { whileHeld } from '../store/queue/fence.ts'
import { dropCheckpoint, readCheckpoint, saveCheckpoint } from '../store/read-checkpoints.ts'
import type { PinnedSnapshot } from '../store/snapshots.ts'
import type { SchemaColumn } from '../store/schema.ts'
import { newestFirst } from './newest-first.ts'
import { applyContract, type ContractedQuery } from './contract-landing.ts'
import type { RunContext, StreamWork } from './run-context.ts'
import { writeQuarantine } from './quarantine.ts'

const INCOMING = 'atlas_incoming'

/** The landing zone of one stream: what a connector writes becomes files that the run's commit will name. */
export async function createLanding(context: RunContext, work: StreamWork, session: LakeSession, state: unknown): Promise<Landing> {
  if (work.rule.restart === true) await forget(context, work)
  const resumed = await resume(context, work)
  const landing: Landing = {
    mode: work.rule.mode,
    state,
    resumed,
    run: (statement) => session.run(statement),
    rows: (query) => session.rows(query),
    write: (query, columns, origin) => write(context, work, session, query, columns, origin),
    writeUnseen: (query, columns, origin, overlap) => writeUnseen(context, work, session, { query, columns, origin, overlap }),
    quarantine: (query) => refuse(context, work, session, query),
    checkpoint: (mark) => checkpoint(context, work, mark),
    startOver: async () => {
      landing.resumed = null
      await forget(context, work)
      work.landed = emptyLanding(work)
      work.discarded = 0
    },
  }
  return landing
}

/** A landing zone with nothing in it, over the columns that the published dataset has. */
export function emptyLanding({ parent }: Pick<StreamWork, 'parent'>): StreamWork['landed'] {
  return { columns: parent?.columns ?? [], lastFieldId: parent?.lastFieldId ?? 0, files: [], quarantine: [] }
}

async function resume(context: RunContext, work: StreamWork): Promise<Landing['resumed']> {
  const found = await readCheckpoint(context.environment.db, context.pipeline.name, work.stream.name, work.fingerprint)
  if (found === null) return null
  work.landed = found.landed
  noteCheckpointed(context, work)
  await context.recorder.log('info', `Goes on from where a run was cut off: ${found.rows} rows are there already.`)
  return { mark: found.mark, rows: found.rows, bytes: found.bytes }
}

async function checkpoint(context: RunContext, work: StreamWork, mark: unknown): Promise<void> {
  // What a contract discards is counted by this run alone; going on from here would not add up.
  if (work.discarded > 0) return
  const { landed } = work
  const { runId, fencingToken } = context
  const key = { pipeline: context.pipeline.name, stream: work.stream.name, runId, fingerprint: work.fingerprint }
  const rows = [...landed.files, ...landed.quarantine].reduce((sum, file) => sum + file.rows, 0)
  const bytes = landed.files.reduce((sum, file) => sum + file.sizeBytes, 0)
  noteCheckpointed(context, work)
  await whileHeld(context.environment.db, { runId, fencingToken }, (transaction) =>
    saveCheckpoint(transaction, key, { landed, mark, rows, bytes }),
  )
}

/** Forgets how far the stream was read, as the attempt that owns the run. */
async function forget({ environment, runId, fencingToken, pipeline }: RunContext, { stream }: StreamWork): Promise<void> {
  await whileHeld(environment.db, { runId, fencingToken }, (transaction) => dropCheckpoint(transaction, pipeline.name, stream.name))
}

function noteCheckpointed({ checkpointed }: RunContext, { landed }: StreamWork): void {
  for (const { path: file } of [...landed.files, ...landed.quarantine]) checkpointed.add(file)
}

async function write(
  context: RunContext,
  work: StreamWork,
  session: LakeSession,
  query: Sql,
  columns: readonly StreamColumn[],
  origin: Origin,
): Promise<{ rows: number; bytes: number }> {
  const kept = await applyContract(context, work, session, query, columns, origin)
  const refused = await settleRefused(context, work, session, kept)
  const written = await writeLanded(context, work, session, kept.query, kept.columns, origin)
  return { ...written, rows: written.rows + refused }
}

/** Puts what the contract refuses into quarantine, and counts what it discards. @returns rows of both */
async function settleRefused(context: RunContext, work: StreamWork, session: LakeSession, kept: ContractedQuery): Promise<number> {
  const quarantined = kept.quarantined === null ? 0 : (await refuse(context, work, session, kept.quarantined)).rows
  const discarded = kept.discarded === null ? 0 : Number((await session.rows(kept.discarded))[0]?.['n'])
  work.discarded += discarded
  return quarantined + discarded
}

async function writeLanded(
  context: RunContext,
  work: StreamWork,
  session: LakeSession,
  query: Sql,
  columns: readonly StreamColumn[],
  origin: Origin,
): Promise<{ rows: number; bytes: number }> {
  const { environment } = context
  const dataset = `explore.${work.table}`
  const written = nextColumns(work, columns)
  const fileId = newId('f', environment.now().getTime(), environment.random)
  const target = { id: fileId, path: filePath(dataset, fileId) }
  const file = await writeFile(session, environment.lake.files, target, castTo(query, columns, written), written)
  if (file.rows > 0)
    work.landed.files.push({
      ...file,
      columns: written,
      origin: {
        file: origin.file,
        firstLine: origin.firstLine,
        skippedLines: origin.skippedLines ?? [],
        ...(origin.lines === undefined ? {} : { lines: origin.lines }),
      },
    })
  return { rows: file.rows, bytes: file.sizeBytes }
}

async function writeUnseen(
  context: RunContext,
  work: StreamWork,
  session: LakeSession,
  { query, columns, origin, overlap }: { query: Sql; columns: StreamColumn[]; origin: Origin; overlap: Sql },
): Promise<{ rows: number; bytes: number; seen: number }> {
  const { parent } = work
  if (parent === null || !keepsParent(work)) return { ...(await write(context, work, session, query, columns, origin)), seen: 0 }
  // Read once: what a source gave may be a pipe, and it is counted and compared.
  await session.run(sql`create or replace temp table ${id(INCOMING)} as ${query}`)
  try {
    const kept = await applyContract(context, work, session, sql`from ${id(INCOMING)}`, columns, origin)
    const refused = await settleRefused(context, work, session, kept)
    const had = new Set(parent.columns.map((column) => column.name))
    const compared = kept.columns.filter((column) => had.has(column.name))
    const cells = compared.map((column) => sql`${id(column.name)}::${raw(column.type)} as ${id(column.name)}`)
    const scan = sql`(${seenRows(context, work, parent)})`
    const seen = compared.length === 0 ? scan : sql`select ${join(cells)} from ${scan} where ${overlap}`
    const names = (of: readonly StreamColumn[]): string[] => of.map((column) => column.name)
    const [count] = await session.rows(sql`select count(*)::bigint as n from (${kept.query})`)
    const unseen = unseenRows(kept.query, seen, names(kept.columns), names(compared))
    const written = await writeLanded(context, work, session, unseen, kept.columns, origin)
    return { ...written, rows: written.rows + refused, seen: Number(count?.['n']) - written.rows }
  } finally {
    await session.run(sql`drop table if exists ${id(INCOMING)}`)
  }
}

/**
 * The rows that a read may give again. Of a merge only the newest of each key counts as seen: a row that went from A to B and back to A is news.
 * Looked for among the keys that came, which are few.
 */
function seenRows(context: RunContext, work: StreamWork, parent: PinnedSnapshot): Sql {
  const { folder } = context.environment.lake
  const names = new Set(parent.columns.map((column) => column.name))
  const { keys } = work.request
  if (work.rule.mode !== 'merge' || keys.length === 0 || !keys.every((key) => names.has(key))) return scanRelation(parent, folder)
  const key = join(keys.map((name) => id(name)))
  const came = join(
    keys.map((name) => sql`seen.${id(name)} = came.${id(name)}`),
    ' and ',
  )
  const order = newestFirst(parent.files)
  return sql`select * exclude (filename, file_row_number) from (${scanRelation(parent, folder, ['filename', 'file_row_number'])}) seen
    semi join ${id(INCOMING)} came on ${came} qualify row_number() over (partition by ${key} order by ${order}) = 1`
}

async function refuse(context: RunContext, work: StreamWork, session: LakeSession, query: Sql): Promise<{ rows: number }> {
  const batch = await writeQuarantine(context, session, `explore.${work.table}`, 'extract', query)
  if (batch !== null) work.landed.quarantine.push(batch)
  return { rows: batch?.rows ?? 0 }
}

/** Whether the stream's next explore snapshot holds the rows of the one before. */
export function keepsParent(work: StreamWork): boolean {
  return work.rule.mode !== 'replace' && work.parent !== null && work.rule.restart !== true
}

/** Field ids and types of the columns of one written file; widens the stream's columns by them. */
function nextColumns(work: StreamWork, columns: readonly StreamColumn[]): SchemaColumn[] {
  const { landed } = work
  const mode = landed.files.length > 0 || keepsParent(work) ? 'append' : 'replace'
  const incoming = columns.map((column) => ({ name: column.name, type: column.type, source: column.name, pii: null }))
  const evolution = evolveColumns(landed.columns, incoming, landed.lastFieldId, mode)
  const now = new Map(evolution.columns.map((column) => [column.name, column]))
  for (const file of landed.files) {
    const narrower = file.columns.find(
      (column) => now.has(column.name) && widenType(column.type, now.get(column.name)?.type ?? '') !== column.type,
    )
    if (narrower !== undefined)
      throw new Error(`column "${narrower.name}" was landed as ${narrower.type} and comes now as ${now.get(narrower.name)?.type}`)
  }
  landed.columns =
    mode === 'append'
      ? [
          ...landed.columns.map((column) => now.get(column.name) ?? column),
          ...evolution.columns.filter((c) => !landed.columns.some((l) => l.name === c.name)),
        ]
      : evolution.columns
  landed.lastFieldId = evolution.lastFieldId
  return evolution.columns
}

function castTo(query: Sql, from: readonly StreamColumn[], to: readonly SchemaColumn[]): Sql {
  if (from.every((column, index) => column.type === to[index]?.type)) return query
  const cells = to.map((column, index) =>
    column.type === from[index]?.type ? id(column.name) : sql`${id(column.name)}::${raw(column.type)} as ${id(column.name)}`,
  )
  return sql`select ${join(cells)} from (${query})`
}

/** A folder of a stream's own below the run's scratch folder. */
export function streamScratch(context: RunContext, work: StreamWork): string {
  return path.join(context.scratch, work.table)
}
