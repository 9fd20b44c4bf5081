import type { Field } from './fields.ts'
import type { Org, Row, SObject, Value } from './org.ts'
import { fieldOf, readerOf } from './soql.ts'

const NUMBERS = new Set(['int', 'double', 'currency', 'percent'])

/** Rows as the REST API writes them: attributes, datetimes with +0000, numbers as they are held. */
export function renderRecords(org: Org, object: SObject, rows: readonly Row[], select: readonly string[], version: string): string {
  return `[${rows.map((row) => renderRecord(org, object, row, select, version)).join(',')}]`
}

function renderRecord(org: Org, object: SObject, row: Row, select: readonly string[], version: string): string {
  const url = `/services/data/${version}/sobjects/${object.name}/${row.Id}`
  const members = [`"attributes":${JSON.stringify({ type: object.name, url })}`]
  const parents = new Map<string, string[]>()
  for (const name of select) {
    const [first = '', ...rest] = name.split('.')
    if (rest.length > 0) {
      parents.set(first, [...(parents.get(first) ?? []), rest.join('.')])
      continue
    }
    const { field } = fieldOf(org, object, name)
    members.push(`${JSON.stringify(field.name)}:${renderJson(org, object, row, field, url)}`)
  }
  for (const [relation, names] of parents)
    members.push(`${JSON.stringify(relation)}:${renderParent(org, object, row, relation, names, version)}`)
  return `{${members.join(',')}}`
}

function renderParent(org: Org, object: SObject, row: Row, relation: string, names: string[], version: string): string {
  const { path } = fieldOf(org, object, `${relation}.Id`)
  const id = row.values[path[0]?.name ?? '']
  const parent = org.object(path[0]?.referenceTo[0] ?? '')
  const found = typeof id === 'string' ? parent.rows.get(id) : undefined
  return found === undefined ? 'null' : renderRecord(org, parent, found, names, version)
}

function renderJson(org: Org, object: SObject, row: Row, field: Field, url: string): string {
  if (field.type === 'address') return renderAddress(object, row, field)
  if (field.type === 'base64') return JSON.stringify(`${url}/${field.name}`)
  const value = readerOf(org, object, field.name)(row)
  if (value === null) return 'null'
  if (NUMBERS.has(field.type)) return String(value)
  if (field.type === 'datetime') return JSON.stringify(String(value).replace(/Z$/, '+0000'))
  return JSON.stringify(value)
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
