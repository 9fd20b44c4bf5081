import path from 'node:path'
import { AtlasError } from '../../core/errors.ts'
import type { ConnectorBody, Reader, ReadContext, ReadRequest } from '../connector.ts'
import { SheetOptions, type GoogleSheetsSettings } from './sheet-settings.ts'
import type { Wait } from '../http/backoff.ts'
import { throwIfCancelled } from '../http/cancelled.ts'
import { checkSource } from './check-source.ts'
import { findTable, listStreams } from './find-table.ts'
import { landTable } from './land-table.ts'
import { previewTable } from './preview-table.ts'
import { readTable } from './read-table.ts'
import { openSheetsApi, type SheetsApi } from './sheets-api.ts'
import type { Book } from './sheets-reply.ts'
import { stageTable } from './stage-table.ts'

const PREVIEW_ROWS = 50
/** Rows that a preview looks at: enough for fifty below a title and some empty ones. */
const PREVIEW_LOOK = 200
/** Two, so that one waits for Google while the other writes; the quota is shared by all anyway. */
const PARALLEL = 2
/** How long the list of tabs is taken for true before a read asks for it anew. */
const FRESH_MS = 10_000

let reads = 0

/** The connector's body. `wait` waits between tries and for the quota; tests pass a clock of their own. */
export function createGoogleSheetsBody({ wait }: { wait?: Wait } = {}): ConnectorBody<GoogleSheetsSettings> {
  const options = wait === undefined ? {} : { wait }
  const withApi = async <T>(settings: GoogleSheetsSettings, context: ReadContext, work: (api: SheetsApi) => Promise<T>): Promise<T> => {
    throwIfCancelled(context.signal)
    const api = openSheetsApi(settings, context, options)
    try {
      return await work(api)
    } finally {
      await api.close()
    }
  }
  return {
    check: (settings, context) => checkSource(settings, () => openSheetsApi(settings, context, { ...options, tries: 2 }), context.now),
    discover: (settings, context, only) => withApi(settings, context, async (api) => listStreams(await api.spreadsheet(), settings, only)),
    preview: (settings, request, context) =>
      withApi(settings, context, async (api) => {
        const sheet = optionsOf(request)
        const table = findTable(await api.spreadsheet(), request.stream.name, sheet)
        const lastRow = Math.min(table.area.lastRow, Math.max(table.area.firstRow, sheet.headerRow ?? 0) + PREVIEW_LOOK)
        const few = { ...table, area: { ...table.area, lastRow } }
        return previewTable(await stageTable(api, few, sheet, context, stageFile(context), PREVIEW_ROWS))
      }),
    open: async (settings, context) => openReader(settings, openSheetsApi(settings, context, options), context),
  }
}

function openReader(settings: GoogleSheetsSettings, api: SheetsApi, { now }: ReadContext): Reader {
  let known: { book: Promise<Book>; atMs: number } | null = null
  const freshBook = (): Promise<Book> => {
    const atMs = now().getTime()
    if (known === null || atMs - known.atMs > FRESH_MS) known = { book: api.spreadsheet(), atMs }
    return known.book
  }
  return {
    parallel: PARALLEL,
    read: async (request, context, landing) => {
      throwIfCancelled(context.signal)
      const options = optionsOf(request)
      if (request.query !== null)
        throw new AtlasError('source.bad_query', 'A sheet is read by tab and range, not by a query.', {
          next: 'Take the query out; use the range option.',
        })
      // A sheet has no snapshot that a later run could go on from.
      if (landing.resumed !== null) await landing.startOver()
      const setting = { checkVersion: settings.checkVersion, context, landing, name: `sheet-${++reads}` }
      const table = await readTable(api, await freshBook(), request.stream.name, options, setting)
      if (table.staged.columns.length === 0) {
        throw new AtlasError(
          'source.no_streams',
          `The tab ${JSON.stringify(request.stream.name)} is empty: it has neither a header nor a row.`,
          {
            next: 'Take it out of the streams, or set the range that holds the table.',
          },
        )
      }
      return landTable(table, request, zoneOf(settings, table.book), landing)
    },
    close: () => api.close(),
  }
}

function zoneOf({ timeZone }: GoogleSheetsSettings, book: Book): string | null {
  return timeZone === 'sheet' ? book.properties.timeZone : (timeZone ?? null)
}

function stageFile({ scratch }: ReadContext): string {
  return path.join(scratch, `sheet-${++reads}.ndjson`)
}

/** @throws AtlasError `source.bad_settings` */
function optionsOf({ options }: ReadRequest): SheetOptions {
  const parsed = SheetOptions.safeParse(options)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new AtlasError(
    'source.bad_settings',
    `The options of the stream are not valid: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}.`,
  )
}
