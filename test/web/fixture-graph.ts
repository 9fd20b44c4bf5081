import type { Graph, GraphNode } from '../../src/contract/graph.ts'
import { HOUR, MIN, ago } from './fixture-clock.ts'

const done: GraphNode['lastRun'] = {
  id: 'r_done',
  kind: 'pipeline',
  state: 'succeeded',
  trigger: 'schedule',
  queuedAt: ago(2 * HOUR),
  startedAt: ago(2 * HOUR),
  finishedAt: ago(2 * HOUR - MIN),
  error: null,
}

function node(id: string, part: Partial<GraphNode> = {}): GraphNode {
  const [layer = '', name = ''] = id.split(/[.:]/)
  return {
    id,
    layer: layer as GraphNode['layer'],
    name,
    connector: null,
    madeBy: layer === 'source' ? null : { kind: 'pipeline', name: 'customers' },
    snapshotId: layer === 'source' ? null : 's_412',
    updatedAt: layer === 'source' ? null : ago(2 * HOUR),
    rows: layer === 'source' ? null : 48_031,
    qualityScore: layer === 'source' ? null : 0.97,
    run: null,
    lastRun: done,
    pending: null,
    freshness: null,
    ...part,
  }
}

const revenue = { madeBy: { kind: 'transform', name: 'revenue' } } as const

export const graph: Graph = {
  nodes: [
    node('source:customers', { connector: 'files' }),
    node('source:orders', { connector: 'postgresql', run: { ...done, id: 'r_running', state: 'running', finishedAt: null } }),
    node('explore.customers'),
    node('explore.orders', { madeBy: { kind: 'pipeline', name: 'orders' } }),
    node('chart.customers'),
    node('chart.orders', {
      madeBy: { kind: 'pipeline', name: 'orders' },
      lastRun: { ...done, id: 'r_failed', state: 'failed', error: 'file.truncated' },
    }),
    node('navigate.customers', {
      freshness: {
        dataset: 'navigate.customers',
        within: '1h',
        state: 'missed',
        asOf: ago(2 * HOUR),
        missedSince: ago(HOUR),
        reason: null,
        file: null,
      },
    }),
    node('navigate.revenue_by_country', { ...revenue, pending: { since: ago(MIN), state: 'waiting', reason: null } }),
    node('navigate.forecast', { ...revenue, snapshotId: null, updatedAt: null, rows: null, qualityScore: null, lastRun: null }),
  ],
  edges: [
    ['source:customers', 'explore.customers'],
    ['source:orders', 'explore.orders'],
    ['explore.customers', 'chart.customers'],
    ['explore.orders', 'chart.orders'],
    ['chart.customers', 'navigate.customers'],
    ['chart.customers', 'navigate.revenue_by_country'],
    ['chart.orders', 'navigate.revenue_by_country'],
    ['navigate.revenue_by_country', 'navigate.forecast'],
  ].map(([from = '', to = '']) => ({ from, to, by: { kind: 'pipeline', name: 'customers' } })),
  problems: [],
}

export const partOfGraph: Graph = {
  nodes: graph.nodes.filter(({ name }) => name !== 'orders'),
  edges: graph.edges.filter(({ from, to }) => !from.endsWith('orders') && !to.endsWith('orders')),
  problems: [],
}
