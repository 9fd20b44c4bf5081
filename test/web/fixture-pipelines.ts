import type { PipelineDefinition } from '../../src/contract/pipelines.ts'
import type { CodePlan } from '../../src/contract/pipelines-as-code.ts'
import type { Pipeline, PipelineDetail, PipelineVersion } from '../../src/contract/stored-pipelines.ts'
import { HOUR, ago } from './fixture-clock.ts'

function pipeline(name: string, policy: PipelineDefinition['policy'], part: Partial<Pipeline> = {}): Pipeline {
  return {
    id: `p_${name}`,
    name,
    definition: {
      name,
      description: '',
      source: { connector: 'files', settings: { path: `${name}.csv` } },
      streams: [],
      policy,
      transforms: [],
    },
    version: 3,
    paused: false,
    git: null,
    drifted: false,
    createdAt: ago(900 * HOUR),
    updatedAt: ago(40 * HOUR),
    lastRunId: 'r_done',
    lastRun: { id: 'r_done', state: 'succeeded', queuedAt: ago(2 * HOUR), finishedAt: ago(2 * HOUR) },
    ...part,
  }
}

export const pipelines: Pipeline[] = [
  pipeline('customers', {
    entities: {
      DK_CPR: 'hash',
      EMAIL_ADDRESS: { action: 'mask', last: 4 },
      DATE_OF_BIRTH: { action: 'generalise', to: 'age_band', size: 10, on: '2026-01-01' },
    },
    columns: { note: 'redact' },
    default: 'mask',
    newColumns: 'redact',
    purpose: 'marketing',
    datasets: { customers: { entities: { EMAIL_ADDRESS: 'hash' }, columns: {} } },
  }),
  pipeline(
    'invoices',
    { entities: {}, columns: {} },
    {
      version: 5,
      git: {
        file: 'shop/pipelines/invoices.yaml',
        project: 'github.com/example/shop',
        commit: '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d',
        version: 5,
        appliedBy: 'ci@example.com',
        appliedAt: ago(30 * HOUR),
        holds: true,
      },
    },
  ),
  pipeline(
    'orders',
    { entities: {}, columns: {} },
    {
      version: 4,
      drifted: true,
      git: {
        file: 'shop/pipelines/orders.yaml',
        project: 'github.com/example/shop',
        commit: null,
        version: 3,
        appliedBy: 'ci@example.com',
        appliedAt: ago(300 * HOUR),
        holds: false,
      },
      lastRun: { id: 'r_failed', state: 'failed', queuedAt: ago(4 * HOUR), finishedAt: ago(4 * HOUR) },
    },
  ),
  pipeline('payroll', { entities: {}, columns: {} }, { paused: true, lastRun: null, lastRunId: null }),
]

const yaml = `name: customers
description: Customers of the shop
owner: Sales
source:
  connector: files
  settings:
    path: customers.csv
streams:
  - name: customers
    keys:
      - id
`

/** A pipeline with all that its page shows. */
export function pipelineDetail(name: string | undefined): PipelineDetail {
  const found = pipelines.find((one) => one.name === name) ?? pipelines[0]!
  const definition = { ...found.definition, description: 'Customers of the shop', owner: 'Sales' }
  const drift = found.drifted ? [{ path: 'streams.orders.keys', from: ['id'], to: ['id', 'line'] }] : []
  const file = found.git?.holds === true ? found.git.file : null
  const declared: PipelineDetail['declared'] =
    found.git === null
      ? { freshness: [], alerts: [] }
      : {
          freshness: [{ dataset: 'navigate.revenue', within: '2h', file }],
          alerts: [
            { id: 'ar_1', name: `A run failed: ${found.name}`, severity: 'critical', enabled: true, file },
            { id: 'ar_2', name: `A run is late against its schedule: ${found.name}`, severity: 'warning', enabled: false, file },
          ],
        }
  return { ...found, definition, yaml, drift, declared }
}

/** One that was never run. */
export const neverPipeline: PipelineDetail = { ...pipelineDetail('customers'), lastRun: null, lastRunId: null }

export const pipelineVersions: PipelineVersion[] = [
  {
    version: 4,
    change: 'changed',
    definition: pipelines[0]!.definition,
    yaml,
    file: null,
    commit: null,
    by: 'admin@example.com',
    at: ago(40 * HOUR),
    changes: [
      { path: 'description', from: '', to: 'Customers of the shop' },
      { path: 'owner', to: 'Sales' },
    ],
  },
  {
    version: 3,
    change: 'applied',
    definition: pipelines[0]!.definition,
    yaml,
    file: 'shop/pipelines/customers.yaml',
    commit: '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d',
    by: 'ci@example.com',
    at: ago(300 * HOUR),
    changes: [],
  },
]

export const pipelinePlan: CodePlan = {
  id: 'c0ffee',
  changes: [
    {
      kind: 'pipeline',
      name: 'customers',
      file: null,
      action: 'change',
      version: 3,
      detail: '',
      changes: [{ path: 'streams.customers.keys', from: ['id'], to: ['id', 'country'] }],
    },
  ],
  unchanged: 0,
  datasets: [
    {
      dataset: 'chart.customers',
      maker: 'customers',
      effect: 'rewritten',
      rows: 48_031,
      why: 'its rules have changed: it is made anew from all of explore.customers',
      columns: [],
      columnsKnown: true,
    },
    {
      dataset: 'navigate.revenue',
      maker: 'revenue',
      effect: 'appears',
      rows: null,
      why: 'it reads chart.customers',
      columns: [{ name: 'total', effect: 'appears', from: null, to: 'BIGINT' }],
      columnsKnown: true,
    },
  ],
  notes: [],
}
