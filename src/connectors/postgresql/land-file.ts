import { AtlasError } from '../../core/errors.ts'
import { id, join, literal, raw, sql, type Sql } from '../../core/sql.ts'
import { type Landing, NO_FILE } from '../connector.ts'
import { type CopyTextColumn, type CopyTextFile, scanCopyText } from '../copy-text/scan-copy-text.ts'
import type { SourceColumn } from './column-types.ts'
import { streamColumns } from './relation.ts'

/** DuckDB's words for a value that does not fit its type. */
const DOES_NOT_FIT = /^(Conversion|Invalid Input|Out of Range) Error/

export interface LandedFile {
  landed: number
  refused: number
}

/**
 * Lands the rows of a file. All of them fit nearly always; when DuckDB stops at one that does not (a NaN in a decimal, a year beyond its calendar), the file
 * is read again with every value tried, and the rows that do not fit go to quarantine.
 * @throws AtlasError `source.unexpected_answer` and what the landing throws
 */
export async function landFile(file: CopyTextFile, columns: readonly SourceColumn[], landing: Landing): Promise<LandedFile> {
  const land = async (query: Sql) => (await landing.write(query, streamColumns(columns), NO_FILE)).rows
  return fitted(
    async () => ({ landed: await land(scanCopyText(file, columns.map(strict))), refused: 0 }),
    async () => {
      const { good, bad } = split(file, columns)
      const { rows: refused } = await landing.quarantine(bad)
      return { landed: await land(good), refused }
    },
  )
}

/**
 * As `landFile`, but into a Parquet file of the read's own, for rows that are compared before they land.
 * @returns rows that fit are in the file; the others are refused
 */
export async function stageFile(
  file: CopyTextFile,
  columns: readonly SourceColumn[],
  landing: Landing,
  target: string,
): Promise<{ refused: Sql | null }> {
  const stage = (query: Sql) => landing.run(sql`copy (${query}) to ${target} (format parquet, compression zstd, compression_level 1)`)
  return fitted(
    async () => {
      await stage(scanCopyText(file, columns.map(strict)))
      return { refused: null }
    },
    async () => {
      const { good, bad } = split(file, columns)
      await stage(good)
      const refused = `${target}.refused`
      await landing.run(sql`copy (${bad}) to ${refused} (format parquet)`)
      return { refused: sql`from read_parquet(${refused})` }
    },
  )
}

function strict({ name, cast, plain, direct }: SourceColumn): CopyTextColumn {
  return { name, cast, plain, ...(direct && { direct }) }
}

/** Does it the quick way, and the slow way when a value does not fit. What the slow way cannot read either is no row. */
async function fitted<Quick, Slow>(quick: () => Promise<Quick>, slow: () => Promise<Slow>): Promise<Quick | Slow> {
  try {
    return await quick()
  } catch (error) {
    if (error instanceof AtlasError || !(error instanceof Error) || !DOES_NOT_FIT.test(error.message)) throw error
  }
  return slow().catch((error: unknown) => {
    // The reader's own words quote the row: they go no further.
    if (error instanceof AtlasError || !(error instanceof Error) || !/CSV Error/.test(error.message)) throw error
    throw new AtlasError('source.unexpected_answer', 'The rows that arrived are not in the form that was asked for.')
  })
}

/** The rows whose values all fit, and the others as quarantine takes them. */
function split(file: CopyTextFile, columns: readonly SourceColumn[]): { good: Sql; bad: Sql } {
  const texts = scanCopyText(
    file,
    columns.map(({ plain }, index) => ({ name: `c${index}`, cast: (text: Sql) => text, plain })),
  )
  const cell = (index: number) => id(`c${index}`)
  const failing = columns.flatMap(({ tryCast, name, sourceType, type }, index) => {
    if (tryCast === null) return []
    const fails = sql`(${cell(index)} is not null and ${tryCast(cell(index))} is null)`
    return [{ fails, name, reason: `not a value of ${type} as the source's ${sourceType} has it` }]
  })
  const any =
    failing.length === 0
      ? raw('false')
      : join(
          failing.map(({ fails }) => fails),
          ' or ',
        )
  const named = (field: 'name' | 'reason') =>
    sql`case ${join(
      failing.map((one) => sql`when ${one.fails} then ${literal(one[field])}`),
      ' ',
    )} end`
  const row = sql`to_json({${join(columns.map(({ name }, index) => sql`${name}: ${cell(index)}`))}})::varchar`
  const good = columns.map(({ name, cast }, index) => sql`${cast(cell(index))} as ${id(name)}`)
  return {
    good: sql`select ${join(good)} from (${texts}) where not (${any})`,
    bad: sql`select null::varchar as file, null::bigint as line, ${failing.length === 0 ? raw('null') : named('name')} as column_name,
      ${failing.length === 0 ? raw('null') : named('reason')} as reason, ${row} as "row" from (${texts}) where ${any}`,
  }
}
