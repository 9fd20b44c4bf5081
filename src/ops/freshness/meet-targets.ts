import type { Kysely, Transaction } from 'kysely'
import type { Run } from '../../contract/runs.ts'
import { datasetGraph } from '../../core/graph/dataset-graph.ts'
import { type FreshnessState, retryPause } from '../../core/graph/freshness.ts'
import { upstreamOf } from '../../core/graph/order.ts'
import { buildState } from '../../core/graph/stale.ts'
import { parseInterval } from '../../core/schedule/interval.ts'
import { type TransformCatalog, transformReads } from '../../core/graph/transform-catalog.ts'
import { readBuildStates } from '../../store/build-states.ts'
import { listFreshnessTargets } from '../../store/freshness-targets.ts'
import { readFreshness, type Unpublished } from '../../store/freshness-states.ts'
import { graphPipelines } from '../../store/graph-queries.ts'
import { addPendingBuild, lockGraph } from '../../store/pending-builds.ts'
import type { Schema } from '../../store/schema.ts'
import { type QueueOptions, queuePipeline } from '../queue-pipeline.ts'

export interface TargetOptions extends QueueOptions {
  /** Every transform that there is now. */
  readCatalog(): Promise<TransformCatalog>
  db: Kysely<Schema>
  now(): Date
  whileSealing<T>(work: () => Promise<T>): Promise<T>
  onQueued(run: Run): void
}

/**
 * Queues what must run for datasets to stay as fresh as they should be: each pipeline whose data becomes too old once, whatever number of targets it is
 * for; what is made from it follows by itself. Where newer data is there and was not built from, its transforms are.
 * @returns the runs queued
 */
export async function meetTargets(options: TargetOptions): Promise<Run[]> {
  const { db, now } = options
  const targets = await listFreshnessTargets(db)
  if (targets.length === 0) return []
  const catalog = await options.readCatalog()
  const names = targets.map(({ dataset }) => dataset)
  const unpublished = await findUnpublished(db, catalog, names)
  const runs = await options.whileSealing(() =>
    db.transaction().execute(async (transaction) => {
      await lockGraph(transaction)
      const states = await readFreshness(transaction, now(), unpublished)
      await buildBehind(transaction, catalog, states, now())
      return queueDue(transaction, states, options)
    }),
  )
  for (const run of runs) options.onQueued(run)
  return runs
}

async function queueDue(db: Transaction<Schema>, states: readonly FreshnessState[], options: TargetOptions): Promise<Run[]> {
  const wanted = new Map(states.toReversed().flatMap(({ dataset, due }) => due.map((pipeline) => [pipeline, dataset] as const)))
  const runs: Run[] = []
  for (const [pipeline, target] of wanted) {
    const origin = { trigger: 'freshness', requestedBy: 'atlas', cause: { target } } as const
    const { run } = await queuePipeline(db, pipeline, origin, 'skip', options, options.now())
    if (run !== null) runs.push(run)
  }
  return runs
}

/** Transforms between newer data and a target, also those that do not run by themselves: the target is what asks for them. */
async function buildBehind(
  db: Transaction<Schema>,
  catalog: TransformCatalog,
  states: readonly FreshnessState[],
  now: Date,
): Promise<void> {
  const behind = states.filter(({ isBehind }) => isBehind)
  if (behind.length === 0) return
  const reads = transformReads(catalog)
  const builds = await readBuildStates(db, [...catalog.transforms.keys()])
  for (const { dataset, within } of behind) {
    for (const name of [dataset, ...upstreamOf(reads, [dataset])]) {
      const rule = catalog.transforms.get(name.slice('navigate.'.length))
      if (rule === undefined || !name.startsWith('navigate.') || builds.open.has(rule.name)) continue
      const found = buildState(rule.reads, builds.published, builds.inputs.get(name))
      const last = builds.lastRuns.get(rule.name)
      const hasFailed = last !== undefined && last.state !== 'succeeded'
      if (found.state !== 'stale' || (hasFailed && now.getTime() - last.finishedAt.getTime() < retryPause(parseInterval(within)))) continue
      await addPendingBuild(db, { transform: rule.name, datasets: found.changed, upstream: null, trigger: 'freshness' })
    }
  }
}

/** Of targets that lack something that was never published: the pipelines that make it. */
async function findUnpublished(db: Kysely<Schema>, catalog: TransformCatalog, targets: readonly string[]): Promise<Unpublished> {
  const rows = await db.selectFrom('datasets').select('name').where('snapshot_id', 'is not', null).execute()
  const published = new Set(rows.map(({ name }) => name))
  const lacking = targets.filter((name) => !published.has(name))
  if (lacking.length === 0) return new Map()
  const { nodes, edges } = datasetGraph({
    pipelines: await graphPipelines(db),
    transforms: transformReads(catalog),
    datasets: [],
    recorded: [],
  })
  const reads = Map.groupBy(edges, ({ to }) => to)
  const inputs = new Map([...reads].map(([to, found]) => [to, found.map(({ from }) => from)]))
  const makers = new Map(nodes.map(({ id, madeBy }) => [id, madeBy]))
  return new Map(
    lacking.map((target) => {
      const missing = [target, ...upstreamOf(inputs, [target])].filter((name) => !published.has(name))
      const pipelines = missing.flatMap((name) => {
        const maker = makers.get(name)
        return maker?.kind === 'pipeline' ? [maker.name] : []
      })
      return [target, [...new Set(pipelines)]]
    }),
  )
}
