import { rm } from 'node:fs/promises'
import { mysql } from '../../src/connectors/mysql.ts'
import type { MysqlSettings } from '../../src/connectors/mysql/settings.ts'
import type { ReadContext, ReadRequest, ReadResult, Stream } from '../../src/connectors/connector.ts'
import { type LandingOptions, openLanding, openReadContext, readRequest, readStream, type TestLanding } from './landing.ts'

export interface MysqlRead {
  result: ReadResult
  landing: TestLanding
}

/** Reads one stream of a database; `landing` is closed by the caller. A stream that is not discovered is asked for by its name alone. */
export async function readMysql(
  settings: MysqlSettings,
  name: string,
  more: Partial<ReadRequest> = {},
  options: LandingOptions & { context?: Partial<ReadContext> } = {},
): Promise<MysqlRead> {
  const body = await mysql.load()
  const context = await openReadContext('/', options.context)
  const landing = await openLanding({ mode: more.mode, ...options })
  try {
    const [found] = await body.discover(settings, context, [name])
    const stream: Stream = found ?? { name, columns: null, rowEstimate: null, sizeBytes: null, pieces: 1 }
    return { result: await readStream(body, settings, readRequest(stream, more), context, landing), landing }
  } catch (error) {
    await landing.close()
    throw error
  } finally {
    await rm(context.scratch, { recursive: true, force: true })
  }
}

/** The reads of one stream one after the other, as runs do them: each gets the state of the one before and sees what was landed. */
export class MysqlHistory {
  readonly landings: TestLanding[] = []
  readonly #settings: MysqlSettings
  readonly #name: string
  readonly #request: Partial<ReadRequest>
  state: unknown = null

  constructor(settings: MysqlSettings, name: string, request: Partial<ReadRequest>) {
    this.#settings = settings
    this.#name = name
    this.#request = { mode: 'append', ...request }
  }

  async run(more: Partial<ReadRequest> = {}): Promise<ReadResult & { landed: Record<string, string | null>[]; refused: number }> {
    const request = { ...this.#request, ...more }
    const { result, landing } = await readMysql(this.#settings, this.#name, request, { state: this.state, earlier: [...this.landings] })
    this.landings.push(landing)
    this.state = JSON.parse(JSON.stringify(result.state))
    return { ...result, landed: landing.parts.length === 0 ? [] : await landing.table(), refused: landing.refused.length }
  }

  async close(): Promise<void> {
    await Promise.all(this.landings.map((landing) => landing.close()))
  }
}
