import { rm } from 'node:fs/promises'
import { AtlasError } from '../../core/errors.ts'
import { id, join, sql, type Sql } from '../../core/sql.ts'
import { NO_FILE, type StreamColumn } from '../connector.ts'
import type { PlanColumn } from './read-plan.ts'
import type { ReadScope } from './read-scope.ts'
import { scanBad, scanGood, scanPage, scanText, type ResultPage } from './result-page.ts'

/** What became of a page's rows. */
export interface Landed {
  rows: number
  refused: number
  bytes: number
}

/**
 * Lands a page's rows. Rows with a value that its type cannot hold exactly are refused one by one.
 * @throws AtlasError `source.incomplete` when the page does not hold the rows that Salesforce says
 */
export async function landPage(scope: ReadScope, page: ResultPage): Promise<Landed> {
  const { landing, plan } = scope
  const columns = landedColumns(plan.columns)
  let landed: Landed
  try {
    const { rows, bytes } = await landing.write(scanPage(page, plan.columns), columns, NO_FILE)
    landed = { rows, bytes, refused: 0 }
  } catch (error) {
    const refused = await refuseRows(scope, page, error)
    const { rows, bytes } = await landing.write(scanGood(page, plan.columns), columns, NO_FILE)
    landed = { rows, bytes, refused }
  }
  assertWhole(scope, page, landed.rows + landed.refused)
  return landed
}

/** Lands pages as rows that may be here already; see `Landing.writeUnseen`. */
export async function landUnseen(scope: ReadScope, pages: readonly ResultPage[], overlap: Sql): Promise<Landed & { seen: number }> {
  const { landing, plan } = scope
  const columns = landedColumns(plan.columns)
  const select = (scan: typeof scanPage): Sql =>
    join(
      pages.map((page) => scan(page, plan.columns)),
      ' union all ',
    )
  try {
    return { ...(await landing.writeUnseen(select(scanPage), columns, NO_FILE, overlap)), refused: 0 }
  } catch (error) {
    let refused = 0
    for (const page of pages) refused += await refuseRows(scope, page, error)
    return { ...(await landing.writeUnseen(select(scanGood), columns, NO_FILE, overlap)), refused }
  }
}

/** Moves rows that cannot be kept to quarantine; throws the error when no row is to blame for it. */
async function refuseRows({ landing, plan }: ReadScope, page: ResultPage, error: unknown): Promise<number> {
  if (error instanceof AtlasError && (error.code === 'run.cancelled' || error.code.startsWith('lake.'))) throw error
  const bad = scanBad(page, plan.columns)
  const [found] = await landing.rows(sql`select count(*)::int as n from (${bad})`)
  if (Number(found?.['n']) === 0) throw error
  const { rows } = await landing.quarantine(bad)
  return rows
}

/** Rows in a page's file, counted where Salesforce did not say how many there are. */
export async function rowsIn({ landing }: ReadScope, page: ResultPage): Promise<number> {
  if (Number.isInteger(page.rows)) return page.rows
  const [found] = await landing.rows(sql`select count(*)::int as n from ${scanText(page)}`)
  return Number(found?.['n'])
}

function assertWhole({ plan }: ReadScope, page: ResultPage, rows: number): void {
  if (!Number.isInteger(page.rows) || page.rows === rows) return
  throw new AtlasError('source.incomplete', `Salesforce announced ${page.rows} rows of ${plan.object.name} and sent ${rows}.`)
}

/** The latest cursor value of the pages as canonical text; null when they have none. */
export async function latestOf(
  { landing }: ReadScope,
  pages: readonly ResultPage[],
  column: PlanColumn,
  canonical: (value: Sql) => Sql,
): Promise<string | null> {
  const scans = pages.filter((page) => page.rows !== 0).map((page) => scanGood(page, [column]))
  if (scans.length === 0) return null
  const [found] = await landing.rows(sql`select ${canonical(sql`max(${id(column.name)})`)} as latest from (${join(scans, ' union all ')})`)
  const latest = found?.['latest']
  return typeof latest === 'string' ? latest : null
}

export async function removePage({ files }: ResultPage): Promise<void> {
  for (const { path } of files) await rm(path, { force: true })
}

/** Columns as the landing zone takes them. */
export function landedColumns(columns: readonly PlanColumn[]): StreamColumn[] {
  return columns.map(({ from: _from, ...column }) => column)
}
