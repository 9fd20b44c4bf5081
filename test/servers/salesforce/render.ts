import type { Field } from './fields.ts'
import type { Org, Row, SObject, Value } from './org.ts'
import { fieldOf, readerOf } from './soql.ts'

const NUMBERS = new Set(['int', 'double', 'currency', 'percent'])

/** Rows as the REST API writes them: attributes, datetimes with +0000, numbers as they are held. */
export function renderRecords(org: Org, object: SObject, rows: readonly Row[], select: readonly string[], version: string): string {
  const render = recordRenderer(org, object, select, version)
  return `[${rows.map(render).join(',')}]`
}

function recordRenderer(org: Org, object: SObject, select: readonly string[], version: string): (row: Row) => string {
  const parents = new Map<string, string[]>()
  const members: ((row: Row, url: string) => string)[] = []
  for (const name of select) {
    const [first = '', ...rest] = name.split('.')
    if (rest.length > 0) parents.set(first, [...(parents.get(first) ?? []), rest.join('.')])
    else {
      const { field } = fieldOf(org, object, name)
      const value = valueRenderer(org, object, field)
      members.push((row, url) => `${JSON.stringify(field.name)}:${value(row, url)}`)
    }
  }
  for (const [relation, names] of parents) {
    const { path } = fieldOf(org, object, `${relation}.Id`)
    const parent = org.object(path[0]?.referenceTo[0] ?? '')
    const render = recordRenderer(org, parent, names, version)
    members.push((row) => {
      const found = parent.rows.get(String(row.values[path[0]?.name ?? '']))
      return `${JSON.stringify(relation)}:${found === undefined ? 'null' : render(found)}`
    })
  }
  return (row) => {
    const url = `/services/data/${version}/sobjects/${object.name}/${row.Id}`
    const attributes = `"attributes":${JSON.stringify({ type: object.name, url })}`
    return `{${[attributes, ...members.map((one) => one(row, url))].join(',')}}`
  }
}

function valueRenderer(org: Org, object: SObject, field: Field): (row: Row, url: string) => string {
  if (field.type === 'address') return (row) => renderAddress(object, row, field)
  const read = readerOf(org, object, field.name)
  return (row, url) => {
    const value = read(row)
    if (value === null) return 'null'
    if (field.type === 'base64') return JSON.stringify(`${url}/${field.name}`)
    if (NUMBERS.has(field.type)) return String(value)
    return field.type === 'datetime' ? JSON.stringify(String(value).replace(/Z$/, '+0000')) : JSON.stringify(value)
  }
}

function renderAddress(object: SObject, row: Row, field: Field): string {
  const parts = object.fields.filter((one) => one.compoundFieldName === field.name)
  const prefix = field.name.replace(/Address$/, '')
  const entries = parts.map((part) => [part.name.slice(prefix.length).toLowerCase(), row.values[part.name] ?? null] as const)
  if (entries.every(([, value]) => value === null)) return 'null'
  return JSON.stringify(Object.fromEntries(entries))
}

/** Rows as Bulk 2.0 writes them: every cell in quotes, nothing where there is no value, datetimes with Z. */
export function renderCsv(
  org: Org,
  object: SObject,
  rows: readonly Row[],
  select: readonly string[],
  separator: string,
  newline: string,
): Buffer {
  const cell = (value: Value): string => `"${value === null ? '' : String(value).replaceAll('"', '""')}"`
  const names = select.map((name) => fieldOf(org, object, name))
  const header = select.map((name, index) => cell(name.includes('.') ? name : (names[index]?.field.name ?? name))).join(separator)
  const readers = select.map((name) => readerOf(org, object, name))
  const lines = [header]
  for (const row of rows) lines.push(readers.map((read) => cell(read(row))).join(separator))
  return Buffer.from(lines.join(newline) + newline)
}
