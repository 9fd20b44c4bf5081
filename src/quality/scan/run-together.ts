import type { Sql } from '../../core/sql.ts'
import type { Row } from './measured.ts'
import { endsEverything, faultOf, type TableReader } from './table-reader.ts'

export interface Together<Item> {
  /** What the items that ran answered. */
  row: Row
  /** Why each of the others could not run. */
  faults: Map<Item, string>
}

type Build<Item> = (items: readonly Item[], relation: Sql) => Sql

/**
 * Runs all items in one query. When it fails, the faulty ones are found by halves, first on a few rows and only then on all, set aside, and the rest
 * run together. Items that fail only in company, such as for want of memory, answer from smaller queries.
 * @param isRisky people wrote some of the items: they are tried on a few rows before the table is read
 * @throws what the query throws without any item, and every error that no item is to blame for
 */
export async function runTogether<Item>(
  reader: TableReader,
  items: readonly Item[],
  build: Build<Item>,
  isRisky: boolean,
): Promise<Together<Item>> {
  const faults = new Map<Item, string>()
  const healthy = isRisky ? await probed(reader, items, build, faults) : items
  const row = await attempt(() => reader.scan((relation) => build(healthy, relation)))
  if (!(row instanceof Failure)) return { row, faults }
  await reader.probe((relation) => build([], relation))
  const left = isRisky ? healthy : await probed(reader, healthy, build, faults)
  return { row: await scanned(reader, left, build, faults, left.length === healthy.length), faults }
}

class Failure {
  readonly reason: unknown
  constructor(reason: unknown) {
    this.reason = reason
  }
}

async function attempt<T>(work: () => Promise<T>): Promise<T | Failure> {
  try {
    return await work()
  } catch (error) {
    if (endsEverything(error)) throw error
    return new Failure(error)
  }
}

/** The items that run on the first rows; the others join the faults. */
async function probed<Item>(
  reader: TableReader,
  items: readonly Item[],
  build: Build<Item>,
  faults: Map<Item, string>,
): Promise<readonly Item[]> {
  if (items.length === 0) return items
  const tried = await attempt(() => reader.probe((relation) => build(items, relation)))
  if (!(tried instanceof Failure)) return items
  if (items.length === 1) {
    faults.set(items[0]!, faultOf(tried.reason))
    return []
  }
  const half = items.length >> 1
  const first = await probed(reader, items.slice(0, half), build, faults)
  return [...first, ...(await probed(reader, items.slice(half), build, faults))]
}

/** The answers of all items, in as few scans as the faulty ones among them allow. @param hasFailed they did, together */
async function scanned<Item>(
  reader: TableReader,
  items: readonly Item[],
  build: Build<Item>,
  faults: Map<Item, string>,
  hasFailed: boolean,
): Promise<Row> {
  const row = hasFailed ? new Failure('') : await attempt(() => reader.scan((relation) => build(items, relation)))
  if (!(row instanceof Failure)) return row
  const before = faults.size
  const merged = await halves(reader, items, build, faults)
  if (faults.size === before) return merged
  const healthy = items.filter((item) => !faults.has(item))
  // Counts over several items are whole only when they ran together.
  const together = await attempt(() => reader.scan((relation) => build(healthy, relation)))
  return together instanceof Failure ? merged : together
}

async function halves<Item>(reader: TableReader, items: readonly Item[], build: Build<Item>, faults: Map<Item, string>): Promise<Row> {
  const parts = items.length < 2 ? [items] : [items.slice(0, items.length >> 1), items.slice(items.length >> 1)]
  let merged: Row = {}
  for (const part of parts) {
    const row = await attempt(() => reader.scan((relation) => build(part, relation)))
    if (!(row instanceof Failure)) merged = combine(merged, row)
    else if (part.length === 1) faults.set(part[0]!, faultOf(row.reason))
    else if (part.length > 1) merged = combine(merged, await halves(reader, part, build, faults))
  }
  return merged
}

/** Rows that break a rule of one part or of another: their sum is never too low. */
function combine(one: Row, other: Row): Row {
  const broken = Object.keys(other).filter((name) => name.includes('broken_') && name in one && !/_\d+$/.test(name))
  return { ...one, ...other, ...Object.fromEntries(broken.map((name) => [name, Number(one[name] ?? 0) + Number(other[name] ?? 0)])) }
}
