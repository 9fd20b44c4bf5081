import type { Kysely, Transaction } from 'kysely'
import type { Run } from '../../contract/runs.ts'
import { buildState } from '../../core/graph/stale.ts'
import { type Broken, chooseBuilds } from '../../core/graph/choose-builds.ts'
import { newId } from '../../core/ids.ts'
import { TRANSFORM_STEPS, transformDefinition } from '../../core/transform-run.ts'
import { type CatalogedTransform, type TransformCatalog, transformReads } from '../../core/graph/transform-catalog.ts'
import { type BuildStates, readBuildStates } from '../../store/build-states.ts'
import {
  addPendingBuild,
  dropPendingBuilds,
  holdBuild,
  listPendingBuilds,
  lockGraph,
  type PendingBuild,
} from '../../store/pending-builds.ts'
import { hasWork, type Publication, takePublications } from '../../store/publications.ts'
import { insertRow, insertSteps } from '../../store/runs.ts'
import type { Schema } from '../../store/schema.ts'

export interface DispatchOptions {
  db: Kysely<Schema>
  now(): Date
  random(bytes: number): Uint8Array
  /** Folder that runs start from. */
  workingFolder: string
  /** Every transform that there is now. */
  readCatalog(): Promise<TransformCatalog>
  /** What else hears of publications, in the transaction that takes them out of the outbox. @returns the runs queued, and what follows it */
  onPublished(db: Transaction<Schema>, publications: readonly Publication[]): Promise<{ runs: Run[]; afterwards(): Promise<void> }>
  /** What is stored with sealed secrets is stored in here. */
  whileSealing<T>(work: () => Promise<T>): Promise<T>
  /** Hears of each run that was queued, once that is durable. */
  onQueued(run: Run): void
}

const MOST_AT_ONCE = 5_000

/**
 * Queues a run for every transform that is to be built anew and whose turn it is. What was published since the last time, what follows from it and the
 * runs are one transaction, under a lock that only one process of the database holds: nothing is told twice, and nothing is forgotten.
 * @param isAsked whether to look although nothing was published and nothing waits for its turn: what a run that failed holds back
 * @returns the runs queued
 */
export async function dispatchBuilds(options: DispatchOptions, isAsked = true): Promise<Run[]> {
  if (!isAsked && !(await hasWork(options.db))) return []
  const catalog = await options.readCatalog()
  const { runs, afterwards } = await options.whileSealing(() =>
    options.db.transaction().execute(async (transaction) => {
      await lockGraph(transaction)
      const published = await takePublications(transaction, MOST_AT_ONCE)
      const triggered = await options.onPublished(transaction, published)
      const states = await readBuildStates(transaction, [...catalog.transforms.keys()])
      await notePending(transaction, catalog, states, published)
      const built = await queueReady(transaction, catalog, states, options)
      return { ...triggered, runs: [...triggered.runs, ...built] }
    }),
  )
  for (const run of runs) options.onQueued(run)
  await afterwards()
  return runs
}

/** A transform that reads what was published is to be built, unless the run that published it built it too. */
async function notePending(
  db: Transaction<Schema>,
  catalog: TransformCatalog,
  states: BuildStates,
  published: readonly Publication[],
): Promise<void> {
  const upstream = new Map(published.map(({ dataset, run_id }) => [dataset, run_id]))
  for (const { name, reads, runs } of catalog.transforms.values()) {
    const changed = reads.filter((dataset) => upstream.has(dataset))
    if (changed.length === 0 || runs === 'never') continue
    const found = buildState(reads, states.published, states.inputs.get(`navigate.${name}`))
    if (found.state === 'current') continue
    const by = changed.map((dataset) => upstream.get(dataset) ?? null).findLast((runId) => runId !== null) ?? null
    await addPendingBuild(db, { transform: name, datasets: changed.toSorted(), upstream: by, trigger: 'dependency' })
  }
}

async function queueReady(
  db: Transaction<Schema>,
  catalog: TransformCatalog,
  states: BuildStates,
  options: DispatchOptions,
): Promise<Run[]> {
  const pending = new Map((await listPendingBuilds(db)).map((build) => [build.transform, build]))
  await dropPendingBuilds(
    db,
    [...pending.keys()].filter((name) => !catalog.transforms.has(name)),
  )
  const dataset = (name: string): string => `navigate.${name}`
  const choice = chooseBuilds({
    reads: transformReads(catalog),
    pending: new Set([...pending.values()].filter(({ datasets }) => datasets.length > 0).map(({ transform }) => dataset(transform))),
    open: new Set([...states.open].map(dataset)),
    broken: brokenTransforms(catalog, states),
  })
  const held = new Map([...choice.held].map(([name, why]) => [name.slice('navigate.'.length), why]))
  for (const [name, why] of held) if (catalog.transforms.get(name)?.runs !== 'never') await holdBuild(db, name, why)
  const ready = choice.ready.map((name) => name.slice('navigate.'.length))
  const released = [...pending.values()].filter(({ transform, state }) => state === 'held' && !held.has(transform))
  for (const { transform, datasets } of released) {
    if (datasets.length === 0) await dropPendingBuilds(db, [transform])
    else if (!ready.includes(transform)) await holdBuild(db, transform, null)
  }
  const runs: Run[] = []
  for (const name of ready) {
    const rule = catalog.transforms.get(name)
    const build = pending.get(name)
    if (rule === undefined || build === undefined) continue
    const found = buildState(rule.reads, states.published, states.inputs.get(dataset(name)))
    if (found.state === 'unbuildable') {
      await holdBuild(db, name, { runId: null, reason: `${found.missing} has never been published.` })
      continue
    }
    await dropPendingBuilds(db, [name])
    if (found.state === 'stale') runs.push(await queueBuild(db, rule, build, found.changed, options))
  }
  return runs
}

async function queueBuild(
  db: Transaction<Schema>,
  rule: CatalogedTransform,
  build: PendingBuild,
  changed: readonly string[],
  { now, random, workingFolder }: DispatchOptions,
): Promise<Run> {
  const id = newId('r', now().getTime(), random)
  const cause = { datasets: [...changed].toSorted(), ...(build.upstream === null ? {} : { upstream: build.upstream }) }
  const origin = { kind: 'transform', trigger: build.trigger, requestedBy: 'atlas', cause } as const
  const run = await insertRow(db, { id, definition: transformDefinition(rule), workingFolder, ...origin })
  await insertSteps(db, id, TRANSFORM_STEPS)
  return run
}

/** Transforms whose last run did not succeed and that have not been built since. */
function brokenTransforms(catalog: TransformCatalog, states: BuildStates): Map<string, Broken> {
  const broken = new Map<string, Broken>()
  for (const { name, reads } of catalog.transforms.values()) {
    const last = states.lastRuns.get(name)
    if (last === undefined || (last.state !== 'failed' && last.state !== 'blocked' && last.state !== 'cancelled')) continue
    if (buildState(reads, states.published, states.inputs.get(`navigate.${name}`)).state === 'current') continue
    const why = last.code === null ? '' : `: ${last.code}`
    broken.set(`navigate.${name}`, {
      runId: last.runId,
      reason: `navigate.${name} was not built anew: run ${last.runId} ${last.state}${why}.`,
    })
  }
  return broken
}
