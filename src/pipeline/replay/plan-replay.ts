import { AtlasError } from '../../core/errors.ts'
import { normaliseName } from '../../core/names.ts'
import type { Kysely } from 'kysely'
import type { TextReading } from '../../connectors/connector.ts'
import type { PipelineDefinition, StreamRule } from '../../contract/pipelines.ts'
import { StreamRule as StreamSchema } from '../../contract/pipelines.ts'
import { PUBLISHED, rereadBatches } from '../../store/quarantine-queries.ts'
import { readRun, type RunRow } from '../../store/runs.ts'
import type { Schema } from '../../store/schema.ts'
import { type PinnedSnapshot, pinSnapshot } from '../../store/snapshots.ts'

/** Where the rows of a dataset's quarantine go back to. */
export interface ReplayTarget {
  /** Table name in the lake. */
  table: string
  stream: string
  explore: PinnedSnapshot
  definition: PipelineDefinition
  /** What to know before the rows are sent. */
  note: string | null
}

/**
 * How rows of a dataset's quarantine go back: through the stream of the pipeline that filled the dataset last, added to what is there.
 * @param dataset of explore or chart
 * @throws AtlasError `quarantine.cannot_replay` for a dataset that no stream fills, or that was never published
 */
export async function planReplay(db: Kysely<Schema>, dataset: string): Promise<ReplayTarget> {
  const [layer, table = ''] = dataset.split('.')
  if (layer === 'navigate')
    throw refused(`${dataset} is made by a transform, so its rows came from no source; mend them in chart, or mend the transform.`)
  const explore = await pinOf(db, `explore.${table}`)
  const chart = await pinOf(db, `chart.${table}`)
  const runId = explore.runId ?? chart.runId
  if (runId === null) throw refused(`The run that filled explore.${table} is not known.`)
  const run = await sourceRun(db, runId)
  const declared = run.definition.streams.find((rule) => (rule.dataset ?? normaliseName(rule.name)) === table)
  const stream = declared?.name ?? run.report?.streams.find((found) => found.dataset === table)?.name
  if (stream === undefined) throw refused(`The pipeline ${run.pipeline} has no stream that fills ${dataset}.`)
  const rule = declared ?? StreamSchema.parse({ name: stream })
  const definition = { ...run.definition, streams: [replayRule(rule, table, chart.keys)] }
  return {
    table,
    stream,
    explore,
    definition,
    note: rule.mode === 'replace' || rule.mode === 'full_append' ? noteOf(dataset, rule.mode) : null,
  }
}

/** The run that read the source: a replay has a definition of its own, that of the run before it made for adding rows. */
async function sourceRun(db: Kysely<Schema>, runId: string): Promise<RunRow> {
  const run = await readRun(db, runId)
  if (run.trigger !== 'replay') return run
  const before = await db
    .selectFrom('runs')
    .select('id')
    .where('pipeline', '=', run.pipeline)
    .where('trigger', '<>', 'replay')
    .where('state', 'in', PUBLISHED)
    .where('queued_at', '<', run.queued_at)
    .orderBy('queued_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return before === undefined ? run : readRun(db, before.id)
}

function replayRule(rule: StreamRule, table: string, keys: readonly string[]): StreamRule {
  const { cursor: _cursor, restart: _restart, select: _select, where: _where, query: _query, ...kept } = rule
  const isMerge = rule.mode === 'merge' && keys.length > 0
  return { ...kept, dataset: table, mode: isMerge ? 'merge' : 'full_append', keys: [...keys], options: {} }
}

function noteOf(dataset: string, mode: 'replace' | 'full_append'): string {
  const does = mode === 'replace' ? 'replaces the rows that are there' : 'adds the whole source again'
  return `The pipeline of ${dataset} reads its source in full: the next read ${does}, and brings the row as the source has it then. Mend it in the source too.`
}

async function pinOf(db: Kysely<Schema>, name: string): Promise<PinnedSnapshot> {
  try {
    return await pinSnapshot(db, name)
  } catch (error) {
    if (!(error instanceof AtlasError) || error.code !== 'dataset.not_found') throw error
    throw refused(`${name} was never published; mend the source or the rule, and run the pipeline again.`)
  }
}

function refused(message: string): AtlasError {
  return new AtlasError('quarantine.cannot_replay', message)
}

/** Said of rows whose source was read in full since. */
export const REREAD = 'was read in full since, which brought its rows as they are now. Discard these, and mend those of the last run.'

/** @throws AtlasError `quarantine.cannot_replay` for rows whose source was read in full since: sent back too, they would be there twice */
export async function assertNotReread(db: Kysely<Schema>, batches: readonly string[]): Promise<void> {
  const [reread] = await rereadBatches(db, batches)
  if (reread !== undefined) throw refused(`The source of ${reread} ${REREAD}`)
}

/** How the text of a dataset was read when it was landed last. */
export function textReadingOf(explore: Pick<PinnedSnapshot, 'files'>): TextReading | null {
  const noted = explore.files.map((file) => file.origin?.['text'] as TextReading | null | undefined).filter((text) => text !== undefined)
  return noted.at(-1) ?? null
}
