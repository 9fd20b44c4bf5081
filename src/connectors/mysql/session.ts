import type { Socket } from 'node:net'
import type { Connection, FieldPacket } from 'mysql2'
import type { MysqlSettings } from './settings.ts'
import { type ConnectContext, openSocket, shownServer, signIn } from './connect.ts'
import { cancelledError, sourceError } from './source-error.ts'

/** A cell as the server sent it: its text (or bytes); null for NULL. The bytes are only valid until the row's handler returns. */
export type RawCell = Buffer | null
export type RawRow = RawCell[]

/** What the driver says about a column of a result. */
export type ResultField = FieldPacket

/** A connection that is signed in, set up for exact reading, and can only read. */
export interface Session {
  readonly mariadb: boolean
  readonly version: string
  /** False once the connection is lost or was given up in the middle of a result. */
  readonly usable: boolean
  /** Rows of a small result, as text. @throws AtlasError `source.*`, `run.cancelled` */
  rows(statement: string, doing?: string): Promise<(string | null)[][]>
  /** The first row's first cell. */
  value(statement: string, doing?: string): Promise<string | null>
  /** The columns of a query, without its rows. */
  fields(statement: string, doing?: string): Promise<ResultField[]>
  /**
   * Streams a result. `onRow` is called for each row at once; when it returns a promise, no row comes before that has resolved.
   * @throws AtlasError `source.*`, `run.cancelled`; what `onRow` threw
   */
  stream(statement: string, onRow: (row: RawRow) => Promise<void> | void, doing?: string): Promise<void>
  close(): Promise<void>
}

const EXACT = { rowsAsArray: true, typeCast: false } as const

/**
 * Connects, signs in and sets the session up: instants in UTC, text in utf8mb4, no `sql_mode` that changes how values or quotes are read, one snapshot for
 * a transaction, time to spare when Atlas is slower than the server.
 * @throws AtlasError `source.*`, `run.cancelled`
 */
export async function openSession(settings: MysqlSettings, context: ConnectContext): Promise<Session> {
  const socket = await openSocket(settings, context)
  const connection = await signIn(settings, socket, context, settings.database)
  const greeting = await query(connection, 'select version(), connection_id()', settings)
  const session = sessionOn({ connection, socket, settings, context, greeting })
  try {
    for (const statement of setUp(settings, session.mariadb)) await session.rows(statement, `${shownServer(settings)} cannot be used`)
  } catch (error) {
    await session.close()
    throw error
  }
  return session
}

function setUp(settings: MysqlSettings, mariadb: boolean): string[] {
  const limit = settings.statementTimeoutSeconds
  return [
    `set names utf8mb4`,
    `set session time_zone = '+00:00', sql_mode = '', autocommit = 1, sql_select_limit = default, sql_big_selects = 1, net_write_timeout = 3600, wait_timeout = 86400, lock_wait_timeout = 60`,
    `set session transaction isolation level repeatable read`,
    ...(mariadb ? [`set session idle_transaction_timeout = 0, idle_readonly_transaction_timeout = 0`] : []),
    ...(limit === undefined
      ? []
      : [mariadb ? `set session max_statement_time = ${limit}` : `set session max_execution_time = ${Math.ceil(limit * 1000)}`]),
  ]
}

interface SignedIn {
  connection: Connection
  socket: Socket
  settings: MysqlSettings
  context: ConnectContext
  greeting: (string | null)[][]
}

function sessionOn({ connection, socket, settings, context, greeting }: SignedIn): Session {
  const [version, threadId] = [greeting[0]?.[0] ?? '', Number(greeting[0]?.[1])]
  let usable = true
  /** The driver would end the connection politely and leave a server that is sending waiting for its time-out. */
  const giveUp = () => {
    usable = false
    connection.destroy()
    socket.destroy()
  }
  connection.on('error', () => (usable = false))
  /** Ends what runs when the read is told to stop: here at once, and on the server, which would go on until it has a row to send. */
  const stoppable = async <T>(doing: string, work: () => Promise<T>): Promise<T> => {
    if (context.signal.aborted) throw cancelledError(context.signal)
    const stopped = Promise.withResolvers<never>()
    const stop = () => {
      giveUp()
      void killQuery(settings, threadId)
      stopped.reject(cancelledError(context.signal))
    }
    context.signal.addEventListener('abort', stop, { once: true })
    try {
      return await Promise.race([work(), stopped.promise])
    } catch (error) {
      if (error instanceof HandlerFailure) throw error.cause
      if (isFatal(error)) giveUp()
      throw sourceError(error, doing)
    } finally {
      context.signal.removeEventListener('abort', stop)
    }
  }
  const unusable = `${shownServer(settings)} does not answer the query`
  const rows = (statement: string, doing = unusable) => stoppable(doing, () => query(connection, statement, settings))
  return {
    mariadb: /mariadb/i.test(version),
    version,
    get usable() {
      return usable
    },
    rows,
    value: async (statement, doing) => (await rows(statement, doing))[0]?.[0] ?? null,
    fields: (statement, doing = unusable) => stoppable(doing, () => fieldsOf(connection, statement)),
    stream: (statement, onRow, doing = unusable) =>
      stoppable(doing, () => streamRows({ connection, statement, onRow, giveUp, silenceMs: settings.silenceTimeoutSeconds * 1000 })),
    close: () => close({ connection, socket }, usable),
  }
}

