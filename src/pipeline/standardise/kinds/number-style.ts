import { raw, sql, type Sql } from '../../../core/sql.ts'

/** How numbers are written: which character starts the decimals, and which may group thousands. */
export interface NumberStyle {
  decimal: '.' | ','
  group: '.' | ','
}

export const DOT: NumberStyle = { decimal: '.', group: ',' }
export const COMMA: NumberStyle = { decimal: ',', group: '.' }

/** RE2: a whole number or decimal without needless zeros in front; thousands either all grouped or not at all. */
export function numberPattern({ decimal, group }: NumberStyle): string {
  return `-?(?:0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:[${group}][0-9]{3})+)(?:[${decimal}][0-9]+)?`
}

/** The number as DuckDB writes it: no groups, a dot before the decimals. */
export function plainNumber(cell: Sql, style: NumberStyle): Sql {
  if (style.decimal === '.') return sql`replace(${cell}, ',', '')`
  return sql`replace(replace(${cell}, '.', ''), ',', '.')`
}

/** Digits before and after the decimal dot of a plain number. */
export function digitCounts(plain: Sql): { whole: Sql; scale: Sql } {
  const dot = sql`strpos(${plain}, '.')`
  const sign = sql`(case when starts_with(${plain}, '-') then 1 else 0 end)`
  return {
    whole: sql`(case when ${dot} = 0 then strlen(${plain}) else ${dot} - 1 end) - ${sign}`,
    scale: sql`(case when ${dot} = 0 then 0 else strlen(${plain}) - ${dot} end)`,
  }
}

/** The smallest exact type for so many digits; null past 38. Decimals past 18 digits are slow to read, so none is wider than needed. */
export function exactNumberType(whole: number, scale: number): string | null {
  if (scale === 0 && whole <= 18) return 'BIGINT'
  const precision = Math.max(whole + scale, 1)
  return precision <= 38 ? `DECIMAL(${precision},${scale})` : null
}

/** `try_cast` to a type that is named in code, never by a user. */
export function tryCast(text: Sql, type: string): Sql {
  return sql`try_cast(${text} as ${raw(type)})`
}
