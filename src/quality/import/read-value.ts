/** A value of YAML or JSON as an object; null where it is none. */
export function asObject(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null
}

/** The objects of a list; what is none is left out. */
export function asObjects(value: unknown): Record<string, unknown>[] {
  return asList(value).flatMap((item) => {
    const object = asObject(item)
    return object === null ? [] : [object]
  })
}

/** A list as it is, nothing as an empty one, and a single value as a list of one. */
export function asList(value: unknown): unknown[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? (value as unknown[]) : [value]
}

export function asText(value: unknown): string | null {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null
}

/** A number, also one that is written as text (`10`, `1,000`, `5%`). */
export function asNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'string' || !/^\s*[-+]?[\d,_]*\.?\d+(e[-+]?\d+)?\s*%?\s*$/i.test(value)) return null
  const number = Number(value.replaceAll(/[%,_\s]/g, ''))
  return Number.isFinite(number) ? number : null
}

/** Texts, numbers and truth values of a list; null where something else stands in it, or nothing. */
export function asScalars(value: unknown): (string | number | boolean)[] | null {
  if (!Array.isArray(value)) return null
  const kept = (value as unknown[]).filter((item) => item !== null)
  const isScalar = (item: unknown): item is string | number | boolean => ['string', 'number', 'boolean'].includes(typeof item)
  return kept.length > 0 && kept.every(isScalar) ? kept : null
}

/** Names in a list, or of a text with commas between. */
export function asNames(value: unknown): string[] {
  const parts = typeof value === 'string' ? value.split(',') : asList(value).flatMap((item) => asText(item) ?? [])
  return parts.map(unquoted).filter((part) => part !== '')
}

/** A name without the quotes of SQL around it. */
export function unquoted(name: string): string {
  const text = name.trim()
  return /^(".*"|`.*`|'.*'|\[.*\])$/.test(text) ? text.slice(1, -1) : text
}

/** Whether a text is filled in by another program before it is read: Jinja, or a variable. */
export function isTemplate(text: string): boolean {
  return /\{\{|\{%|\$\{/.test(text)
}

/** A name as the id of a rule; left out where nothing of it is left. */
export function idOf(name: unknown): { id?: string } {
  if (typeof name !== 'string') return {}
  const id = name
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9._]+/g, '-')
    .replaceAll(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, 120)
  return id === '' ? {} : { id }
}

/** Whether a key turns something off: `false`, and what YAML before 1.2 takes for it. */
export function isOff(value: unknown): boolean {
  return value === false || (typeof value === 'string' && /^(?:false|no|off|n)$/i.test(value.trim()))
}

/** Whether a key turns something on: `true`, and what YAML before 1.2 takes for it. */
export function isOn(value: unknown): boolean {
  return value === true || (typeof value === 'string' && /^(?:true|yes|on|y)$/i.test(value.trim()))
}

/** What a table holds under a name from outside; undefined also for names that every object answers to, such as `constructor`. */
export function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}
