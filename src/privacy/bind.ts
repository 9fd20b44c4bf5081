import { raw, sql, type Sql } from '../core/sql.ts'

/** Evaluates `value` once under a name: SQL has no `let`, and a repeated expression inside CASE or a lambda is evaluated each time. */
export function bind(name: string, value: Sql, body: (bound: Sql) => Sql): Sql {
  const bound = raw(name)
  return sql`list_transform([${value}], lambda ${bound}: ${body(bound)})[1]`
}

/** The text without the characters that separate groups of digits. */
export function withoutSeparators(text: Sql): Sql {
  return sql`replace(replace(replace(${text}, ' ', ''), '-', ''), chr(160), '')`
}
