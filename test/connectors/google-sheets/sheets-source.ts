import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import type { ReadContext, ReadRequest, ReadResult, Stream } from '../../../src/connectors/connector.ts'
import { GoogleSheetsSettings } from '../../../src/connectors/google-sheets/sheet-settings.ts'
import { createGoogleSheetsBody } from '../../../src/connectors/google-sheets/body.ts'
import { startSheetsServer, type SheetsServer } from '../../servers/google-sheets/sheets-server.ts'
import { sheet, spreadsheet, type CellInput, type SheetInput, type Spreadsheet } from '../../servers/google-sheets/spreadsheet-model.ts'
import { openLanding, openReadContext, readRequest, readStream, type LandingOptions, type TestLanding } from '../../support/landing.ts'

export const READER = 'reader@atlas-tests.iam.gserviceaccount.com'

export interface SheetsSource {
  server: SheetsServer
  book: Spreadsheet
  settings: GoogleSheetsSettings
  body: ReturnType<typeof createGoogleSheetsBody>
  /** What the client waited, in virtual milliseconds. */
  waits: number[]
  context: (more?: Partial<ReadContext>) => ReturnType<typeof openReadContext>
  /** Reads a stream in full, unless told otherwise, through a landing of its own. */
  read: (stream?: string, more?: Partial<ReadRequest>, landing?: LandingOptions) => Promise<SheetsRead>
  close: () => Promise<void>
}

export interface SheetsRead {
  result: ReadResult
  table: Record<string, string | null>[]
  types: Record<string, string>
  logged: string[]
  landing: TestLanding
}

let sources = 0

/** A spreadsheet on a server of its own, whose clock is the only one: waiting moves it on. */
export async function openSheetsSource(
  sheets: (SheetInput | Spreadsheet['sheets'][number])[],
  more: Partial<Spreadsheet> = {},
  set: Partial<GoogleSheetsSettings> = {},
): Promise<SheetsSource> {
  const server = await startSheetsServer()
  const book = spreadsheet({ id: 'book-1', ...more, sheets: sheets.map((one) => ('cell' in one ? one : sheet(one))) })
  server.books.set(book.id, book)
  const account = server.tokens.addServiceAccount(READER, server.tokenUrl)
  const waits: number[] = []
  const wait = async (ms: number): Promise<void> => {
    waits.push(ms)
    server.clock.advance(ms)
  }
  const settings = GoogleSheetsSettings.parse({
    spreadsheet: `https://docs.google.com/spreadsheets/d/${book.id}/edit#gid=0`,
    credentials: { type: 'service_account', key: account.keyFile },
    sheetsUrl: server.url,
    driveUrl: server.url,
    ...set,
  })
  const source = `sheets-${++sources}`
  const open: TestLanding[] = []
  const body = createGoogleSheetsBody({ wait })
  const context = (with_: Partial<ReadContext> = {}) =>
    openReadContext(tmpdir(), { source, now: () => new Date(server.clock.now()), ...with_ })
  return {
    server,
    book,
    settings,
    body,
    waits,
    context,
    read: async (stream = sheets[0]?.title ?? '', request = {}, landingOptions = {}) => {
      const landing = await openLanding({ ...(request.mode === undefined ? {} : { mode: request.mode }), ...landingOptions })
      open.push(landing)
      const reading = await context()
      try {
        const result = await readStream(
          body,
          settings,
          readRequest(streamNamed(stream), { mode: landing.mode, ...request }),
          reading,
          landing,
        )
        const types = Object.fromEntries(result.columns.map(({ name, type }) => [name, type]))
        return { result, table: await landing.table(), types, logged: reading.logged, landing }
      } finally {
        await rm(reading.scratch, { recursive: true, force: true })
      }
    },
    close: async () => {
      await Promise.all(open.map((landing) => landing.close()))
      await server.close()
    },
  }
}

export function streamNamed(name: string): Stream {
  return { name, columns: null, rowEstimate: null, sizeBytes: null, pieces: 1 }
}

/** Rows of one kind below a header. */
export function rowsOf(count: number, header: CellInput[], row: (index: number) => CellInput[]): CellInput[][] {
  return [header, ...Array.from({ length: count }, (_, index) => row(index))]
}
