/**
 * The DuckDB type in which Parquet keeps every value of a type exactly: Parquet has no 128-bit integers (DuckDB would write doubles), no
 * intervals below a millisecond, no bit strings, unions or enums. Nested types are as their parts.
 */
export function storableType(type: string): string {
  if (type === 'HUGEINT' || type === 'UHUGEINT') return 'DECIMAL(38,0)'
  if (type === 'INTERVAL' || type === 'BIT' || type === 'BIGNUM' || type === 'TIME WITH TIME ZONE' || type === 'TIMETZ') return 'VARCHAR'
  if (type.startsWith('ENUM(') || type.startsWith('UNION(')) return 'VARCHAR'
  return type === '"NULL"' ? 'INTEGER' : type
}
