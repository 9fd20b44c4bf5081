import { readFile, rm } from 'node:fs/promises'
import type { Preview } from '../connector.ts'
import type { ReadPlan } from './read-plan.ts'
import type { ResultPage } from './result-page.ts'

const ROWS = 50

/** The rows of a page as text, in the plan's columns. For a few rows only. */
export async function previewOf(page: ResultPage, plan: ReadPlan): Promise<Preview> {
  const records: (string | null)[][] = []
  for (const { path } of page.files) {
    records.push(...parseCsv(await readFile(path, 'utf8')).slice(1))
    await rm(path, { force: true })
  }
  const at = plan.columns.map((column) => page.names.findIndex((name) => name.toLowerCase() === column.from.toLowerCase()))
  return {
    columns: plan.columns.map(({ name, type }) => ({ name, type })),
    rows: records.slice(0, ROWS).map((record) => at.map((index) => record[index] ?? null)),
  }
}

/** Cells in quotes, as this connector itself writes them. */
function parseCsv(text: string): (string | null)[][] {
  const records: (string | null)[][] = []
  let record: (string | null)[] = []
  for (const [, cell = '', end] of text.matchAll(/"((?:[^"]|"")*)"([,\n])/g)) {
    record.push(cell === '' ? null : cell.replaceAll('""', '"'))
    if (end === ',') continue
    records.push(record)
    record = []
  }
  return records
}
