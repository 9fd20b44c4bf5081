import { type Kysely, sql } from 'kysely'
import type { StreamRule } from '../contract/pipelines.ts'
import type { SchemaChange, SourceStream } from '../contract/sources.ts'
import { normaliseName } from '../core/names.ts'
import type { Schema } from './schema.ts'
import { readEvidence, type SourceEvidence } from './source-history.ts'

const CHANGES_LISTED = 500

/** The chosen streams of a source and how far each is. @param rules empty when it reads all there are: then those of its runs */
export async function listStreams(db: Kysely<Schema>, source: string, rules: readonly StreamRule[]): Promise<SourceStream[]> {
  const evidence = (await readEvidence(db, [source])).get(source) as SourceEvidence
  const states = await db.selectFrom('stream_states').select(['stream', 'state', 'updated_at']).where('pipeline', '=', source).execute()
  const byStream = new Map(states.map((row) => [row.stream, row]))
  const streams = rules.length > 0 ? rules.map((rule) => fromRule(rule)) : fromRuns(evidence)
  const rows = await exploreRows(
    db,
    streams.map(({ dataset }) => dataset),
  )
  return streams.map((stream) => {
    const last = evidence.streams.get(stream.name)
    const state = byStream.get(stream.name)
    return {
      ...stream,
      cursorValue: cursorOf(state?.state),
      lastReadAt: (evidence.readAt.get(stream.name) ?? state?.updated_at)?.toISOString() ?? null,
      rows: rows.get(stream.dataset) ?? null,
      lastState: last?.state ?? 'never_run',
      lastError: last?.error ?? null,
    }
  })
}

type Described = Pick<SourceStream, 'name' | 'dataset' | 'mode' | 'keys' | 'cursorColumn'>

function fromRule({ name, dataset, mode, keys, cursor }: StreamRule): Described {
  return { name, dataset: dataset ?? normaliseName(name), mode, keys, cursorColumn: cursor?.column ?? null }
}

function fromRuns({ streams }: SourceEvidence): Described[] {
  const found = [...streams.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1))
  return found.map(({ name, dataset, mode }) => ({ name, dataset, mode, keys: [], cursorColumn: null }))
}

/** How far a stream is, where its connector keeps that as a cursor. */
function cursorOf(state: unknown): string | null {
  if (typeof state !== 'object' || state === null || !('cursor' in state)) return null
  const { cursor } = state
  return typeof cursor === 'string' || typeof cursor === 'number' ? String(cursor) : null
}

async function exploreRows(db: Kysely<Schema>, tables: readonly string[]): Promise<Map<string, number>> {
  if (tables.length === 0) return new Map()
  const names = tables.map((table) => `explore.${table}`)
  const rows = await db
    .selectFrom('datasets')
    .innerJoin('snapshots', 'snapshots.id', 'datasets.snapshot_id')
    .select(['datasets.name', 'snapshots.rows'])
    .where('datasets.name', 'in', names)
    .execute()
  return new Map(rows.map(({ name, rows: count }) => [name.slice('explore.'.length), count]))
}

/** Changes of the schemas of a source's streams, the newest first, at most 500. */
export async function listSchemaChanges(db: Kysely<Schema>, source: string): Promise<SchemaChange[]> {
  const rows = await db
    .selectFrom('schema_changes')
    .select(['id', 'at', 'run_id', 'stream', 'dataset', 'kind', 'column', 'from', 'to', 'action', 'breaking'])
    .where('pipeline', '=', source)
    .orderBy('id', 'desc')
    .limit(CHANGES_LISTED)
    .execute()
  return rows.map(({ at, run_id: runId, ...row }) => ({ ...row, at: at.toISOString(), runId }))
}

/** Datasets that hold rows of a source's runs, and the stored pipelines that use its settings. */
export async function findDependents(db: Kysely<Schema>, source: string): Promise<{ datasets: string[]; pipelines: string[] }> {
  const datasets = await db
    .selectFrom('datasets')
    .select('datasets.name')
    .where('datasets.snapshot_id', 'is not', null)
    .where((where) =>
      where.exists(
        where
          .selectFrom('snapshots')
          .innerJoin('runs', 'runs.id', 'snapshots.run_id')
          .select(sql<number>`1`.as('one'))
          .whereRef('snapshots.dataset_id', '=', 'datasets.id')
          .where('runs.pipeline', '=', source)
          .where('runs.kind', '=', 'pipeline'),
      ),
    )
    .orderBy('datasets.name')
    .execute()
  const pipelines = await db
    .selectFrom('pipelines')
    .select('name')
    .where(sql<string>`definition -> 'source' ->> 'saved'`, '=', source)
    .orderBy('name')
    .execute()
  return { datasets: datasets.map(({ name }) => name), pipelines: pipelines.map(({ name }) => name) }
}
