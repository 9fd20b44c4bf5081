import { AtlasError } from '../../core/errors.ts'
import type { ReadRequest, StreamColumn } from '../connector.ts'
import type { SalesforceSettings, SalesforceStreamOptions } from './settings.ts'
import { parseCustomSoql } from './custom-soql.ts'
import { cursorFields, type ObjectDescription } from './describe.ts'
import { duckTypeOf, isCompound, type Field } from './field-types.ts'
import { filterConditions } from './soql.ts'

/** Marks rows that Salesforce holds as deleted. */
export const DELETED = '_deleted'

/** A column as it is landed; `from` is the column of the answer that it comes from. */
export interface PlanColumn extends StreamColumn {
  from: string
}

/** What is asked for, and what becomes of it. */
export interface ReadPlan {
  object: ObjectDescription
  /** What stands after SELECT. */
  select: string[]
  columns: PlanColumn[]
  /** Conditions of every query: those of the filter, and of a query's own. */
  where: string[]
  tail: string
  /** With rows in the recycle bin. */
  all: boolean
  /** Null: Bulk takes it; otherwise why not. */
  bulkRefusal: string | null
  /** The field that rows are found anew by; null when none was asked for or none can be used. */
  cursor: Field | null
  /** Fields that change without the row's stamp. */
  silent: string[]
  /** Columns of the answer that hold the path of a file's content. */
  blobs: string[]
  /** COUNT() can tell how many rows the query has. */
  countable: boolean
}

/**
 * Settles what is asked of Salesforce for a stream.
 * @throws AtlasError `source.permission_denied`, `source.column_missing`, `source.cursor_invalid`, `source.bad_query`, `source.read_only`
 */
export function planRead(
  object: ObjectDescription,
  request: ReadRequest,
  settings: SalesforceSettings,
  options: SalesforceStreamOptions,
): ReadPlan {
  if (!object.queryable) throw new AtlasError('source.permission_denied', `${object.name} cannot be queried, says Salesforce.`)
  const incremental = request.mode === 'append' || request.mode === 'merge'
  const cursor = incremental ? cursorOf(object, request) : null
  const filter = request.where === null ? [] : filterConditions(request.where, object.fields, object.name)
  if (request.query !== null) return planQuery(object, request, settings, options, { cursor, filter })
  const fields = chosenFields(object, request.select, options, cursor)
  const hasBin = object.fields.some((field) => field.name === 'IsDeleted')
  const marks = settings.includeDeleted && hasBin
  const select = fields.map((field) => field.name)
  const columns = fields.map((field) => toColumn(field, options))
  if (marks && !select.includes('IsDeleted')) select.push('IsDeleted')
  if (marks) columns.push({ name: DELETED, from: 'IsDeleted', type: 'BOOLEAN', sourceType: 'boolean', nullable: false })
  const blobs = fields.filter((field) => field.type === 'base64').map((field) => field.name)
  const odd = fields.find((field) => field.type === 'base64' || isCompound(field))
  return {
    object,
    select,
    columns,
    where: filter,
    tail: '',
    all: settings.includeDeleted,
    bulkRefusal: odd === undefined ? null : `${odd.name} is a ${odd.type} field, which Bulk does not read`,
    cursor,
    silent: fields.filter((field) => field.calculated || options.formulaFields.includes(field.name)).map((field) => field.name),
    blobs,
    countable: true,
  }
}

