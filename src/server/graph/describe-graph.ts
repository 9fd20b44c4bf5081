import type { Freshness, Graph, GraphNode, Maker } from '../../contract/graph.ts'
import { datasetGraph, type GraphShape } from '../../core/graph/dataset-graph.ts'
import { downstreamOf, upstreamOf } from '../../core/graph/order.ts'
import { transformReads } from '../../core/graph/transform-catalog.ts'
import { readFreshness, type StandingTarget } from '../../store/freshness-states.ts'
import {
  type GraphDataset,
  graphPipelines,
  listGraphDatasets,
  listRecordedInputs,
  makerKey,
  readMakerRuns,
} from '../../store/graph-queries.ts'
import { listPendingBuilds } from '../../store/pending-builds.ts'
import { snapshotName } from '../../store/snapshots.ts'
import type { Platform } from '../platform.ts'

/** The graph of everything, or of what is around one node, with the states of its nodes. */
export async function describeGraph({ db, now }: Pick<Platform, 'db' | 'now'>, around: string | undefined): Promise<Graph> {
  // What parses SQL loads DuckDB, which starting the server does not wait for.
  const { readTransformCatalog } = await import('../../pipeline/transform-catalog.ts')
  const [catalog, datasets, recorded, pipelines] = await Promise.all([
    readTransformCatalog(db, process.cwd()),
    listGraphDatasets(db),
    listRecordedInputs(db),
    graphPipelines(db),
  ])
  const transforms = transformReads(catalog)
  const whole = datasetGraph({
    pipelines,
    transforms,
    recorded,
    datasets: datasets.map(({ name, ...row }) => ({ name, maker: makerOf(row) })),
  })
  const shape = around === undefined ? whole : aroundNode(whole, around)
  const [runs, pending, freshness] = await Promise.all([
    readMakerRuns(db, makersOf(shape)),
    listPendingBuilds(db),
    readFreshness(db, now()),
  ])
  const published = new Map(datasets.map((row) => [row.name, row]))
  const waiting = new Map(pending.map((build) => [`navigate.${build.transform}`, build]))
  const targets = new Map(freshness.map((state) => [state.dataset, describeFreshness(state)]))
  const nodes = shape.nodes.map((node): GraphNode => {
    const row = published.get(node.id)
    const build = waiting.get(node.id)
    const found = node.madeBy === null ? undefined : runs.get(makerKey(node.madeBy))
    return {
      ...node,
      snapshotId: row?.snapshotId == null ? null : snapshotName(row.snapshotId),
      updatedAt: row?.committedAt?.toISOString() ?? null,
      rows: row?.rows ?? null,
      qualityScore: row?.qualityScore ?? null,
      run: found?.open ?? null,
      lastRun: found?.last ?? null,
      pending: build === undefined ? null : { since: build.since.toISOString(), state: build.state, reason: build.reason },
      freshness: targets.get(node.id) ?? null,
    }
  })
  return { nodes, edges: shape.edges, problems: [...catalog.problems, ...shape.problems] }
}

/** How a target stands, as it is shown. */
export function describeFreshness({ dataset, within, state, asOf, missedSince, reason, file }: StandingTarget): Freshness {
  return { dataset, within, state, asOf: asOf?.toISOString() ?? null, missedSince: missedSince?.toISOString() ?? null, reason, file }
}

function makerOf({ madeBy, pipeline }: Pick<GraphDataset, 'madeBy' | 'pipeline'>): Maker | null {
  return madeBy === null || pipeline === null ? null : { kind: madeBy, name: pipeline }
}

function makersOf({ nodes }: GraphShape): Maker[] {
  return [...new Map(nodes.flatMap(({ madeBy }) => (madeBy === null ? [] : [[makerKey(madeBy), madeBy] as const]))).values()]
}

function aroundNode(shape: GraphShape, node: string): GraphShape {
  const reads = new Map<string, string[]>()
  for (const { from, to } of shape.edges) reads.set(to, [...(reads.get(to) ?? []), from])
  const kept = new Set([node, ...upstreamOf(reads, [node]), ...downstreamOf(reads, [node])])
  const edges = shape.edges.filter(({ from, to }) => kept.has(from) && kept.has(to))
  return { ...shape, nodes: shape.nodes.filter(({ id }) => kept.has(id)), edges }
}
