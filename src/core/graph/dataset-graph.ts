import type { GraphEdge, Maker } from '../../contract/graph.ts'
import type { Layer } from '../../contract/names.ts'
import { AtlasError } from '../errors.ts'
import { topologicalOrder } from './order.ts'

/** A stored pipeline or saved source, or one that is known by what it made. */
export interface GraphPipeline {
  name: string
  /** Of its source: the saved source, or else the pipeline itself. */
  source: string
  connector: string | null
  /** Table names of its streams, as far as they are declared. */
  tables: readonly string[]
}

export interface GraphFacts {
  pipelines: readonly GraphPipeline[]
  /** What each navigate dataset of a transform reads, by `layer.name`. */
  transforms: ReadonlyMap<string, readonly string[]>
  /** Datasets that are or were published, with who made what readers see. */
  datasets: readonly { name: string; maker: Maker | null }[]
  /** What published datasets were made from. */
  recorded: readonly { name: string; input: string }[]
}

export interface GraphShape {
  /** Each after everything it is made from. */
  nodes: { id: string; layer: Layer | 'source'; name: string; connector: string | null; madeBy: Maker | null }[]
  edges: GraphEdge[]
  problems: string[]
}

/** What is made from what: by declaration where there is one, otherwise as the published snapshots were made. */
export function datasetGraph(facts: GraphFacts): GraphShape {
  const draft = new Draft()
  for (const [name, reads] of facts.transforms) {
    const by: Maker = { kind: 'transform', name: tableOf(name) }
    draft.dataset(name, by)
    for (const read of reads) draft.edge(read, name, by)
  }
  for (const pipeline of withFound(facts)) draft.pipeline(pipeline, facts.transforms)
  for (const { name, maker } of facts.datasets) draft.dataset(name, facts.transforms.has(name) ? null : maker)
  // Only where nothing is declared: what a transform read before it was changed is no part of the graph.
  for (const { name, input } of facts.recorded) {
    const by = draft.makerOf(name)
    if (by !== null && !facts.transforms.has(name) && !draft.isMade(name)) draft.edge(input, name, by)
  }
  return draft.finish()
}

/** The pipelines, with the tables that they filled where none are declared, and those that are known by their datasets alone. */
function withFound({ pipelines, datasets }: GraphFacts): GraphPipeline[] {
  const filled = new Map<string, string[]>()
  for (const { name, maker } of datasets) {
    if (maker?.kind === 'pipeline' && name.startsWith('explore.'))
      filled.set(maker.name, [...(filled.get(maker.name) ?? []), tableOf(name)])
  }
  const known = new Set(pipelines.map(({ name }) => name))
  const found = [...filled].filter(([name]) => !known.has(name)).map(([name, tables]) => ({ name, source: name, connector: null, tables }))
  return [...pipelines.map((one) => (one.tables.length > 0 ? one : { ...one, tables: filled.get(one.name) ?? [] })), ...found]
}

class Draft {
  readonly #nodes = new Map<string, GraphShape['nodes'][number]>()
  readonly #edges = new Map<string, GraphEdge>()
  readonly #made = new Set<string>()

  dataset(id: string, madeBy: Maker | null): void {
    const known = this.#nodes.get(id)
    if (known === undefined)
      this.#nodes.set(id, { id, layer: id.slice(0, id.indexOf('.')) as Layer, name: tableOf(id), connector: null, madeBy })
    else known.madeBy = madeBy ?? known.madeBy
  }

  pipeline({ name, source, connector, tables }: GraphPipeline, transforms: ReadonlyMap<string, unknown>): void {
    const by: Maker = { kind: 'pipeline', name }
    const id = `source:${source}`
    const before = this.#nodes.get(id)
    this.#nodes.set(id, { id, layer: 'source', name: source, connector: connector ?? before?.connector ?? null, madeBy: null })
    for (const table of tables) {
      const steps = [id, `explore.${table}`, `chart.${table}`, ...(transforms.has(`navigate.${table}`) ? [] : [`navigate.${table}`])]
      for (const [index, to] of steps.entries()) {
        const from = steps[index - 1]
        if (from === undefined) continue
        this.dataset(to, by)
        this.edge(from, to, by)
      }
    }
  }

  edge(from: string, to: string, by: Maker): void {
    if (!this.#nodes.has(from)) this.dataset(from, null)
    this.#edges.set(`${from} ${to} ${by.kind} ${by.name}`, { from, to, by })
    this.#made.add(to)
  }

  makerOf(id: string): Maker | null {
    return this.#nodes.get(id)?.madeBy ?? null
  }

  /** Whether it is said what it is made from. */
  isMade(id: string): boolean {
    return this.#made.has(id)
  }

  finish(): GraphShape {
    const edges = [...this.#edges.values()]
    const { ids, problems } = this.#order(edges)
    return { nodes: ids.flatMap((id) => this.#nodes.get(id) ?? []), edges, problems }
  }

  #order(edges: readonly GraphEdge[]): { ids: string[]; problems: string[] } {
    const reads = new Map([...this.#nodes.keys()].toSorted().map((id) => [id, [] as string[]]))
    for (const { from, to } of edges) reads.get(to)?.push(from)
    try {
      return { ids: topologicalOrder(reads), problems: [] }
    } catch (error) {
      // Files on disk can be in a circle: they are still shown.
      if (!(error instanceof AtlasError)) throw error
      return { ids: [...reads.keys()], problems: [error.message] }
    }
  }
}

function tableOf(name: string): string {
  return name.slice(name.indexOf('.') + 1)
}
