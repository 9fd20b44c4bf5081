import type { Client, Connection } from 'pg'
import { lend, takeBack } from './reused-buffer-socket.ts'

/** What a COPY … TO STDOUT gave: how many rows the server says it sent. */
export interface CopyOutResult {
  rows: number
  bytes: number
}

const BLOCK_BYTES = 1024 * 1024
/** Blocks that may wait to be taken before the socket is paused. */
const READY_BLOCKS = 2

const COPY_DATA = 0x64
/** Messages that may stand between the rows: CopyOutResponse, NoticeResponse, ParameterStatus, NotificationResponse. */
const BETWEEN = new Set([0x48, 0x4e, 0x53, 0x41])
const HEADER_BYTES = 5

interface Waiting {
  resolve(): void
}

/**
 * Runs COPY … TO STDOUT and hands the rows over in blocks of whole rows, about 1 MiB each. A block may be reused once `take` has resolved.
 * Waits for `take`: a slow taker holds the server back.
 *
 * It reads the wire itself (https://www.postgresql.org/docs/current/protocol-message-formats.html) as each row is a message of its own, and
 * an object for each would cost more than the row.
 * @throws the server's or the socket's error, and an Error when the stream ends with another number of rows than the server counted
 */
export async function copyOut(client: Client, statement: string, take: (block: Buffer) => Promise<void>): Promise<CopyOutResult> {
  const query = new CopyOutQuery(statement)
  client.query(query)
  let bytes = 0
  try {
    for (let block = await query.next(); block !== null; block = await query.next()) {
      bytes += block.length
      await take(block)
      query.recycle(block)
    }
  } catch (error) {
    query.abandon()
    throw error
  }
  const { counted, received } = query
  if (counted !== received) throw new Error(`the server says it sent ${counted ?? 'an unknown number of'} rows, and ${received} arrived`)
  return { rows: received, bytes }
}

type DataListener = (chunk: Buffer) => void

/** A query that `pg` submits, and that takes the socket's bytes for itself while rows are coming. */
class CopyOutQuery {
  /** Rows by the command tag, once it has come. */
  counted: number | null = null
  received = 0

  readonly #text: string
  readonly #ready: Buffer[] = []
  readonly #spare: Buffer[] = []
  #block: Buffer = Buffer.allocUnsafeSlow(BLOCK_BYTES)
  #filled = 0
  /** Bytes of the row under way that have not come yet. */
  #missing = 0
  /** Bytes of a message that is not whole yet, and is no row. */
  #partial: Buffer | null = null
  #stream: Connection['stream'] | null = null
  #listener: DataListener | null = null
  #paused = false
  #abandoned = false
  #failure: { error: unknown } | null = null
  #finished = false
  #waiting: Waiting | null = null

  constructor(text: string) {
    this.#text = text
  }

  submit(connection: Connection): void {
    const stream = connection.stream
    const [listener] = stream.listeners('data') as DataListener[]
    if (listener === undefined) throw new Error('the connection is not being read')
    this.#stream = stream
    this.#listener = listener
    stream.removeListener('data', listener)
    stream.on('data', this.#onData)
    lend(stream)
    connection.query(this.#text)
  }

  /** The next block of whole rows; null at the end. */
  async next(): Promise<Buffer | null> {
    for (;;) {
      const block = this.#ready.shift()
      if (block !== undefined) {
        this.#resume()
        return block
      }
      if (this.#failure !== null) throw this.#failure.error
      if (this.#finished) return null
      await new Promise<void>((resolve) => (this.#waiting = { resolve }))
    }
  }

  recycle(block: Buffer): void {
    if (block.buffer.byteLength === BLOCK_BYTES && this.#spare.length < READY_BLOCKS) this.#spare.push(Buffer.from(block.buffer))
  }

  /** Nobody takes any more: the rest is thrown away as it comes. */
  abandon(): void {
    this.#abandoned = true
    this.#ready.length = 0
    this.#resume()
  }

  handleError(error: unknown): void {
    this.#detach()
    this.#failure ??= { error }
    this.#wake()
  }

  handleCommandComplete(message: { text?: string }): void {
    const [, count] = /^COPY (\d+)$/.exec(message.text ?? '') ?? []
    this.counted = count === undefined ? null : Number(count)
  }

  handleReadyForQuery(): void {
    this.#finished = true
    this.#wake()
  }

  /** `pg` tells these too when it reads them before the rows begin. */
  handleCopyInResponse(): void {}
  handleCopyData(): void {}
  handleRowDescription(): void {}
  handleDataRow(): void {}

  readonly #onData = (chunk: Buffer): void => {
    let bytes = chunk
    if (this.#partial !== null) {
      bytes = Buffer.concat([this.#partial, chunk])
      this.#partial = null
    }
    let at = 0
    while (at < bytes.length) {
      if (this.#missing > 0) {
        at += this.#fill(bytes, at)
        continue
      }
      if (bytes.length - at < HEADER_BYTES) break
      const length = bytes.readUInt32BE(at + 1)
      if (bytes[at] === COPY_DATA) {
        at += HEADER_BYTES
        this.received++
        this.#startRow(length - 4)
      } else if (BETWEEN.has(bytes[at] ?? 0)) {
        const end = at + 1 + length
        if (end > bytes.length) break
        this.#listener?.(Buffer.from(bytes.subarray(at, end)))
        at = end
      } else {
        this.#endRows(bytes.subarray(at))
        return
      }
    }
    // A copy: the bytes are the socket's own buffer.
    if (at < bytes.length) this.#partial = Buffer.from(bytes.subarray(at))
  }

  /** Makes room for a row of that many bytes. */
  #startRow(length: number): void {
    this.#missing = length
    if (this.#filled + length <= this.#block.length) return
    this.#flush()
    this.#block = length > BLOCK_BYTES ? Buffer.allocUnsafeSlow(length) : (this.#spare.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES))
  }

  #fill(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#missing)
    bytes.copy(this.#block, this.#filled, at, end)
    this.#filled += end - at
    this.#missing -= end - at
    return end - at
  }

  /** What is not a row is for `pg` to read: CopyDone, the command tag, an error. */
  #endRows(rest: Buffer): void {
    if (this.#filled > 0) this.#flush()
    const listener = this.#listener
    this.#detach()
    listener?.(Buffer.from(rest))
  }

  #flush(): void {
    if (this.#filled > 0 && !this.#abandoned) {
      this.#ready.push(this.#block.subarray(0, this.#filled))
      if (this.#ready.length >= READY_BLOCKS) this.#pause()
      this.#wake()
    }
    this.#filled = 0
  }

  #detach(): void {
    const [stream, listener] = [this.#stream, this.#listener]
    if (stream === null || listener === null) return
    stream.removeListener('data', this.#onData)
    takeBack(stream)
    stream.on('data', listener)
    this.#listener = null
    this.#resume()
  }

  #pause(): void {
    this.#paused = true
    this.#stream?.pause()
  }

  #resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#stream?.resume()
  }

  #wake(): void {
    this.#waiting?.resolve()
    this.#waiting = null
  }
}
