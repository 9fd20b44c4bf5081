import { widenType } from '../../core/evolve.ts'

/** Words for types in contracts of Atlas, Soda, dbt and databases, in lower case and without their parameters. */
const WORDS: Record<string, string> = {
  'text': 'VARCHAR',
  'string': 'VARCHAR',
  'varchar': 'VARCHAR',
  'char': 'VARCHAR',
  'character varying': 'VARCHAR',
  'character': 'VARCHAR',
  'nvarchar': 'VARCHAR',
  'str': 'VARCHAR',
  'tinyint': 'TINYINT',
  'smallint': 'SMALLINT',
  'int2': 'SMALLINT',
  'int': 'INTEGER',
  'int4': 'INTEGER',
  'integer': 'INTEGER',
  'bigint': 'BIGINT',
  'int8': 'BIGINT',
  'int64': 'BIGINT',
  'long': 'BIGINT',
  'hugeint': 'HUGEINT',
  'real': 'FLOAT',
  'float': 'DOUBLE',
  'float4': 'FLOAT',
  'float8': 'DOUBLE',
  'float64': 'DOUBLE',
  'double': 'DOUBLE',
  'double precision': 'DOUBLE',
  'bool': 'BOOLEAN',
  'boolean': 'BOOLEAN',
  'date': 'DATE',
  'time': 'TIME',
  'timestamp': 'TIMESTAMP',
  'datetime': 'TIMESTAMP',
  'timestamp without time zone': 'TIMESTAMP',
  'timestamptz': 'TIMESTAMP WITH TIME ZONE',
  'timestamp with time zone': 'TIMESTAMP WITH TIME ZONE',
  'uuid': 'UUID',
  'json': 'JSON',
  'jsonb': 'JSON',
  'decimal': 'DECIMAL',
  'numeric': 'DECIMAL',
  'number': 'DECIMAL',
}

/** The DuckDB type that a word for a type means; the word itself where it is none of the known. `DECIMAL` alone is any decimal. */
export function typeOfWord(word: string): string {
  const plain = word.trim().toLowerCase().replace(/\s+/g, ' ')
  const match = /^([a-z0-9_ ]+?)\s*\(([\d, ]+)\)$/.exec(plain)
  const known = WORDS[match?.[1] ?? plain]
  if (known === undefined) return word.trim().toUpperCase()
  if (known !== 'DECIMAL' || match === null) return known
  const [precision = '18', scale = '0'] = match[2]!.split(',').map((part) => part.trim())
  return `DECIMAL(${precision},${scale})`
}

/**
 * What became of a column's type. `widened`: every value of the type expected fits the type that came. `narrowed`: it does not, or the meaning is
 * another; text takes every value and loses what it meant, so it is not wider.
 */
export function compareTypes(expected: string, actual: string): 'same' | 'widened' | 'narrowed' {
  if (expected === actual || (expected === 'DECIMAL' && actual.startsWith('DECIMAL('))) return 'same'
  if (actual === 'VARCHAR') return 'narrowed'
  return widenType(expected, actual) === actual ? 'widened' : 'narrowed'
}

/** 0 to 1: how many characters two names share, by the edits from one to the other. Case and separators do not count. */
export function nameSimilarity(a: string, b: string): number {
  const [x, y] = [plainName(a), plainName(b)]
  const longer = Math.max(x.length, y.length)
  return longer === 0 ? 0 : 1 - editDistance(x, y) / longer
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...b].entries()) next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (letter === other ? 0 : 1)))
    row = next
  }
  return row.at(-1)!
}
