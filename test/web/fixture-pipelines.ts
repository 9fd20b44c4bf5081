import type { PipelineDefinition } from '../../src/contract/pipelines.ts'
import type { Pipeline } from '../../src/contract/stored-pipelines.ts'
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
  pipeline('invoices', { entities: {}, columns: {} }),
]
