import { ENTITIES, isEntity, type Entity } from '../../contract/entities.ts'
import type { Query } from '../../core/query.ts'
import { id, join, raw, sql, type Sql } from '../../core/sql.ts'
import type { ColumnFinding } from '../classify-columns.ts'
import { columnAnalyzer } from '../column-analyzer.ts'
import { percent } from '../percent.ts'
import { recognizers } from '../recognizers/index.ts'
import type { ClassifiedColumn } from '../searched-column.ts'
import { locateSpans } from '../spans.ts'
import { columnSample, SAMPLE_CHARACTERS } from './column-sample.ts'
import { isWholeTable, takenAtRandom, type Extent } from './extent.ts'
import { judgePersons, personAnalyzer } from './judge-persons.ts'
import { missBound } from './miss-bound.ts'

/** Where in a nested value something stands, e.g. `$.contact.email` or `$.ids[*]`. */
interface Leaf {
  path: string
  key: string
  text: string
}

/**
 * What the strings and numbers of nested columns (JSON, structs, lists, maps) hold, in rows taken at random. The key they stand under counts as a word nearby.
 * Throws what the query throws.
 */
export async function judgeNested(
  query: Query,
  relation: Sql,
  columns: readonly ClassifiedColumn[],
  extent: Extent,
  entities: readonly Entity[],
): Promise<ColumnFinding[]> {
  if (columns.length === 0) return []
  const texts = columns.map(({ name }, index) => sql`to_json(${id(name)})::varchar as ${raw(`j${index}`)}`)
  const lists = columns.map(
    (_, index) => sql`list(${raw(`j${index}`)}) filter (where ${raw(`j${index}`)} is not null) as ${raw(`j${index}`)}`,
  )
  // Taken first, so that only those rows are written as JSON.
  const names = columns.map(({ name }) => id(name))
  const taken = sql`(select ${join(names)} from ${relation} where ${takenAtRandom(extent)})`
  const [row = {}] = await query.rows(sql`select ${join(lists)} from (select ${join(texts)} from ${taken})`)
  const analyzer = columnAnalyzer(entities)
  return columns.flatMap(({ name }, index) => {
    const cells = ((row[`j${index}`] ?? []) as unknown[]).map(String).filter((text) => text !== 'null')
    const kinds = judgeCells(name, cells, extent, (leaf) => [
      ...recognizers.filter((recognizer) => locateSpans(recognizer, leaf.text).length > 0).map((recognizer) => recognizer.id),
      ...analyzer(leaf.text, leaf.key).map(({ entity }) => entity),
    ])
    return [...kinds, ...judgeNames(name, cells, extent)]
  })
}

/** Names of persons: the strings under one path are judged like the cells of a column called by their key. */
function judgeNames(column: string, cells: readonly string[], extent: Extent): ColumnFinding[] {
  const leaves = cells.flatMap(leavesOf)
  const analyzer = personAnalyzer()
  const found = [...Map.groupBy(leaves, ({ path }) => path)].flatMap(([path, those]) => {
    const sample = columnSample(
      those.map(({ text }) => [text, 1] as const),
      those.length,
      true,
    )
    const finding = judgePersons(those[0]?.key ?? column, sample, analyzer)
    return finding === null ? [] : [{ path, finding }]
  })
  const [first] = found.toSorted((a, b) => b.finding.matches - a.finding.matches)
  if (first === undefined) return []
  const { entity, confidence, matches: held } = first.finding
  // Values under one path may be several in a cell, so that cells are what can be said at most.
  const matches = Math.min(held, cells.length)
  const sampled = isWholeTable(extent) ? null : { rows: cells.length, of: extent.rows, missBound: missBound(matches, cells.length) }
  const at = found.map(({ path }) => path).slice(0, 3)
  return [
    {
      column,
      entity,
      matches,
      rows: cells.length,
      confidence,
      within: 'text',
      kind: 'free_text',
      sampled,
      evidence: [`values looked at hold this: ${ENTITIES.get(entity)?.title ?? entity}, by lists and rules`, `at ${at.join(', ')}`],
    },
  ]
}

function judgeCells(name: string, cells: readonly string[], extent: Extent, find: (leaf: Leaf) => Entity[]): ColumnFinding[] {
  const rows = new Map<Entity, { matches: number; paths: Map<string, number> }>()
  for (const cell of cells) {
    const seen = new Set<Entity>()
    for (const leaf of leavesOf(cell)) {
      for (const entity of find(leaf)) {
        if (!isEntity(entity)) continue
        const one = rows.get(entity) ?? { matches: 0, paths: new Map<string, number>() }
        rows.set(entity, one)
        if (!seen.has(entity)) one.matches += 1
        seen.add(entity)
        one.paths.set(leaf.path, (one.paths.get(leaf.path) ?? 0) + 1)
      }
    }
  }
  const isAll = isWholeTable(extent)
  return [...rows].map(([entity, { matches, paths }]) => ({
    column: name,
    entity,
    matches,
    rows: cells.length,
    confidence: 0.9,
    within: 'text' as const,
    kind: 'free_text' as const,
    sampled: isAll ? null : { rows: cells.length, of: extent.rows, missBound: missBound(matches, cells.length) },
    evidence: [
      `${percent(matches, cells.length)} of the values looked at hold this: ${ENTITIES.get(entity)?.title ?? entity}`,
      `at ${[...paths]
        .toSorted((a, b) => b[1] - a[1])
        .slice(0, 3)
        .map(([path]) => path)
        .join(', ')}`,
    ],
  }))
}

/** Strings, and numbers as they stand. Of a text that is no JSON the whole. */
function leavesOf(cell: string): Leaf[] {
  const leaves: Leaf[] = []
  const walk = (value: unknown, path: string, key: string): void => {
    if (typeof value === 'string') leaves.push({ path, key, text: value.slice(0, SAMPLE_CHARACTERS) })
    else if (typeof value === 'number') leaves.push({ path, key, text: String(value) })
    else if (Array.isArray(value)) for (const item of value) walk(item, `${path}[*]`, key)
    else if (typeof value === 'object' && value !== null)
      for (const [name, item] of Object.entries(value)) walk(item, `${path}.${name}`, name)
  }
  try {
    walk(JSON.parse(cell), '$', '')
  } catch {
    leaves.push({ path: '$', key: '', text: cell.slice(0, SAMPLE_CHARACTERS) })
  }
  return leaves
}
