import { AtlasError } from '../core/errors.ts'
import type { Sql } from '../core/sql.ts'
import type { CheckScope } from './check.ts'

/** The proved form of an expression over one row. Throws AtlasError `sql.forbidden` for one that no parser let through. */
export function provedExpression({ expressions }: Pick<CheckScope, 'expressions'>, text: string): Sql {
  const proved = expressions.get(text)
  if (proved !== undefined) return proved
  throw new AtlasError('sql.forbidden', `The expression "${text}" of a check was not let through.`, {
    next: 'Write a plain expression over the columns of the table.',
  })
}
