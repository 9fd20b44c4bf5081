import { AtlasError } from '../../core/errors.ts'
import { raw, sql, type Sql } from '../../core/sql.ts'
import { closesAt } from './closes-at.ts'

const CALL = /^[a-z_][a-z0-9_]*\s*\(/i
const FILTERED = /^(.*\))\s*filter\s*\(\s*where\b(.*)\)$/is

/**
 * A plain aggregate call, such as `median(x)` or `avg(x) filter (where y)`, over the rows that a condition chooses.
 * @throws AtlasError `pipeline.invalid` for anything else
 */
export function filterAggregate(aggregate: Sql, where: Sql): Sql {
  const [, call = aggregate.text, filter] = FILTERED.exec(aggregate.text) ?? []
  if (CALL.test(call) && closesAt(call) === call.length - 1)
    return sql`${raw(call)} filter (where (${where})${filter === undefined ? raw('') : raw(` and (${filter})`)})`
  throw new AtlasError('pipeline.invalid', 'This check cannot be combined with a `where`.', {
    next: 'Leave the `where` out, or measure a transform that keeps only those rows.',
  })
}
