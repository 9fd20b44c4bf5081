/**
 * "line 2, column 7" for a place in a text, both counted from 1 in characters.
 * @param unit DuckDB counts the places of syntax errors in characters and those of parsed nodes in UTF-8 bytes
 */
export function textPosition(text: string, offset: number, unit: 'characters' | 'bytes'): string {
  const before = unit === 'bytes' ? Buffer.from(text).subarray(0, offset).toString() : Array.from(text).slice(0, offset).join('')
  const lines = before.split('\n')
  return `line ${lines.length}, column ${Array.from(lines.at(-1) ?? '').length + 1}`
}
