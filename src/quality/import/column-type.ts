/** Names of types in databases and data frames, by what Atlas calls them. */
const types: [RegExp, string][] = [
  [/^(n?(var)?char|character varying|character|n?text|string|str|varchar2|clob|bpchar|object|stringtype|string_)$/, 'text'],
  [/^(int|int4|int32|integer|smallint|int2|int16|tinyint|int8_t|mediumint|integertype|shorttype|int_)$/, 'integer'],
  [/^(bigint|int8|int64|long|longtype)$/, 'bigint'],
  [/^(double|double precision|float8|float64|float|real|float4|float32|doubletype|floattype|float_)$/, 'double'],
  [/^(bool|boolean|booleantype|bool_)$/, 'boolean'],
  [/^(date|datetype)$/, 'date'],
  [/^(time|time without time zone)$/, 'time'],
  [/^(timestamp|timestamp without time zone|timestamp_ntz|datetime|datetime2|datetime64(\[ns\])?|timestamptype)$/, 'timestamp'],
  [/^(timestamptz|timestamp with time zone|timestamp_tz|timestamp_ltz|datetimeoffset)$/, 'timestamptz'],
  [/^(uuid|uniqueidentifier)$/, 'uuid'],
  [/^(json|jsonb|variant)$/, 'json'],
]

/** What Atlas calls a type of a database or data frame, in the words of a contract's columns; null for one that it has not. */
export function toColumnType(type: string): string | null {
  const plain = type.trim().toLowerCase().replaceAll(/\s+/g, ' ')
  const decimal = /^(?:decimal|numeric|number|dec)\s*\(\s*(\d{1,2})\s*(?:,\s*(\d{1,2})\s*)?\)$/.exec(plain)
  if (decimal !== null) return Number(decimal[1]) <= 38 ? `decimal(${decimal[1]},${decimal[2] ?? '0'})` : null
  const bare = plain.replace(/\s*\(\s*[\d, ]+\s*\)/, '')
  return types.find(([pattern]) => pattern.test(bare))?.[1] ?? null
}
