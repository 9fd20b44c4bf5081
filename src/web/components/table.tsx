import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react'

/**
 * A table with a sticky header that scrolls sideways under its first column. One tab stop: arrows, Home, End, PgUp and PgDn move, Enter opens.
 * @param maxHeight scrolls inside itself beyond this; as tall as its rows when left out
 */
export function Table({ label, head, children, maxHeight }: { label: string; head: ReactNode; children: ReactNode; maxHeight?: number }) {
  const ref = useRef<HTMLTableElement>(null)
  useEffect(() => {
    if (ref.current !== null) keepOneTabStop(ref.current)
  })
  return (
    <div className="scroller" style={maxHeight === undefined ? undefined : { maxHeight }}>
      <table
        ref={ref}
        role="grid"
        aria-label={label}
        className="table"
        onKeyDown={moveByKey}
        onFocus={(event) => rememberStop(event.currentTarget, event.target)}
      >
        <thead>{head}</thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  )
}

/** What opens over the table from one of its cells has tab stops and arrow keys of its own. */
const OVER = '[popover], dialog'

const FOCUSABLE = 'a[href], button:not(:disabled), select, input'

function stops(table: HTMLElement): HTMLElement[] {
  return [...table.querySelectorAll<HTMLElement>('tbody :is(a[href], button, select, input)')].filter(
    (element) => element.closest(OVER) === null,
  )
}

function keepOneTabStop(table: HTMLElement): void {
  const all = stops(table)
  const current = all.find((element) => element.dataset['stop'] === 'true') ?? all[0]
  for (const element of all) element.tabIndex = element === current ? 0 : -1
  // A table without anything to press must still scroll by keyboard.
  const scroller = table.parentElement!
  if (table.querySelector(FOCUSABLE) === null) scroller.tabIndex = 0
  else scroller.removeAttribute('tabindex')
}

function rememberStop(table: HTMLElement, target: HTMLElement): void {
  if (!stops(table).includes(target)) return
  for (const element of stops(table)) {
    element.dataset['stop'] = String(element === target)
    element.tabIndex = element === target ? 0 : -1
  }
}

const PAGE = 10

function moveByKey(event: KeyboardEvent<HTMLTableElement>): void {
  const target = event.target as HTMLElement
  if (target.matches('select, input') || target.closest(OVER) !== null) return
  const cell = target.closest<HTMLTableCellElement>('td, th')
  const row = cell?.closest('tr')
  if (cell == null || row == null || row.parentElement?.tagName !== 'TBODY') return
  const rows = [...event.currentTarget.tBodies[0]!.rows]
  const y = rows.indexOf(row)
  const jump: Record<string, () => HTMLElement | undefined> = {
    ArrowRight: () => beside(row, target, 1),
    ArrowLeft: () => beside(row, target, -1),
    ArrowDown: () => inColumn(rows[y + 1], cell.cellIndex),
    ArrowUp: () => inColumn(rows[y - 1], cell.cellIndex),
    PageDown: () => inColumn(rows[Math.min(rows.length - 1, y + PAGE)], cell.cellIndex),
    PageUp: () => inColumn(rows[Math.max(0, y - PAGE)], cell.cellIndex),
    Home: () => inRow(row)[0],
    End: () => inRow(row).at(-1),
  }
  const next = jump[event.key]?.()
  if (next === undefined) return
  event.preventDefault()
  next.focus()
}

function inRow(row: HTMLElement): HTMLElement[] {
  return [...row.querySelectorAll<HTMLElement>(FOCUSABLE)]
}

function beside(row: HTMLElement, target: HTMLElement, step: number): HTMLElement | undefined {
  const all = inRow(row)
  return all[all.indexOf(target) + step]
}

/** The widget in the same column, or the nearest one in the row. */
function inColumn(row: HTMLTableRowElement | undefined, column: number): HTMLElement | undefined {
  if (row === undefined) return undefined
  return row.cells[column]?.querySelector<HTMLElement>(FOCUSABLE) ?? inRow(row)[0]
}
