import { raw, sql, type Sql } from '../../core/sql.ts'
import type { CopyTextColumn } from '../copy-text/scan-copy-text.ts'

/** A column of the source, and the way of its values into explore. */
export interface SourceColumn {
  name: string
  /** DuckDB type in explore. */
  type: string
  /** As declared, e.g. `numeric(12,2)`. */
  sourceType: string
  nullable: boolean
  /** Postgres' own name of the type, domains resolved, e.g. `int8`, `_text`. */
  base: string
  /** From the quoted column to what COPY prints. */
  print: (column: string) => string
  /** From the unescaped text to the value; ends with an error where the value does not fit. */
  cast: (text: Sql) => Sql
  /** As `cast`, but null where the value does not fit; null when every text fits. */
  tryCast: ((text: Sql) => Sql) | null
  /** The text never holds a character that is escaped. */
  plain: boolean
  /** Whether DuckDB's reader makes the same of the text as `cast`. */
  direct?: NonNullable<CopyTextColumn['direct']>
}

/** A type as the catalog has it, domains resolved. */
export interface CatalogType {
  base: string
  /** typcategory: `A` for arrays. */
  category: string
  /** Type modifier: precision and scale of a numeric; -1 for none. */
  modifier: number
}

type Way = Pick<SourceColumn, 'type' | 'print' | 'cast' | 'tryCast' | 'plain' | 'direct'>

const as = (type: string, text: Sql, keyword: 'cast' | 'try_cast') => sql`${raw(keyword)}(${text} as ${raw(type)})`
const same = (column: string) => column

/** A value that DuckDB reads from its text, once `prepare` has put it into DuckDB's spelling. */
function parsed(type: string, prepare: (text: Sql) => Sql = (text) => text): Way {
  return {
    type,
    print: same,
    cast: (text) => as(type, prepare(text), 'cast'),
    tryCast: (text) => as(type, prepare(text), 'try_cast'),
    plain: true,
  }
}

/** The reader parses it itself, to the same value or the same failure. Not a moment with a zone: one out of range would become NULL. */
function direct(way: Way, unless?: 'BC'): Way {
  return { ...way, direct: { type: way.type, ...(unless && { unless }) } }
}

const TEXT: Way = { type: 'VARCHAR', print: same, cast: (text) => text, tryCast: null, plain: false }
/** JSON is checked by DuckDB and otherwise kept byte for byte. */
const JSON_TEXT: Way = { ...parsed('JSON'), plain: false }
/** Of the printed `\x0a0b` only the backslash is escaped. */
const BYTES: Way = { type: 'BLOB', print: same, cast: (text) => sql`unhex(substr(${text}, 4))`, tryCast: null, plain: true }

/** DuckDB would read `0044-03-15 BC` as the year 44 after Christ, without an error. Its own spelling is `0044-03-15 (BC) 12:00:00`. */
const dateBc = (text: Sql) => sql`case when suffix(${text}, 'BC') then replace(${text}, ' BC', ' (BC)') else ${text} end`
const momentBc = (text: Sql) =>
  sql`case when suffix(${text}, 'BC') then regexp_replace(${text}, '^([^ ]+) ([^ ]+) BC$', '\\1 (BC) \\2') else ${text} end`

const WAYS: Record<string, Way> = {
  bool: direct(parsed('BOOLEAN')),
  int2: direct(parsed('SMALLINT')),
  int4: direct(parsed('INTEGER')),
  int8: direct(parsed('BIGINT')),
  oid: direct(parsed('BIGINT')),
  float4: direct(parsed('FLOAT')),
  float8: direct(parsed('DOUBLE')),
  date: direct(parsed('DATE', dateBc), 'BC'),
  time: parsed('TIME'),
  timestamp: direct(parsed('TIMESTAMP', momentBc), 'BC'),
  timestamptz: parsed('TIMESTAMP WITH TIME ZONE', momentBc),
  uuid: parsed('UUID'),
  json: JSON_TEXT,
  jsonb: JSON_TEXT,
  bytea: BYTES,
}

const MAX_PRECISION = 38

/**
 * How values of a type come into explore. What DuckDB has no exact type for is kept as the text that Postgres prints in a pinned session; arrays become
 * JSON.
 * @param moneyScale decimals of the type money in this database
 */
export function wayOf({ base, category, modifier }: CatalogType, moneyScale: number): Way {
  if (base === 'numeric') return numericWay(modifier)
  if (base === 'money') return { ...direct(parsed(`DECIMAL(19,${moneyScale})`)), print: (column) => `${column}::numeric` }
  if (category === 'A' && base.startsWith('_')) return { ...JSON_TEXT, print: (column) => `to_json(${column})` }
  return WAYS[base] ?? TEXT
}

/** Without a precision, or with one beyond 38 digits, a numeric is kept as its text: every digit and trailing zero, NaN and Infinity too. */
function numericWay(modifier: number): Way {
  if (modifier < 4) return TEXT_NUMBER
  const precision = ((modifier - 4) >> 16) & 0xffff
  // Eleven bits, signed: since Postgres 15 a scale may be below zero, or above the precision.
  const scale = (((modifier - 4) & 0x7ff) ^ 1024) - 1024
  const [digits, decimals] = scale < 0 ? [precision - scale, 0] : [Math.max(precision, scale), scale]
  return digits > MAX_PRECISION ? TEXT_NUMBER : direct(parsed(`DECIMAL(${digits},${decimals})`))
}

const TEXT_NUMBER: Way = { ...TEXT, plain: true }
