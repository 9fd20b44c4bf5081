import { z } from 'zod'
import { endpoints } from './endpoint.ts'
import { Age, Count, DatasetName, Instant, Layer } from './names.ts'
import { Run } from './runs.ts'

/** What makes a dataset: a pipeline (or the saved source of that name), or a transform. */
export const Maker = z.object({ kind: z.enum(['pipeline', 'transform']), name: z.string() }).meta({ id: 'Maker' })
export type Maker = z.infer<typeof Maker>

export const Freshness = z
  .object({
    dataset: DatasetName,
    within: Age.meta({ description: 'No older than this' }),
    state: z.enum(['fresh', 'updating', 'missed', 'unmeasured']).meta({
      description: 'updating: older than wanted, and being made anew. missed: older than wanted. unmeasured: it has never been built',
    }),
    asOf: Instant.nullable().meta({ description: 'When the oldest of the data it was made from was read; null when never' }),
    missedSince: Instant.nullable(),
    reason: z.string().nullable().meta({ description: 'Why it is missed, as far as Atlas knows' }),
    file: z
      .string()
      .nullable()
      .meta({ description: 'The pipeline file that holds it, where it is changed; null for one that was set by itself' }),
  })
  .meta({ id: 'Freshness' })
export type Freshness = z.infer<typeof Freshness>

export const GraphRun = Run.pick({ id: true, kind: true, state: true, trigger: true, queuedAt: true, startedAt: true, finishedAt: true })
  .extend({ error: z.string().nullable().meta({ description: 'Code of the error that ended it' }) })
  .meta({ id: 'GraphRun' })
export type GraphRun = z.infer<typeof GraphRun>

export const GraphNode = z
  .object({
    id: z.string().meta({ description: 'layer.name of a dataset; source:<pipeline> of what a pipeline reads' }),
    layer: z.enum(['source', ...Layer.options]),
    name: z.string().meta({ description: 'The part after the dot; of a source its name, or else that of the pipeline' }),
    connector: z.string().nullable().meta({ description: 'Kind of source; null for datasets' }),
    madeBy: Maker.nullable().meta({ description: 'Null for a source, and for a dataset of which nothing is kept any more' }),
    snapshotId: z.string().nullable().meta({ description: 'Null for a source, and for a dataset that was never published' }),
    updatedAt: Instant.nullable().meta({ description: 'When the published snapshot was committed' }),
    rows: Count.nullable(),
    qualityScore: z.number().nullable(),
    run: GraphRun.nullable().meta({ description: 'The run that is queued or going on and will make it' }),
    lastRun: GraphRun.nullable().meta({ description: 'The newest run of what makes it that has ended' }),
    pending: z
      .object({ since: Instant, state: z.enum(['waiting', 'held']), reason: z.string().nullable() })
      .nullable()
      .meta({
        description: 'What it reads has changed and it is not built anew yet. held: it is not built, because something it reads failed',
      }),
    freshness: Freshness.nullable(),
  })
  .meta({ id: 'GraphNode' })
export type GraphNode = z.infer<typeof GraphNode>

export const GraphEdge = z
  .object({ from: z.string(), to: z.string(), by: Maker })
  .meta({ id: 'GraphEdge', description: 'Between ids of nodes, in the direction that data travels' })
export type GraphEdge = z.infer<typeof GraphEdge>

export const Graph = z
  .object({
    nodes: z.array(GraphNode).meta({ description: 'Each after everything it is made from' }),
    edges: z.array(GraphEdge),
    problems: z.array(z.string()).meta({ description: 'What keeps parts of the graph from being known: transforms that do not parse' }),
  })
  .meta({ id: 'Graph' })
export type Graph = z.infer<typeof Graph>

const named = z.object({ dataset: DatasetName })

export const graphEndpoints = endpoints({
  'GET /graph': {
    summary: 'What is made from what: sources, datasets, and the pipelines and transforms between them, with their states',
    permission: 'datasets.read',
    query: z.object({
      around: z.string().optional().meta({ description: 'Id of a node: only it, and what is upstream and downstream of it' }),
    }),
    reply: Graph,
  },
  'GET /freshness': { summary: 'How old datasets may become, and how they stand', permission: 'datasets.read', reply: z.array(Freshness) },
  'PUT /freshness/:dataset': {
    summary: 'Set how old a dataset may become: what it is made from is read again in time',
    permission: 'schedules.edit',
    params: named,
    body: z.strictObject({ within: Age }),
    reply: Freshness,
  },
  'DELETE /freshness/:dataset': { summary: 'Take a freshness target away', permission: 'schedules.edit', params: named, status: 204 },
})
