import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import path from 'node:path'
import { AtlasError } from '../../core/errors.ts'
import { ApiError } from './api-error.ts'
import type { ReadScope } from './read-scope.ts'
import type { Session } from './session.ts'
import { cellOf, csvLine, parseRecordPage } from './rest-records.ts'
import type { ResultPage } from './result-page.ts'
import { soqlText, writeSoql, type Soql } from './soql.ts'

/** Salesforce refuses addresses of more than 16,384 bytes. */
const LONGEST_ADDRESS = 16_000
const TRIES = 4
/** Ids of one question about rows that differ between two queries. */
const IDS = 100

type Cells = (string | null)[]

/**
 * Reads a query over REST into one file. A cursor that Salesforce has closed, or a page that is missing, means beginning again: nothing is landed before all is here.
 * More columns than an address can name are asked for in several queries, whose rows are put together by their id.
 * @throws AtlasError `source.incomplete`, `source.changed` and other `source.*`
 */
export async function readByRest(scope: ReadScope, soql: Soql): Promise<ResultPage> {
  for (let tries = 1; ; tries++) {
    try {
      const groups = splitColumns(scope, soql)
      return groups.length === 1 ? await readWhole(scope, soql) : await readInGroups(scope, soql, groups)
    } catch (error) {
      const expired = error instanceof ApiError && error.errorCode === 'INVALID_QUERY_LOCATOR'
      if (!(expired || (error instanceof AtlasError && error.code === 'source.incomplete')) || tries >= TRIES) throw error
      scope.context.log('warn', `${error.message} Reading ${scope.plan.object.name} again from its first row.`)
      await scope.session.pause(tries)
    }
  }
}

/** True when one address can name all columns. */
export function fitsAddress(scope: ReadScope, soql: Soql): boolean {
  return splitColumns(scope, soql).length === 1
}

async function readWhole(scope: ReadScope, soql: Soql): Promise<ResultPage> {
  const file = path.join(scope.context.scratch, `rest-${scope.nextFile()}.csv`)
  const out = createWriteStream(file)
  const names = scope.plan.columns.map((column) => column.from)
  const wanted = [...new Set(names)]
  let rows = 0
  try {
    await put(out, csvLine(wanted))
    for await (const records of recordPages(scope, scope.plan.select, soql)) {
      for (const record of records)
        await put(
          out,
          csvLine(
            await fillBlobs(
              scope,
              wanted,
              wanted.map((name) => cellOf(record, name)),
            ),
          ),
        )
      rows += records.length
    }
  } finally {
    out.end()
    await finished(out)
  }
  return { files: [{ path: file, bytes: out.bytesWritten }], rows, names: wanted }
}

async function put(out: ReturnType<typeof createWriteStream>, line: string): Promise<void> {
  if (!out.write(line)) await once(out, 'drain')
}

/** The content of each file in the place of its address. */
async function fillBlobs({ session, plan }: ReadScope, names: readonly string[], cells: Cells): Promise<Cells> {
  for (const name of plan.blobs) {
    const at = names.indexOf(name)
    const address = cells[at]
    if (address === null || address === undefined) continue
    cells[at] = await contentOf(session, address)
  }
  return cells
}

/** A file's content in base64; null when it went away since its row was read. */
async function contentOf(session: Session, address: string): Promise<string | null> {
  const chunks: Uint8Array[] = []
  try {
    const reply = await session.request({ path: address, headers: { accept: '*/*' } })
    for await (const chunk of reply.bytes()) chunks.push(chunk)
  } catch (error) {
    if (error instanceof ApiError && error.httpStatus === 404) return null
    throw error
  }
  return Buffer.concat(chunks).toString('base64')
}

/** Records, page after page. @throws AtlasError `source.incomplete` when they are fewer than the query has, `source.pagination_loop` */
async function* recordPages(
  { session, plan, context }: ReadScope,
  select: readonly string[],
  soql: Soql,
): AsyncGenerator<Record<string, unknown>[]> {
  const verb = plan.all ? '/queryAll' : '/query'
  const seen = new Set<string>()
  let page = parseRecordPage(await session.text({ path: verb, query: { q: writeSoql(select, soql) } }))
  let rows = 0
  for (;;) {
    context.signal.throwIfAborted()
    rows += page.records.length
    yield page.records
    if (page.next === null) break
    if (seen.has(page.next)) throw new AtlasError('source.pagination_loop', `Salesforce gave the same page of ${soql.from} twice.`)
    seen.add(page.next)
    page = parseRecordPage(await session.text({ path: page.next }))
  }
  if (rows !== page.totalSize)
    throw new AtlasError('source.incomplete', `Salesforce gave ${rows} of ${page.totalSize} rows of ${soql.from}.`)
}