function planQuery(
  object: ObjectDescription,
  request: ReadRequest,
  settings: SalesforceSettings,
  options: SalesforceStreamOptions,
  { cursor, filter }: { cursor: Field | null; filter: string[] },
): ReadPlan {
  const query = parseCustomSoql(request.query ?? '')
  if (!query.plain && (cursor !== null || filter.length > 0))
    throw new AtlasError(
      'source.bad_query',
      'A query with aggregates, subqueries, GROUP BY or LIMIT is read in full, without a cursor and without more conditions.',
    )
  const wanted = [...query.select]
  if (cursor !== null)
    for (const name of ['Id', cursor.name]) if (!wanted.some((item) => item.toLowerCase() === name.toLowerCase())) wanted.push(name)
  const columns = wanted.map((item, index): PlanColumn => {
    const field = object.fields.find((one) => one.name.toLowerCase() === item.toLowerCase())
    if (field !== undefined) return toColumn(field, options)
    const name = columnOf(item, index)
    return { name, from: name, type: item.startsWith('(') ? 'JSON' : 'VARCHAR', nullable: true }
  })
  const odd = wanted.some((item) =>
    object.fields.some((field) => field.name.toLowerCase() === item.toLowerCase() && (isCompound(field) || field.type === 'base64')),
  )
  return {
    object,
    select: wanted,
    columns,
    where: [...(query.where === null ? [] : [query.where]), ...filter],
    tail: cursor === null ? query.tail : '',
    all: settings.includeDeleted && wanted.some((item) => item.toLowerCase() === 'isdeleted'),
    bulkRefusal: query.plain && !odd ? null : 'the query has parts that Bulk does not take',
    cursor,
    silent: [],
    blobs: [],
    countable: query.plain,
  }
}

/** The name that Salesforce gives to what a SELECT names: an alias, a path, `expr0` for an aggregate. */
function columnOf(item: string, index: number): string {
  const subquery = /^\(\s*SELECT\b[\s\S]*?\bFROM\s+(\w+)/i.exec(item)
  if (subquery !== null) return subquery[1] ?? `expr${index}`
  const alias = /^\S+\([^)]*\)\s+(\w+)$/.exec(item)
  return alias?.[1] ?? (/\(/.test(item) ? `expr${index}` : item)
}

function toColumn(field: Field, options: SalesforceStreamOptions): PlanColumn {
  return { name: field.name, from: field.name, type: duckTypeOf(field, options.numbers), sourceType: field.type, nullable: field.nillable }
}

/** The fields to read: compound parents give way to their parts, files' contents are read when asked for. Id always, so that rows can be told apart. */
function chosenFields(
  object: ObjectDescription,
  select: readonly string[] | null,
  options: SalesforceStreamOptions,
  cursor: Field | null,
): Field[] {
  const known = new Map(object.fields.map((field) => [field.name.toLowerCase(), field]))
  const missing = (select ?? []).filter((name) => !known.has(name.toLowerCase()) && name !== DELETED)
  if (missing.length > 0) throw new AtlasError('source.column_missing', `${object.name} has no field ${missing.slice(0, 5).join(', ')}.`)
  const asked = new Set(select?.map((name) => name.toLowerCase()))
  return object.fields.filter((field) => {
    const isAsked = asked.has(field.name.toLowerCase())
    if (isCompound(field)) return options.compound && (select === null || isAsked)
    if (field.type === 'base64') return options.base64 && (select === null || isAsked)
    return select === null || isAsked || field.name === 'Id' || field.name === cursor?.name
  })
}

const ORDERED = new Set(['datetime', 'date', 'int', 'long', 'double', 'currency', 'percent'])

function cursorOf(object: ObjectDescription, request: ReadRequest): Field {
  const usual = cursorFields(object)
  const name = request.cursor?.column ?? usual[0]
  const candidates = `Fields that can be: ${usual.length === 0 ? 'none; read it in full' : usual.join(', ')}.`
  if (name === undefined)
    throw new AtlasError('source.cursor_invalid', `${object.name} has no field that tells when a row was changed. ${candidates}`)
  const field = object.fields.find((one) => one.name.toLowerCase() === name.toLowerCase())
  if (field === undefined)
    throw new AtlasError('source.cursor_invalid', `${object.name} has no field ${JSON.stringify(name)} to be the cursor. ${candidates}`)
  if (!field.filterable)
    throw new AtlasError(
      'source.cursor_invalid',
      `${object.name} cannot be filtered by ${field.name}, so it cannot be the cursor. ${candidates}`,
    )
  if (!ORDERED.has(field.type))
    throw new AtlasError('source.cursor_invalid', `${field.name} is of type ${field.type}, which has no order to read on by. ${candidates}`)
  return field
}
