/** A piece of DuckDB SQL made only of constant text, quoted identifiers and quoted literals. */
export class Sql {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
  toString(): string {
    return this.text
  }
}

export type SqlValue = Sql | string | number | bigint | boolean | null

/** Quotes an identifier. The only place where Atlas does so. */
export function id(name: string): Sql {
  if (name.includes('\0')) throw new RangeError('an identifier cannot hold a NUL character')
  return new Sql(`"${name.replaceAll('"', '""')}"`)
}

/** Quotes a value as a DuckDB literal. Secrets are bound as parameters instead: literals show up in column names and plans. */
export function literal(value: Exclude<SqlValue, Sql>): Sql {
  if (value === null) return new Sql('null')
  if (typeof value === 'boolean' || typeof value === 'bigint') return new Sql(String(value))
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return new Sql(`'${value}'::double`)
    return new Sql(String(value))
  }
  if (value.includes('\0')) throw new RangeError('a text literal cannot hold a NUL character')
  return new Sql(`'${value.replaceAll("'", "''")}'`)
}

/** Template tag: `Sql` parts go in as they are, every other value as a quoted literal. */
export function sql(parts: TemplateStringsArray, ...values: SqlValue[]): Sql {
  let text = parts[0] ?? ''
  values.forEach((value, index) => {
    text += (value instanceof Sql ? value : literal(value)).text + (parts[index + 1] ?? '')
  })
  return new Sql(text)
}

/** Trusted constant SQL text (never anything that came from outside). */
export function raw(text: string): Sql {
  return new Sql(text)
}

/** Joins pieces with a separator, `, ` unless told. */
export function join(parts: readonly Sql[], separator = ', '): Sql {
  return new Sql(parts.map((part) => part.text).join(separator))
}

/** A DuckDB list literal of texts. */
export function list(values: readonly string[]): Sql {
  return new Sql(`[${values.map((value) => literal(value).text).join(', ')}]`)
}
