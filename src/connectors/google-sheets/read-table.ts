import path from 'node:path'
import { AtlasError } from '../../core/errors.ts'
import type { Landing, ReadContext } from '../connector.ts'
import type { SheetOptions } from './sheet-settings.ts'
import { findTable, type Table } from './find-table.ts'
import { lookAgain, type SecondLook } from './look-again.ts'
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

interface Setting {
  checkVersion: boolean
  context: ReadContext
  landing: Pick<Landing, 'rows'>
  /** Of the files in the scratch folder. */
  name: string
}

/**
 * Reads a table that nobody changed meanwhile: it is read again, three times at most, until a look before and one after agree. They compare Drive's version of
 * the file where it may be asked for, and the sheet itself.
 * @throws AtlasError `source.changed`, `source.*`
 */
export async function readTable(api: SheetsApi, first: Book, stream: string, options: SheetOptions, setting: Setting): Promise<ReadTable> {
  const passed = new Set<number>()
  const label = JSON.stringify(stream)
  let book = first
  let why = ''
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    if (attempt > 1) book = await api.spreadsheet()
    const table = findTable(book, stream, options)
    const look = await readOnce(api, table, stream, options, { ...setting, attempt, passed })
    if (look.staged !== null) return { staged: look.staged, counted: look.counted, book }
    why = look.changed ?? ''
    if (look.witness !== null) passed.add(look.witness)
    setting.context.log('warn', `${label} was changed while it was read (${why}); it is read again (${attempt} of ${ATTEMPTS} times read).`)
  }
  throw new AtlasError('source.changed', `The sheet ${label} was changed each of the ${ATTEMPTS} times it was read: ${why}.`, {
    next: 'Nothing was published. Run again when nobody edits it, or read a copy that nobody edits.',
  })
}

interface Once extends Setting {
  attempt: number
  /** Columns that read otherwise at an earlier attempt. */
  passed: ReadonlySet<number>
}

/** `staged` is null when the sheet was changed. */
async function readOnce(
  api: SheetsApi,
  table: Table,
  stream: string,
  options: SheetOptions,
  once: Once,
): Promise<SecondLook & { staged: StagedTable | null }> {
  const { context, landing, passed, checkVersion, name, attempt } = once
  try {
    const before = checkVersion ? await api.version() : null
    if (before === null && checkVersion)
      context.log('warn', 'Drive does not tell the version of the file, so its rows are compared instead.')
    const staged = await stageTable(api, table, options, context, path.join(context.scratch, `${name}-${attempt}.ndjson`))
    const look = await lookAgain(api, table, staged, landing, context, passed)
    if (before === null) return { ...look, staged: look.changed === null ? staged : null }
    // Where the version stands still, a column that reads otherwise is one that is calculated at every look.
    if (before === (await api.version())) return { ...look, staged }
    return { ...look, changed: 'the version of the file is another', witness: null, staged: null }
  } catch (error) {
    // Google does not read a range that is gone: the grid became smaller, or the tab was renamed.
    if (!(error instanceof AtlasError) || (error.code !== 'source.bad_status' && error.code !== 'source.stream_not_found')) throw error
    const now = findTable(await api.spreadsheet(), stream, options)
    if (JSON.stringify(now) === JSON.stringify(table)) throw error
    return { changed: 'its grid has another size', witness: null, counted: null, staged: null }
  }
}
