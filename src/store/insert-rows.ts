import { type Kysely, sql } from 'kysely'
import type { Schema } from './schema.ts'

const MOST_ROWS = 5_000
const MOST_CHARACTERS = 8_000_000

/**
 * Inserts any number of rows with a statement for some thousands of them, which travel as one value. They have the columns of the first row; what goes into
 * a column of type jsonb is given as it is, and null is null.
 */
export async function insertRows(db: Kysely<Schema>, table: keyof Schema, rows: readonly Record<string, unknown>[]): Promise<void> {
  const [first] = rows
  if (first === undefined) return
  const columns = sql.join(Object.keys(first).map((column) => sql.ref(column)))
  for (const batch of batches(rows)) {
    await sql`insert into ${sql.table(table)} (${columns}) select ${columns} from jsonb_populate_recordset(null::${sql.table(table)}, ${batch}::jsonb)`.execute(
      db,
    )
  }
}

/** Rows as JSON, not too many nor too much at once. */
function* batches(rows: readonly Record<string, unknown>[]): Generator<string> {
  let batch: string[] = []
  let characters = 0
  for (const row of rows) {
    const text = JSON.stringify(row)
    if (batch.length === MOST_ROWS || (batch.length > 0 && characters + text.length > MOST_CHARACTERS)) {
      yield `[${batch.join(',')}]`
      batch = []
      characters = 0
    }
    batch.push(text)
    characters += text.length
  }
  yield `[${batch.join(',')}]`
}
