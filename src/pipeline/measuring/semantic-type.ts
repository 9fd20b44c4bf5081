import { Entity } from '../../contract/pii.ts'
import { sql, type Sql } from '../../core/sql.ts'
import { sqlRecognizer } from '../../privacy/recognizers/index.ts'
import { isWhole } from '../../privacy/spans.ts'

/** True where the cell, white space around it aside, is one whole value of that kind of personal data; null for a kind that SQL cannot tell. */
export function semanticType(entity: string, cell: Sql): Sql | null {
  const known = Entity.safeParse(entity)
  const recognizer = known.success ? sqlRecognizer(known.data) : null
  return recognizer === null ? null : sql`coalesce(${isWhole(recognizer, cell)}, false)`
}
