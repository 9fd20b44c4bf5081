/** Characters of a cell at most; longer text is cut. */
export const CELL = 60

/** Rows as text in columns as wide as their widest cell (60 characters at most), for terminals. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [header, ...rows].map((row) => row.map(shorten))
  const widths = header.map((_, index) => Math.max(...cells.map((row) => row[index]?.length ?? 0)))
  const numeric = header.map((_, index) => rows.length > 0 && rows.every((row) => /^(-?\d+(\.\d+)?|null)$/.test(row[index] ?? '')))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, index) => (numeric[index] === true ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0)))
      .join('  ')
      .trimEnd()
  const rule = widths.map((width) => '─'.repeat(width)).join('  ')
  const [head, ...body] = cells
  return [line(head ?? []), rule, ...body.map(line), ''].join('\n')
}

function shorten(cell: string): string {
  const visible = cell.replace(/[\u0000-\u001f\u007f]/g, ' ')
  return visible.length > CELL ? `${visible.slice(0, CELL - 1)}…` : visible
}
