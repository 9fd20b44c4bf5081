import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { AtlasError } from '../../core/errors.ts'
import { id, join, list, raw, sql, type Sql } from '../../core/sql.ts'
import type { Landing } from '../connector.ts'
import { readWindow } from './read-prefix.ts'
import { LINE_LIST_LIMIT } from './scan-lines.ts'
import type { RecordScan } from './scan-records.ts'

interface Refusal {
  rows: number
  /** Physical lines of the refused rows, ascending; null when there are too many to keep. */
  lines: number[] | null
  /** Some were refused because of their quotes. */
  structure: boolean
}

const REASONS = raw(`case error_type
  when 'MISSING COLUMNS' then 'too few fields: ' || regexp_replace(error_message, '^Expected Number of Columns: (\\d+) Found: (\\d+).*$', 'expected \\1, found \\2', 's')
  when 'TOO MANY COLUMNS' then 'too many fields: ' || regexp_replace(error_message, '^Expected Number of Columns: (\\d+) Found: (\\d+).*$', 'expected \\1, found \\2', 's')
  when 'UNQUOTED VALUE' then 'broken quotes: text after a closing quote, or a quote that never closes'
  when 'INVALID ENCODING' then 'bytes that are not UTF-8'
  when 'INVALID STATE' then 'broken quotes or line ends'
  else lower(error_type) end`)

/**
 * Puts the rows that DuckDB set aside into quarantine, each once, with its physical line and its text as it stands in the file.
 * DuckDB numbers records; `scan` says which lines are inside of quoted fields, so that the number of the line follows.
 * @throws AtlasError `file.line_too_long`
 */
export async function refuseLines(
  {
    shown,
    plain,
    names,
    errors,
    scan,
    limitBytes,
  }: { shown: string; plain: string; names: readonly string[]; errors: string; scan: RecordScan; limitBytes: number },
  { landing, scratch }: { landing: Landing; scratch: string },
): Promise<Refusal> {
  const [found] =
    await landing.rows(sql`select count(distinct line_byte_position)::bigint as n, min(line) filter (error_type = 'LINE SIZE OVER MAXIMUM') as too_long,
    coalesce(bool_or(error_type in ('UNQUOTED VALUE', 'INVALID STATE')), false) as structure from ${id(errors)}`)
  if (found?.['too_long'] != null) {
    throw new AtlasError(
      'file.line_too_long',
      `Line ${String(found['too_long'])} of ${shown} is longer than the limit of ${limitBytes} bytes.`,
    )
  }
  const count = Number(found?.['n'] ?? 0)
  const structure = found?.['structure'] === true
  if (count === 0) return { rows: 0, lines: [], structure }
  const rows = await physicalRows(errors, plain, scan, { landing, scratch })
  const { rows: kept } = await landing.quarantine(
    sql`select ${shown} as file, line, ${list(names)}[try_cast(column_name[2:] as int) + 1] as column_name, reason, "row" from (${rows}) order by line`,
  )
  if (kept !== count) throw new AtlasError('run.incomplete', `${count} rows of ${shown} were refused, but ${kept} reached quarantine.`)
  if (count > LINE_LIST_LIMIT || scan.gaps.length >= LINE_LIST_LIMIT) return { rows: count, lines: null, structure }
  const lines = await landing.rows(sql`select line from (${rows}) order by line`)
  return { rows: count, lines: lines.map((row) => Number(row['line'])), structure }
}

async function physicalRows(
  errors: string,
  plain: string,
  scan: RecordScan,
  { landing, scratch }: { landing: Landing; scratch: string },
): Promise<Sql> {
  const texts = await undecodable(errors, plain, { landing, scratch })
  // A record that follows blank lines is reported with them, from the first of them on.
  const once = sql`select line, line_byte_position as at_byte,
    case when count(distinct column_name) = 1 and bool_or(error_type = 'INVALID ENCODING') then any_value(column_name) end as column_name,
    arg_max(${REASONS}, byte_position) as reason, ltrim(any_value(csv_line), chr(10) || chr(13)) as "row" from ${id(errors)} group by line, line_byte_position`
  const withText =
    texts === null
      ? once
      : sql`select o.* replace (coalesce(t.text, o."row") as "row") from (${once}) o left join ${texts} t using (at_byte)`
  const shifts = lineShifts(scan.continuedLines)
  if (shifts.length === 0) return withText
  const list = join(shifts.map(({ before, shift }) => sql`{before: ${before}, shift: ${shift}}`))
  return sql`select r.* replace (r.line + coalesce(s.shift, 0) as line) from (${withText}) r asof left join (select unnest([${list}], recursive := true)) s on r.line > s.before`
}

/** For each run of continued lines: the number of records' first lines before it, and how many continued lines there are up to its end. */
function lineShifts(continued: readonly number[]): { before: number; shift: number }[] {
  const shifts: { before: number; shift: number }[] = []
  continued.forEach((line, index) => {
    const before = line - index - 1
    const last = shifts.at(-1)
    if (last?.before === before) last.shift = index + 1
    else shifts.push({ before, shift: index + 1 })
  })
  return shifts
}

/** DuckDB shows broken bytes as question marks, and eats their neighbours; the rows as they stand, byte for character, are kept in their place. */
async function undecodable(
  errors: string,
  plain: string,
  { landing, scratch }: { landing: Landing; scratch: string },
): Promise<Sql | null> {
  const rows = await landing.rows(
    sql`select distinct line_byte_position as at_byte, strlen(csv_line) as bytes from ${id(errors)} where error_type = 'INVALID ENCODING' order by at_byte`,
  )
  if (rows.length === 0) return null
  const lines: string[] = []
  for (const row of rows) {
    const bytes = await readWindow(plain, Number(row['at_byte']) - 1, Number(row['bytes']))
    lines.push(JSON.stringify({ at_byte: Number(row['at_byte']), text: bytes.toString('latin1').replace(/^[\r\n]+|[\r\n]+$/g, '') }))
  }
  const file = path.join(scratch, `undecodable-${errors}.ndjson`)
  await writeFile(file, lines.join('\n'))
  return sql`read_json(${file}, format='newline_delimited', columns={at_byte: 'BIGINT', text: 'VARCHAR'})`
}
