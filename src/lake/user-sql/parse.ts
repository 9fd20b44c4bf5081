import type { DuckDBConnection } from '@duckdb/node-api'
import { AtlasError } from '../../core/errors.ts'
import { checkStatement } from './check-statement.ts'
import { textPosition } from './text-position.ts'

/** Characters of one statement. */
export const maxSqlLength = 100_000
/** Characters of the parsed form: about 30,000 constants. More would hold up the server while it is checked. */
const maxParsedLength = 5_000_000

export interface UserSql {
  /** What the user wrote, unchanged. */
  text: string
  /** The parsed statement as `json_serialize_sql` gives it. */
  statement: unknown
  /** Datasets named, as `layer.name` in lower case, each once, in order. */
  datasets: string[]
}

let parser: Promise<DuckDBConnection> | undefined

/**
 * Parses one SELECT and checks that it names nothing but datasets, CTEs and allowed functions. Nothing is executed.
 * @throws AtlasError `sql.syntax`, `sql.not_select`, `sql.forbidden_table`, `sql.forbidden_function`, `sql.forbidden`
 */
export async function parseUserSql(text: string): Promise<UserSql> {
  if (text.length > maxSqlLength) throw new AtlasError('sql.syntax', `The SQL has ${text.length} characters; the limit is ${maxSqlLength}.`)
  if (text.includes('\0')) throw new AtlasError('sql.syntax', 'The SQL holds a NUL character.')
  const parsed = await serialise(text)
  if (parsed.error) throw parseError(parsed, text)
  if (parsed.statements.length !== 1)
    throw new AtlasError('sql.not_select', `Expected one SELECT, found ${parsed.statements.length} statements.`)
  const statement = parsed.statements[0]
  return { text, statement, datasets: checkStatement(statement, text) }
}

interface Failed {
  error: true
  error_type: string
  error_message: string
  position?: string
}
type Parsed = Failed | { error: false; statements: unknown[] }

async function serialise(text: string): Promise<Parsed> {
  parser ??= openParser()
  const connection = await parser
  const reader = await connection.runAndReadAll('select json_serialize_sql($1::varchar)', [text])
  const parsed = String(reader.getRows()[0]?.[0])
  if (parsed.length > maxParsedLength)
    throw new AtlasError('sql.forbidden', 'The SQL has too many parts; the limit is about 30,000 constants or columns.')
  return JSON.parse(parsed) as Parsed
}

/** An instance that only parses: user text reaches it as a parameter and is never run. */
async function openParser(): Promise<DuckDBConnection> {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '256MB', temp_directory: '' })
  const connection = await instance.connect()
  await connection.run('set enable_external_access = false')
  await connection.run('set lock_configuration = true')
  return connection
}

function parseError(failed: Failed, text: string): AtlasError {
  if (failed.error_type !== 'parser') {
    return new AtlasError(
      'sql.not_select',
      'The text holds a statement that is not a SELECT. PIVOT is written: from t pivot (sum(x) for y in (…)).',
    )
  }
  if (/A CTE needs a SELECT/.test(failed.error_message))
    return new AtlasError('sql.not_select', 'A CTE holds a statement that is not a SELECT.')
  const offset = Number(failed.position ?? Number.NaN)
  const place = Number.isNaN(offset) ? '' : ` (${textPosition(text, offset, 'characters')})`
  return new AtlasError('sql.syntax', `${failed.error_message}${place}`)
}
