/** Cells of one column that were looked at. */
export interface ColumnSample {
  /** Rows for each different text; blanks left out. */
  cells: ReadonlyMap<string, number>
  /** Non-blank cells looked at. */
  rows: number
  /** Rows of the table. */
  of: number
  /** Every row was looked at. */
  isAll: boolean
}

/** Rows that are looked at in a large table. */
export const SAMPLE_ROWS = 10_000
/** Characters of a cell that are looked at in a sample. */
export const SAMPLE_CHARACTERS = 4000

/** A sample out of texts, each for so many rows. */
export function columnSample(texts: Iterable<readonly [string, number]>, of: number, isAll: boolean): ColumnSample {
  const cells = new Map<string, number>()
  let rows = 0
  for (const [text, count] of texts) {
    if (text.trim() === '') continue
    cells.set(text, (cells.get(text) ?? 0) + count)
    rows += count
  }
  return { cells, rows, of, isAll }
}