/** What a row's handler threw, to be told from what the server says. */
class HandlerFailure extends Error {}

/** Whether the connection cannot be used any more. The driver's own time-out leaves it in the middle of an answer. */
function isFatal(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { fatal, code } = error as { fatal?: boolean; code?: string }
  return fatal === true || code === 'PROTOCOL_SEQUENCE_TIMEOUT'
}

function query(connection: Connection, statement: string, { silenceTimeoutSeconds }: MysqlSettings): Promise<(string | null)[][]> {
  return new Promise((resolve, reject) => {
    connection.query({ sql: statement, ...EXACT, timeout: silenceTimeoutSeconds * 1000 }, (error, result) => {
      if (error !== null) return reject(error)
      resolve(Array.isArray(result) ? (result as unknown as RawRow[]).map((row) => row.map((cell) => cell?.toString('utf8') ?? null)) : [])
    })
  })
}

function fieldsOf(connection: Connection, statement: string): Promise<ResultField[]> {
  return new Promise((resolve, reject) => {
    connection.query({ sql: statement, ...EXACT }, (error, _rows, fields) => (error === null ? resolve(fields) : reject(error)))
  })
}

interface Streaming {
  connection: Connection
  statement: string
  onRow: (row: RawRow) => Promise<void> | void
  giveUp: () => void
  silenceMs: number
}

function streamRows({ connection, statement, onRow, giveUp, silenceMs }: Streaming): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let over = false
  let waiting = false
  let [rows, rowsBefore] = [0, -1]
  const end = (error?: unknown) => {
    if (over) return
    over = true
    clearInterval(silence)
    connection.removeListener('error', fail)
    if (error === undefined) resolve()
    else reject(error)
  }
  /** What is left of the result would have to be read to use the connection again. */
  const fail = (error: unknown) => {
    giveUp()
    end(error)
  }
  const handlerFailed = (cause: unknown) => fail(new HandlerFailure('', { cause }))
  const silence = setInterval(() => {
    if (!waiting && rows === rowsBefore) fail(Object.assign(new Error('silence'), { code: 'ETIMEDOUT' }))
    rowsBefore = rows
  }, silenceMs)
  const pause = (work: Promise<void>) => {
    waiting = true
    connection.pause()
    work.then(() => {
      waiting = false
      if (!over) connection.resume()
    }, handlerFailed)
  }
  // A lost connection is said to the connection, and to the statement only when it was the server that refused it.
  connection.on('error', fail)
  const sent = connection.query({ sql: statement, ...EXACT })
  sent.on('result', (row: unknown) => {
    if (over) return
    rows++
    try {
      const work = onRow(row as RawRow)
      if (work !== undefined) pause(work)
    } catch (error) {
      handlerFailed(error)
    }
  })
  sent.on('error', (error) => (isFatal(error) ? fail(error) : end(error)))
  sent.on('end', () => end())
  return promise
}

/** Ends what a connection of ours is doing on the server. Best effort, within seconds: the socket is closed anyway. */
async function killQuery(settings: MysqlSettings, threadId: number): Promise<void> {
  const context = { signal: AbortSignal.timeout(5000) }
  try {
    const socket = await openSocket(settings, context)
    const connection = await signIn(settings, socket, context, undefined)
    await query(connection, `kill ${threadId}`, settings).finally(() => socket.destroy())
  } catch {
    // The server ends the statement by itself when it finds the socket closed.
  }
}

/** Says good-bye, and does not wait long for an answer. */
function close({ connection, socket }: Pick<SignedIn, 'connection' | 'socket'>, usable: boolean): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      socket.destroy()
      resolve()
    }
    const timer = setTimeout(end, 2000)
    if (usable) connection.end(end)
    else end()
  })
}
