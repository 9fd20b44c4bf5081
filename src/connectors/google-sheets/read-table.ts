import path from 'node:path'
import { AtlasError } from '../../core/errors.ts'
import type { Landing, ReadContext } from '../connector.ts'
import type { SheetOptions } from '../google-sheets.ts'
import { lookAgain } from './look-again.ts'
import { findTable, type Table } from './find-table.ts'
import type { SheetsApi } from './sheets-api.ts'
import type { Book } from './sheets-reply.ts'
import { stageTable, type StagedTable } from './stage-table.ts'

const ATTEMPTS = 3

export interface ReadTable {
  staged: StagedTable
  /** Rows by a second look; null where there was no measure. */
  counted: number | null
  book: Book
}

/**
 * Reads a table that nobody changed meanwhile: it is read again, three times at most, until a look before and one after agree. They compare Drive's version of
 * the file where it may be asked for, and the sheet itself.
 * @throws AtlasError `source.changed`, `source.*`
 */
export async function readTable(
  api: SheetsApi,
  first: Book,
  stream: string,
  options: SheetOptions,
  setting: { checkVersion: boolean; context: ReadContext; landing: Pick<Landing, 'rows'>; name: string },
): Promise<ReadTable> {
  const { context, landing } = setting
  const passed = new Set<number>()
  let book = first
  let why = ''
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    if (attempt > 1) book = await api.spreadsheet()
    const table = findTable(book, stream, options)
    const before = setting.checkVersion ? await api.version() : null
    const staged = await stageUnlessChanged(api, table, stream, options, setting, attempt)
    if (typeof staged === 'string') {
      why = staged
      continue
    }
    const look = await lookAgain(api, table, staged, landing, context, passed)
    const after = before === null ? null : await api.version()
    if (before === null && setting.checkVersion)
      context.log('warn', 'Drive does not tell the version of the file, so rows were read a second time instead.')
    // Where the version stands still, a column that reads otherwise is one that is calculated at every look.
    const changed = before !== null ? (before === after ? null : 'the version of the file is another') : look.changed
    if (changed === null) return { staged, counted: look.counted, book }
    why = changed
    if (look.witness !== null && look.changed !== null) passed.add(look.witness)
    context.log('warn', `${JSON.stringify(stream)} was changed while it was read (${why}); reading it again.`)
  }
  throw new AtlasError(
    'source.changed',
    `The sheet ${JSON.stringify(stream)} was changed each of the ${ATTEMPTS} times it was read: ${why}.`,
    {
      next: 'Nothing was published. Run again when nobody edits it, or read a copy that nobody edits.',
    },
  )
}

/** The staged table, or what of the grid has changed when Google would not read it for that. */
async function stageUnlessChanged(
  api: SheetsApi,
  table: Table,
  stream: string,
  options: SheetOptions,
  { context, name }: { context: ReadContext; name: string },
  attempt: number,
): Promise<StagedTable | string> {
  try {
    return await stageTable(api, table, options, context, path.join(context.scratch, `${name}-${attempt}.ndjson`))
  } catch (error) {
    if (!(error instanceof AtlasError) || (error.code !== 'source.bad_status' && error.code !== 'source.stream_not_found')) throw error
    const now = findTable(await api.spreadsheet(), stream, options)
    if (JSON.stringify(now) === JSON.stringify(table)) throw error
    return 'its grid has another size'
  }
}
