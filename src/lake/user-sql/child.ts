import { statSync } from 'node:fs'
import type { DuckDBConnection } from '@duckdb/node-api'
import { id, join, literal, raw, sql, type Sql } from '../../core/sql.ts'
import { storableType } from '../../core/storable-type.ts'
import { openSandbox } from './open-sandbox.ts'
import type { ChildMessage, ChildRequest, CopyOrder, ResultColumn } from './protocol.ts'
import { selectCell, toCell, toDecimalCell } from './result-cell.ts'

/**
 * The process in which one piece of user SQL runs. It serves one request over IPC and ends. It is started with an address-space limit
 * where the system has one; the watchdog here bounds its resident memory on every system.
 */
const residentOverheadBytes = 768 * 2 ** 20
const selectStatement = 1

function send(message: ChildMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, undefined, {}, (error) => (error === null ? resolve() : reject(error)))
  })
}

function nextMessage<T>(): Promise<T> {
  return new Promise((resolve) => process.once('message', (message) => resolve(message as T)))
}

function watchMemory(memoryBytes: number): void {
  const timer = setInterval(() => {
    if (process.memoryUsage.rss() > memoryBytes + residentOverheadBytes) process.kill(process.pid, 'SIGKILL')
  }, 50)
  timer.unref()
}

/** Puts the user's SELECT behind a view: what is not one SELECT fails here, whatever the parse step thought of it. */
async function defineResult(connection: DuckDBConnection, text: string): Promise<ResultColumn[]> {
  const prepared = await connection.prepare(text)
  if ((prepared.statementType as number) !== selectStatement) throw new Error('Permission Error: not a SELECT')
  const names = Array.from({ length: prepared.columnCount }, (_, index) => prepared.columnName(index))
  prepared.destroySync()
  const columns = join(names.map((_, index) => id(`c${index}`)))
  const view = await connection.prepare(sql`create view result(${columns}) as ${raw(text)}`.text)
  await view.run()
  const described = await connection.runAndReadAll('describe result')
  return described.getRows().map((row, index) => ({ name: names[index] ?? '', type: String(row[1]) }))
}

async function sendRows(connection: DuckDBConnection, columns: ResultColumn[], request: ChildRequest): Promise<void> {
  await send({ kind: 'columns', columns })
  const cells = join(columns.map((column, index) => selectCell(`c${index}`, column.type)))
  const result = await connection.stream(sql`select ${cells} from result limit ${request.limit + 1}`.text)
  const decimal = columns.map(({ type }) => type.startsWith('DECIMAL('))
  let rowsLeft = request.limit
  let charactersLeft = request.replyCharacters
  for (;;) {
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) return send({ kind: 'read', truncated: false })
    const rows = chunk.getRows().map((row) => row.map((value, index) => (decimal[index] === true ? toDecimalCell(value) : toCell(value))))
    const kept = rows.slice(0, rowsLeft).filter((row) => (charactersLeft -= JSON.stringify(row).length) >= 0)
    rowsLeft -= kept.length
    await send({ kind: 'rows', rows: kept })
    if (kept.length < rows.length) return send({ kind: 'read', truncated: true })
  }
}

async function writeFile(connection: DuckDBConnection, result: ResultColumn[], target: string, targetBytes: number): Promise<void> {
  const columns = result.map(({ name, type }) => ({ name, type: storableType(type) }))
  const order = nextMessage<CopyOrder>()
  await send({ kind: 'columns', columns })
  const { fieldIds } = await order
  const named = join(columns.map((column, index) => sql`${id(`c${index}`)}::${raw(column.type)} as ${id(column.name)}`))
  const options: Sql[] = [
    raw('format parquet'),
    raw('compression zstd'),
    raw('compression_level 1'),
    raw('use_tmp_file false'),
    raw('return_stats'),
  ]
  if (fieldIds !== null) options.push(raw(`field_ids ${fieldIds}`))
  watchSize(target, targetBytes)
  const reader = await connection.runAndReadAll(sql`copy (select ${named} from result) to ${literal(target)} (${join(options)})`.text)
  const stats = reader.getRowObjects()[0] ?? {}
  await send({ kind: 'written', rows: Number(stats.count), sizeBytes: Number(stats.file_size_bytes) })
}

/** An endless result would otherwise fill the disk before its time is up. */
function watchSize(target: string, targetBytes: number): void {
  const timer = setInterval(() => {
    const size = statSync(target, { throwIfNoEntry: false })?.size ?? 0
    if (size > targetBytes) send({ kind: 'failed', message: tooLarge(targetBytes) }).catch(() => process.kill(process.pid, 'SIGKILL'))
  }, 100)
  timer.unref()
}

function tooLarge(targetBytes: number): string {
  return `IO Error: The result is larger than its limit of ${Math.floor(targetBytes / 2 ** 20)} MiB`
}

function produce(connection: DuckDBConnection, columns: ResultColumn[], request: ChildRequest): Promise<void> {
  return request.target === null
    ? sendRows(connection, columns, request)
    : writeFile(connection, columns, request.target, request.targetBytes)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

async function serve(request: ChildRequest): Promise<void> {
  watchMemory(request.memoryBytes)
  try {
    const connection = await openSandbox(request)
    const columns = await defineResult(connection, request.sql)
    await produce(connection, columns, request).catch((error: unknown) => {
      // From here on DuckDB quotes the statements of this file, not the user's.
      throw new Error(messageOf(error).split('\n\nLINE ')[0])
    })
  } catch (error) {
    await send({ kind: 'failed', message: messageOf(error) })
  }
}

// SIGKILL, because leaving in order would wait for a call that is still running in the engine.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))
const request = nextMessage<ChildRequest>()
await send({ kind: 'ready' })
await serve(await request)
process.kill(process.pid, 'SIGKILL')
