import type { Reply } from '../../src/client/call.ts'
import type { QuarantineEntry } from '../../src/contract/quarantine.ts'
import { HOUR, MIN, ago } from './fixture-clock.ts'

const entry = (row: number, part: Partial<QuarantineEntry>): QuarantineEntry => ({
  batch: 'q_1',
  row,
  dataset: 'chart.customers',
  state: 'open',
  stage: 'standardise',
  runId: 'r_done',
  at: ago(12 * MIN),
  file: 'customers.csv',
  line: 400 + row,
  column: 'amount',
  reason: 'amount is not a decimal(12,2)',
  rule: null,
  content: JSON.stringify({ customer_id: String(400 + row), email: 'h@example.com', amount: '12,5', country: 'DK' }),
  replayRunId: null,
  ...part,
})

export const quarantineRows: Reply<'GET /quarantine/rows'> = {
  total: 39,
  rows: [
    entry(1, {}),
    entry(2, {}),
    entry(3, { state: 'replaying', replayRunId: 'r_running' }),
    entry(4, { reason: 'breaks rule amount-is-positive', rule: 'amount-is-positive', stage: 'check' }),
    entry(5, { state: 'discarded', column: null, line: 20_114, reason: 'the row has 10 values, the header 9', content: '1;2;3' }),
    entry(6, { content: null }),
    entry(7, { state: 'superseded', replayRunId: 'r_done' }),
  ],
}

export const quarantineGroups: Reply<'GET /quarantine/groups'> = [
  { reason: 'amount is not a decimal(12,2)', column: 'amount', rule: null, rows: 31, open: 30 },
  { reason: 'breaks rule amount-is-positive', column: 'amount', rule: 'amount-is-positive', rows: 6, open: 6 },
  { reason: 'the row has 10 values, the header 9', column: null, rule: null, rows: 2, open: 1 },
]

export const quarantineOverview: Reply<'GET /quarantine'> = [
  {
    dataset: 'chart.customers',
    batches: 2,
    rows: 39,
    states: { open: 36, replaying: 1, replayed: 0, released: 0, superseded: 1, discarded: 1 },
    lastAt: ago(12 * MIN),
  },
  {
    dataset: 'explore.orders',
    batches: 1,
    rows: 4,
    states: { open: 0, replaying: 0, replayed: 3, released: 1, superseded: 0, discarded: 0 },
    lastAt: ago(30 * HOUR),
  },
]

export const quarantineActs: Reply<'GET /quarantine/acts'> = [
  { batch: 'q_1', state: 'discarded', rows: 1, by: 'admin', at: ago(5 * MIN), reason: 'a test row of the shop', runId: null },
]

export const quarantinePreview: Reply<'POST /quarantine/preview'> = {
  columns: [
    { name: 'customer_id', type: 'VARCHAR' },
    { name: 'amount', type: 'VARCHAR' },
  ],
  selected: 37,
  rows: [{ batch: 'q_1', row: 1, before: { customer_id: '401', amount: '12,5' }, after: { customer_id: '401', amount: '12.5' } }],
}
