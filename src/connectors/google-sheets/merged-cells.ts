import type { Merge, Table } from './find-table.ts'

/** Merged cells that go down over rows, met from top to bottom. */
export interface MergedCells<Cell> {
  /** Tells the cells of a row (by place in the area) before its rows below are asked for. */
  pass(row: number, cellAt: (at: number) => Cell | null): void
  /** The merged cells that cover a row below their first, by place in the area. */
  covering(row: number): { at: number; cell: Cell }[]
  /** Last row that a merged cell with a value makes a row of the table although nothing else stands in it. */
  lastCovered(): number
}

/**
 * Follows the merged cells of a table. Sheets gives a merged cell's value to its first row alone. A row below it counts as a row of the table where the merge is one column wide; a wider
 * one is a heading or a note.
 */
export function followMerged<Cell>({ merges, area }: Pick<Table, 'merges' | 'area'>, headerRow: number): MergedCells<Cell> {
  const isWithin = (merge: Merge): boolean => merge.firstColumn >= area.firstColumn && merge.firstColumn <= area.lastColumn
  const starts = Map.groupBy(
    merges.filter((merge) => merge.lastRow > merge.firstRow && merge.firstRow > headerRow && isWithin(merge)),
    (merge) => merge.firstRow,
  )
  let open: { at: number; cell: Cell; lastRow: number }[] = []
  let covered = 0
  return {
    pass: (row, cellAt) => {
      for (const merge of starts.get(row) ?? []) {
        const at = merge.firstColumn - area.firstColumn
        const cell = cellAt(at)
        if (cell === null) continue
        open.push({ at, cell, lastRow: merge.lastRow })
        if (merge.lastColumn === merge.firstColumn) covered = Math.max(covered, Math.min(merge.lastRow, area.lastRow))
      }
    },
    covering: (row) => {
      if (open.length > 0) open = open.filter((one) => one.lastRow >= row)
      return open
    },
    lastCovered: () => covered,
  }
}
