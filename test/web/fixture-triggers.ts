import type { Reply } from '../../src/client/call.ts'
import type { EventTrigger } from '../../src/contract/triggers.ts'
import { ago, HOUR, MIN } from './fixture-clock.ts'

function trigger(id: string, pipeline: string, event: EventTrigger['event'], part: Partial<EventTrigger> = {}): EventTrigger {
  return {
    id,
    pipeline,
    event,
    overlap: 'queue',
    paused: false,
    fired: 0,
    lastFiredAt: null,
    skipped: 0,
    lastSkippedAt: null,
    lastSkipReason: null,
    problem: null,
    lastRun: null,
    createdBy: 'admin@example.com',
    createdAt: ago(300 * HOUR),
    updatedAt: ago(300 * HOUR),
    ...part,
  }
}

export const triggers: EventTrigger[] = [
  trigger(
    'trg_reports',
    'reports',
    { kind: 'dataset', dataset: 'chart.orders' },
    {
      fired: 41,
      lastFiredAt: ago(20 * MIN),
      skipped: 3,
      lastSkippedAt: ago(5 * HOUR),
      lastSkipReason: 'coalesced',
      lastRun: { id: 'r_done', state: 'succeeded', queuedAt: ago(20 * MIN), finishedAt: ago(18 * MIN) },
    },
  ),
  trigger(
    'trg_invoices',
    'invoices',
    { kind: 'file', path: '/data/in/*.csv', stableSeconds: 10 },
    { problem: '/data/in is not there, or this server may not read it.' },
  ),
  trigger('trg_customers', 'customers', { kind: 'http' }, { paused: true }),
]

export const madeTrigger: Reply<'POST /triggers'> = { trigger: triggers[2]!, secret: 'atrg_shown-once' }

export const freshness: Reply<'GET /freshness'> = [
  { dataset: 'navigate.orders', within: '1d', state: 'fresh', asOf: ago(3 * HOUR), missedSince: null, reason: null, file: null },
  {
    dataset: 'navigate.revenue',
    within: '2h',
    state: 'missed',
    asOf: ago(3 * HOUR),
    missedSince: ago(HOUR),
    reason: 'The source of orders is paused.',
    file: 'shop/pipelines/revenue.yaml',
  },
]
