import path from 'node:path'
import type { QuarantineFix } from '../../contract/quarantine.ts'
import { AtlasError } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import { id, join, literal, raw, sql, type Sql } from '../../core/sql.ts'
import type { LakeSession } from '../../lake/lake.ts'
import { runUserSql, type UserQuery, writeUserSql } from '../../lake/user-sql/run.ts'
import type { ReplayFile } from '../../store/quarantine-tables.ts'
import type { RowRange } from '../../store/quarantine-marks.ts'
import type { PinnedSnapshot } from '../../store/snapshots.ts'
import type { MeasuringEnvironment } from '../measuring/prepare-measurement.ts'
import { proveExpression } from '../prove-expression.ts'
import { quarantinePath } from '../quarantine.ts'
import type { RunEnvironment } from '../run-context.ts'

/** Rows of one batch that are mended. */
export interface ChosenBatch {
  batch: string
  /** Relative to the lake folder. */
  path: string
  ranges: readonly RowRange[]
}

type StagingEnvironment = MeasuringEnvironment & Pick<RunEnvironment, 'random'>

/** The row's number in its batch; no column of explore has a space at its end. */
const ROW = 'atlas row '

/**
 * Writes the rows of one batch, mended, to a durable file with the columns of explore. Expressions run in the confined process.
 * @throws AtlasError `quarantine.bad_fix`, `quarantine.cannot_replay` for rows without cells, `sql.*`
 */
export async function stageFix(
  environment: StagingEnvironment,
  explore: PinnedSnapshot,
  chosen: ChosenBatch,
  fix: QuarantineFix,
  signal: AbortSignal,
): Promise<ReplayFile> {
  await assertCells(environment, chosen, fix, signal)
  const { lake, now, random } = environment
  const relative = path.posix.join('quarantine', 'replays', `${newId('p', now().getTime(), random)}.parquet`)
  const target = await lake.files.reserve(relative)
  const query = await fixQuery(environment, explore, chosen, fix, signal)
  const written = await writeUserSql({ ...query, target, fieldIds: () => null })
  try {
    const sealed = await lake.files.publish(relative, signal)
    const { lines, landed } = await lake.session((session) => readPlaces(session, target, quarantinePath(lake.folder, chosen.path)), signal)
    return { batch: chosen.batch, path: relative, rows: written.rows, ...sealed, lines, landed }
  } catch (error) {
    await lake.files.remove(relative)
    throw error
  }
}

/** The number of each mended row in its batch, and where it was landed. */
async function readPlaces(session: LakeSession, target: string, batch: string): Promise<Pick<ReplayFile, 'lines' | 'landed'>> {
  const nowhere = sql`select null::varchar as landed_file, null::bigint as landed_row, null::bigint as file_row_number where false`
  const rows = await session.rows(sql`select mended.${id(ROW)}::bigint as n, came.landed_file, came.landed_row
    from read_parquet(${target}, file_row_number = true) mended
    left join (${nowhere} union all by name select * from read_parquet(${batch}, file_row_number = true)) came
      on came.file_row_number + 1 = mended.${id(ROW)} order by mended.file_row_number`)
  const lines = rows.map((row) => Number(row['n']))
  if (rows.some((row) => row['landed_file'] == null)) return { lines, landed: null }
  const files = [...new Set(rows.map((row) => String(row['landed_file'])))]
  const index = new Map(files.map((file, place) => [file, place]))
  const file = rows.map((row) => index.get(String(row['landed_file'])) ?? 0)
  return { lines, landed: { files, file, row: rows.map((row) => Number(row['landed_row'])) } }
}

/** The first rows of a batch as they are and as a fix makes them: for each row its number and its cells, before and after, in the order of explore. */
export async function previewFix(
  environment: StagingEnvironment,
  explore: PinnedSnapshot,
  chosen: ChosenBatch,
  fix: QuarantineFix,
  limit: number,
  signal: AbortSignal,
): Promise<{ row: number; before: (string | null)[]; after: (string | null)[] }[]> {
  const texts = explore.columns.map(({ name }) => sql`${id(name)}::varchar as ${id(name)}`)
  const read = async (of: QuarantineFix): Promise<(string | null)[][]> => {
    const query = await fixQuery(environment, explore, chosen, of, signal)
    const shown = sql`select ${id(ROW)}::varchar, ${join(texts)} from (${raw(query.sql)}) order by ${id(ROW)}`
    const { rows } = await runUserSql({ ...query, sql: shown.text, limit })
    return rows.map((row) => row.map((cell) => (cell === null ? null : String(cell))))
  }
  const [before, after] = [await read({ edits: [], transforms: [] }), await read(fix)]
  return after.map(([row = '', ...cells], index) => ({ row: Number(row), before: before[index]?.slice(1) ?? [], after: cells }))
}

