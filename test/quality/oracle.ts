/** One cell as JavaScript sees it; decimals in hundredths, dates in days since 1970. */
export type Cell = string | number | bigint | null
export type OracleRow = Record<string, Cell>
export interface OracleColumn {
  name: string
  type: 'VARCHAR' | 'BIGINT' | 'DOUBLE' | 'DECIMAL(12,2)' | 'DATE'
}

/** A rule as SQL sees it, and the same thing said again in JavaScript, row by row. */
export interface OracleRule {
  check: string
  options: Record<string, unknown>
  where?: string
  eligible: (row: OracleRow) => boolean
  failing: (row: OracleRow) => boolean
  /** Of rules that put rows together: rows with the same key. */
  key?: (row: OracleRow) => string
  /** Whether the eligible rows of a group fail. */
  groupFails?: (rows: readonly OracleRow[]) => boolean
}

const WORDS = ['n/a', 'n.a.', '#n/a', 'null', '(null)', '<null>', 'nan', '-', '--', '?']

/** NULL, blank, or a word for no value with blanks around it; a word with more than ten bytes around it is a text. */
export function isMissingText(cell: Cell): boolean {
  if (cell === null) return true
  const text = String(cell)
  const bare = text.replaceAll(/^[ \t\n\f\r\u00a0]+|[ \t\n\f\r\u00a0]+$/g, '')
  if (bare === '') return true
  const startsBlank = /^[ \t\n\f\r\u00a0]/.test(text)
  return WORDS.includes(bare.toLowerCase()) && (startsBlank || Buffer.byteLength(text) <= 10)
}

export function isMissingCell({ type, name }: OracleColumn, row: OracleRow): boolean {
  return type === 'VARCHAR' ? isMissingText(row[name]!) : row[name] === null
}

/** Failing and eligible rows of one rule, found one row after the other. */
export function failingRows(rule: OracleRule, rows: readonly OracleRow[]): { eligible: OracleRow[]; failing: OracleRow[] } {
  const eligible = rows.filter(rule.eligible)
  if (rule.key === undefined || rule.groupFails === undefined) return { eligible, failing: eligible.filter(rule.failing) }
  const groups = new Map<string, OracleRow[]>()
  for (const row of eligible) groups.set(rule.key(row), [...(groups.get(rule.key(row)) ?? []), row])
  return { eligible, failing: [...groups.values()].filter(rule.groupFails).flat() }
}