/** The columns in groups that fit into an address; one group when all do. Each of several groups begins with Id and the stamp that tells of a change. */
function splitColumns({ session, plan }: ReadScope, soql: Soql): string[][] {
  const fits = (select: string[]): boolean =>
    session.addressBytes({ path: '/queryAll', query: { q: writeSoql(select, soql) } }) <= LONGEST_ADDRESS
  if (fits(plan.select)) return [plan.select]
  const stamp =
    plan.object.fields.find((field) => field.name === 'SystemModstamp') ??
    plan.object.fields.find((field) => field.name === 'LastModifiedDate')
  const shared = ['Id', ...(stamp === undefined ? [] : [stamp.name])]
  const sorted = { ...soql, tail: soql.tail ?? '' }
  if (!fits(shared))
    throw new AtlasError(
      'source.bad_query',
      `The conditions of ${sorted.from} alone are longer than an address may be (${LONGEST_ADDRESS} bytes).`,
    )
  const groups: string[][] = []
  let group = [...shared]
  for (const name of plan.select.filter((one) => !shared.includes(one))) {
    if (!fits([...group, name])) {
      groups.push(group)
      group = [...shared]
    }
    group.push(name)
  }
  return [...groups, group]
}

/** Rows of several queries put together. A row that changed between them is asked for again until all agree on it. */
async function readInGroups(scope: ReadScope, soql: Soql, groups: readonly string[][]): Promise<ResultPage> {
  const names = [...new Set(groups.flat())]
  const shared = (groups[0] ?? []).filter((name) => groups.every((group) => group.includes(name)))
  const whole = new Map<string, Cells>()
  let open: string[] | null = null
  for (let round = 1; open === null || open.length > 0; round++) {
    if (round > 5) throw new AtlasError('source.changed', `${open?.length ?? 0} rows of ${soql.from} change faster than they can be read.`)
    open = await joinGroups(scope, soql, groups, names, shared, open, whole)
  }
  const file = path.join(scope.context.scratch, `rest-${scope.nextFile()}.csv`)
  const out = createWriteStream(file)
  try {
    await put(out, csvLine(names))
    for (const cells of whole.values()) await put(out, csvLine(await fillBlobs(scope, names, cells)))
  } finally {
    out.end()
    await finished(out)
  }
  return { files: [{ path: file, bytes: out.bytesWritten }], rows: whole.size, names }
}

/** Reads all rows, or those with the ids given, in each group; returns the ids on which the groups do not agree. */
async function joinGroups(
  scope: ReadScope,
  soql: Soql,
  groups: readonly string[][],
  names: readonly string[],
  shared: readonly string[],
  ids: readonly string[] | null,
  whole: Map<string, Cells>,
): Promise<string[]> {
  const found = new Map<string, { cells: Cells; stamp: string; groups: number; same: boolean }>()
  const places = new Map(names.map((name, index) => [name, index]))
  for (const group of groups) {
    const at = group.map((name) => places.get(name) ?? 0)
    for (const where of questions(soql.where, ids)) {
      for await (const records of recordPages(scope, group, { ...soql, where })) {
        for (const record of records) {
          const stamp = shared.map((name) => cellOf(record, name)).join('|')
          const id = cellOf(record, 'Id') ?? ''
          const row = found.get(id) ?? { cells: names.map(() => null), stamp, groups: 0, same: true }
          row.groups++
          row.same &&= row.stamp === stamp
          group.forEach((name, index) => (row.cells[at[index] ?? 0] = cellOf(record, name)))
          found.set(id, row)
        }
      }
    }
  }
  const differing: string[] = []
  for (const [id, row] of found) {
    if (row.same && row.groups === groups.length) whole.set(id, row.cells)
    else differing.push(id)
  }
  return differing
}

function questions(where: readonly string[], ids: readonly string[] | null): string[][] {
  if (ids === null) return [[...where]]
  const parts: string[][] = []
  for (let at = 0; at < ids.length; at += IDS)
    parts.push([
      ...where,
      `Id IN (${ids
        .slice(at, at + IDS)
        .map(soqlText)
        .join(', ')})`,
    ])
  return parts
}