async function fixQuery(
  { lake, sql: limits, scratch }: StagingEnvironment,
  explore: PinnedSnapshot,
  chosen: ChosenBatch,
  fix: QuarantineFix,
  signal: AbortSignal,
): Promise<UserQuery> {
  const file = quarantinePath(lake.folder, chosen.path)
  const made = new Map<string, Sql>()
  for (const { column, expression } of fix.transforms) {
    if (made.has(column)) throw new AtlasError('quarantine.bad_fix', `Two expressions make the column "${column}".`)
    made.set(columnNamed(explore, column), await proveExpression(expression, true))
  }
  const cells = explore.columns.map(({ name, type }) => {
    const expression = made.get(name)
    return expression === undefined ? id(name) : sql`cast(${expression} as ${raw(type)}) as ${id(name)}`
  })
  return {
    sql: sql`select ${join([id(ROW), ...cells])} from ${raw(explore.name)}`.text,
    files: lake.files,
    relations: [{ name: explore.name, scan: editedRows(file, explore, chosen, fix), files: [file] }],
    ...limits,
    scratch,
    signal,
  }
}

/** The rows as they came, with the cells that were edited, in the types of explore. */
function editedRows(file: string, explore: PinnedSnapshot, chosen: ChosenBatch, fix: QuarantineFix): Sql {
  const edits = fix.edits.filter((edit) => edit.batch === chosen.batch)
  const twice = edits.find((edit, index) => edits.findIndex(({ row }) => row === edit.row) !== index)
  if (twice !== undefined) throw new AtlasError('quarantine.bad_fix', `Row ${twice.row} of ${twice.batch} is edited twice.`)
  const patches = edits.map(({ row, cells }) => {
    for (const name of Object.keys(cells)) columnNamed(explore, name)
    return sql`(${row}::bigint, ${JSON.stringify(cells)})`
  })
  // A row that is no JSON gets all of its cells from the edit.
  const whole = sql`case when json_valid("row") and json_type("row") = 'OBJECT' then "row" else '{}' end`
  const came = sql`select file_row_number + 1 as n, ${whole} as came from read_parquet(${file}, file_row_number = true) where ${inRanges(sql`file_row_number + 1`, chosen.ranges)}`
  const patched =
    patches.length === 0
      ? sql`select n, came, '{}' as patch from (${came})`
      : sql`select n, came, coalesce(patch, '{}') as patch from (${came}) left join (values ${join(patches)}) as edit(row_number, patch) on row_number = n`
  const cells = explore.columns.map(({ name, type }) => {
    const pointer = literal(`/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    const cell = (from: Sql): Sql => typedCell(sql`json_extract(${from}, ${pointer})`, sql`json_extract_string(${from}, ${pointer})`, type)
    return sql`case when json_exists(patch, ${pointer}) then ${cell(raw('patch'))} else ${cell(raw('came'))} end as ${id(name)}`
  })
  return sql`select n as ${id(ROW)}, ${join(cells)} from (${patched})`
}

/** Lists, structs and maps stand in the row as JSON; everything else as its text. */
function typedCell(json: Sql, text: Sql, type: string): Sql {
  if (type === 'VARCHAR') return text
  return /[[(]/.test(type) && !type.startsWith('DECIMAL') ? sql`cast(${json} as ${raw(type)})` : sql`cast(${text} as ${raw(type)})`
}

/** True where a row number is one of the chosen. */
export function inRanges(number: Sql, ranges: readonly RowRange[]): Sql {
  if (ranges.length === 0) return sql`false`
  if (ranges.length <= 20) {
    return sql`(${join(
      ranges.map(({ from, to }) => sql`${number} >= ${from} and ${number} < ${to}`),
      ' or ',
    )})`
  }
  const listed = join(ranges.map(({ from, to }) => sql`(${from}::bigint, ${to}::bigint)`))
  return sql`exists (select 1 from (values ${listed}) as part("from", "to") where ${number} >= part."from" and ${number} < part."to")`
}

function columnNamed({ columns, name: dataset }: PinnedSnapshot, name: string): string {
  if (columns.some((column) => column.name === name)) return name
  throw new AtlasError(
    'quarantine.bad_fix',
    `${dataset} has no column "${name}"; it has ${columns.map((column) => column.name).join(', ')}.`,
  )
}

/** A line that could not be taken apart has no cells to replay: each one must be given. */
async function assertCells({ lake }: StagingEnvironment, chosen: ChosenBatch, fix: QuarantineFix, signal: AbortSignal): Promise<void> {
  const file = quarantinePath(lake.folder, chosen.path)
  const edited = fix.edits.filter((edit) => edit.batch === chosen.batch).map((edit) => literal(edit.row))
  const given = edited.length === 0 ? sql`false` : sql`file_row_number + 1 in (${join(edited)})`
  const query = sql`select min(file_row_number + 1)::bigint as n from read_parquet(${file}, file_row_number = true)
    where ${inRanges(sql`file_row_number + 1`, chosen.ranges)} and not ${given}
      and not coalesce(json_valid("row") and json_type(case when json_valid("row") then "row" end) = 'OBJECT', false)`
  const [found] = await lake.session((session) => session.rows(query), signal)
  if (found?.['n'] == null) return
  throw new AtlasError(
    'quarantine.cannot_replay',
    `Row ${String(found['n'])} of ${chosen.batch} is a line of text that could not be taken apart into cells; edit it and give its cells.`,
  )
}
