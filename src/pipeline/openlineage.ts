import { createHash } from 'node:crypto'
import type { CheckResult } from '../contract/quality.ts'
import type { RunTotals } from '../store/commit.ts'
import type { LineageEvent } from '../store/lineage-events.ts'
import { snapshotName } from '../store/snapshots.ts'
import { facet, PRODUCER } from './openlineage-facet.ts'
import { assertionsFacet, inputMetricsFacet, metricsFacet, type MeasuredOutput } from './openlineage-quality.ts'
import type { RunRow } from '../store/runs.ts'
import type { RunContext } from './run-context.ts'

type EndedRun = Pick<RunRow, 'id' | 'kind' | 'definition' | 'state' | 'finished_at' | 'error'>

const SCHEMA = 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent'
const NAMESPACE = 'atlas'

type Facets = Record<string, Record<string, unknown>>

interface LineageDataset {
  namespace: string
  name: string
  facets?: Facets
  inputFacets?: Facets
  outputFacets?: Facets
}

/**
 * The event of a finished run as OpenLineage 2-0-2 has it: streams as inputs, what was published as outputs, and what was checked as inputs with
 * its metrics and assertions. COMPLETE once something was published, FAIL for what was refused, ABORT for what was cancelled.
 * @param outputs datasets of this run with their snapshots, empty when nothing was published
 */
export function runEvent(context: RunContext, totals: RunTotals, outputs: readonly MeasuredOutput[], at: Date): LineageEvent {
  return {
    eventType: eventType(totals.state, outputs.length > 0),
    eventTime: at.toISOString(),
    producer: PRODUCER,
    schemaURL: SCHEMA,
    run: { runId: runUuid(context.runId), facets: runFacets(context, totals) },
    job: { namespace: NAMESPACE, name: context.pipeline.name, facets: jobFacets(context) },
    inputs: [...sources(context), ...readDatasets(context, outputs), ...checked(context, outputs)],
    outputs: outputs.map(toOutput),
  }
}

/**
 * The event of a run that ended outside its own process, because it was cancelled while it waited or its worker was lost: what it was to read, and why
 * it ended. It is told from the row of the run, so that no way of ending one can leave it out.
 * @returns null for a run that has not ended, and for one that published
 */
export function endedEvent(run: EndedRun): LineageEvent | null {
  const { id: runId, definition: pipeline, state, finished_at: at, error } = run
  if (at === null || (state !== 'cancelled' && state !== 'failed')) return null
  return {
    eventType: eventType(state, false),
    eventTime: at.toISOString(),
    producer: PRODUCER,
    schemaURL: SCHEMA,
    run: { runId: runUuid(runId), facets: runFacets({ runId }, { error, state }) },
    job: { namespace: NAMESPACE, name: pipeline.name, facets: jobFacets({ pipeline }) },
    inputs: run.kind === 'transform' ? [] : sources({ pipeline, streams: pipeline.streams.map((stream) => ({ stream })) }),
    outputs: [],
  }
}

function eventType(state: RunTotals['state'], isPublished: boolean): LineageEvent['eventType'] {
  if (isPublished) return 'COMPLETE'
  if (state === 'cancelled') return 'ABORT'
  return state === 'failed' || state === 'blocked' || state === 'rate_limited' ? 'FAIL' : 'COMPLETE'
}

/** OpenLineage wants a UUID; the same run always has the same (RFC 9562 version 8, from SHA-256 of the run's own id). */
function runUuid(runId: string): string {
  const hash = createHash('sha256').update(`atlas-run:${runId}`).digest('hex')
  const variant = ((Number.parseInt(hash.charAt(16), 16) & 0x3) | 0x8).toString(16)
  return [hash.slice(0, 8), hash.slice(8, 12), `8${hash.slice(13, 16)}`, variant + hash.slice(17, 20), hash.slice(20, 32)].join('-')
}

function runFacets({ runId }: Pick<RunContext, 'runId'>, { error, state }: Pick<RunTotals, 'error' | 'state'>): Facets {
  const own = { atlas_run: { _producer: PRODUCER, _schemaURL: 'urn:atlas:facet:run', runId, state } }
  if (error === null) return own
  const message = `${error.code}: ${error.detail}`
  return { ...own, errorMessage: facet('1-0-1/ErrorMessageRunFacet', { message, programmingLanguage: 'TypeScript' }) }
}

function jobFacets({ pipeline }: Pick<RunContext, 'pipeline'>): Facets {
  const jobType = facet('2-0-3/JobTypeJobFacet', { processingType: 'BATCH', integration: 'ATLAS', jobType: 'PIPELINE' })
  if (pipeline.description === undefined || pipeline.description === '') return { jobType }
  return { jobType, documentation: facet('1-0-1/DocumentationJobFacet', { description: pipeline.description }) }
}

/** Streams are named by pipeline and connector: addresses and paths of the source stay inside. */
function sources({
  pipeline,
  streams,
}: Pick<RunContext, 'pipeline'> & { streams: readonly { stream: { name: string } }[] }): LineageDataset[] {
  return streams.map(({ stream }) => ({
    namespace: `${NAMESPACE}.source.${pipeline.source.connector}`,
    name: `${pipeline.name}.${stream.name}`,
  }))
}

/** Datasets that transforms read and that this run did not make. */
function readDatasets({ navigate }: RunContext, outputs: readonly MeasuredOutput[]): LineageDataset[] {
  const made = new Set(outputs.map(({ draft }) => draft.dataset))
  const read = new Map(navigate.flatMap(({ draft }) => draft.inputs.map((input) => [input.dataset, input.snapshotId] as const)))
  return [...read]
    .filter(([name, snapshotId]) => snapshotId !== null && !made.has(name))
    .map(([name, snapshotId]) => ({ namespace: NAMESPACE, name, facets: versionFacets(snapshotId!) }))
}

/** What was checked: as published, or as it was refused. */
function checked({ streams }: RunContext, outputs: readonly MeasuredOutput[]): LineageDataset[] {
  if (outputs.length === 0) {
    const refused = streams.filter(({ checks }) => checks.length > 0)
    return refused.map(({ table, checks }) => ({ namespace: NAMESPACE, name: `chart.${table}`, inputFacets: assertions(checks) }))
  }
  return outputs
    .filter(({ draft }) => draft.quality !== null)
    .map((output) => ({
      namespace: NAMESPACE,
      name: output.draft.dataset,
      facets: versionFacets(output.snapshotId),
      inputFacets: { dataQualityMetrics: inputMetricsFacet(output), ...assertions(output.draft.checks) },
    }))
}

function assertions(checks: readonly CheckResult[]): Facets {
  const found = assertionsFacet(checks)
  return found === null ? {} : { dataQualityAssertions: found }
}

function toOutput(output: MeasuredOutput): LineageDataset {
  const { draft, snapshotId, at } = output
  const added = draft.files.flatMap((file) => ('new' in file ? [file.new] : []))
  const sum = (figure: (file: (typeof added)[number]) => number): number => added.reduce((total, file) => total + figure(file), 0)
  const written = { rowCount: sum((file) => file.rows), size: sum((file) => file.sizeBytes), fileCount: added.length }
  const fields = draft.columns.map(({ name, type }) => ({ name, type }))
  return {
    namespace: NAMESPACE,
    name: draft.dataset,
    facets: {
      schema: facet('1-1-1/SchemaDatasetFacet', { fields }),
      ...versionFacets(snapshotId),
      dataQualityMetrics: metricsFacet(output, at),
    },
    outputFacets: { outputStatistics: facet('1-0-2/OutputStatisticsOutputDatasetFacet', written) },
  }
}

function versionFacets(snapshotId: number): Facets {
  return { version: facet('1-0-1/DatasetVersionDatasetFacet', { datasetVersion: snapshotName(snapshotId) }) }
}
