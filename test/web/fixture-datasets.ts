import type { Reply } from '../../src/client/call.ts'
import type { Dataset, DatasetSummary, Profile, QuarantineBatch, Snapshot } from '../../src/contract/datasets.ts'
import { HOUR, MIN, ago } from './fixture-clock.ts'
import { checks, findings, quality } from './fixture-measures.ts'
import { quarantine, runDetail } from './fixture-runs.ts'

function summary(name: string, part: Partial<DatasetSummary> = {}): DatasetSummary {
  return {
    name,
    layer: name.split('.')[0] as DatasetSummary['layer'],
    description: null,
    snapshotId: 's_411',
    rows: 1_204_512,
    sizeBytes: 58_204_113,
    columns: 9,
    updatedAt: runDetail.finishedAt!,
    runId: 'r_done',
    quarantined: 0,
    qualityScore: null,
    piiColumns: null,
    ...part,
  }
}

export const datasets: DatasetSummary[] = [
  summary('chart.customers', {
    quarantined: 39,
    qualityScore: quality.score,
    piiColumns: findings.length,
    description: 'One row per customer, from the shop',
  }),
  summary('chart.invoices', {
    rows: 48_019,
    sizeBytes: 2_204_113,
    quarantined: 12,
    qualityScore: 0.942,
    piiColumns: 1,
    updatedAt: ago(27 * HOUR),
  }),
  summary('chart.orders', { rows: 8_120_443, sizeBytes: 402_204_113, qualityScore: 1, piiColumns: 0, updatedAt: ago(50 * MIN) }),
  summary('explore.customers', { rows: 1_204_551, sizeBytes: 61_233_004, piiColumns: findings.length }),
  summary('explore.invoices', { rows: 48_031, sizeBytes: 3_204_113, updatedAt: ago(27 * HOUR) }),
  summary('explore.orders', { rows: 8_120_443, sizeBytes: 512_204_113, piiColumns: 0, updatedAt: ago(50 * MIN) }),
  summary('navigate.customers', { piiColumns: findings.length }),
  summary('navigate.revenue_by_country', {
    rows: 27,
    sizeBytes: 4_113,
    columns: 4,
    piiColumns: 0,
    runId: null,
    description: 'Sum of invoices by country and month',
  }),
]

export const snapshots: Snapshot[] = [1_204_512, 1_199_004, 1_187_220, 1_190_118, 1_102_000, 980_220].map((rows, index, all) => ({
  id: `s_${411 - index * 3}`,
  parentId: index === all.length - 1 ? null : `s_${411 - (index + 1) * 3}`,
  committedAt: index === 0 ? runDetail.finishedAt! : ago(2 * HOUR + index * 23 * HOUR),
  runId: index === 0 ? 'r_done' : `r_strip${index}`,
  operation: 'replace',
  rows,
  sizeBytes: 58_204_113 - index * 1_204_000,
  files: 4,
  schemaVersion: index < 4 ? 2 : 1,
  readable: index < 5,
}))

type Column = Dataset['schema'][number]
const columns: [name: string, type: string, source: string, part?: Partial<Column>][] = [
  ['customer_id', 'VARCHAR', 'Kunde ID', { description: 'Number from the shop, leading zeros kept' }],
  ['email', 'VARCHAR', 'E-mail', { pii: { entity: 'EMAIL_ADDRESS', action: 'mask', within: 'column' } }],
  ['cpr', 'VARCHAR', 'CPR', { pii: { entity: 'DK_CPR', action: 'hash', within: 'column' } }],
  ['phone', 'VARCHAR', 'Telefon', { pii: { entity: 'PHONE_NUMBER', action: 'mask', within: 'column' } }],
  ['country', 'VARCHAR', 'Land', { description: 'ISO 3166 code' }],
  ['amount', 'DECIMAL(12,2)', 'Beløb', { description: 'Sum of orders in DKK' }],
  ['created', 'DATE', 'Oprettet'],
  ['active', 'BOOLEAN', 'Aktiv'],
  ['note', 'VARCHAR', 'Bemærkning', { pii: { entity: 'EMAIL_ADDRESS', action: 'redact', within: 'text' } }],
]
const schema = columns.map(([name, type, source, part], index): Column => ({
  fieldId: index + 1,
  name,
  type,
  source,
  description: null,
  pii: null,
  ...part,
}))

export const dataset: Dataset = {
  ...datasets[0]!,
  schema,
  snapshot: snapshots[0]!,
  quality,
  checks,
  findings,
  inputs: [{ name: 'explore.customers', snapshotId: 's_410' }],
}

const plain = { mean: null, histogram: null, withheld: false, min: null, max: null, top: [] }
export const profile: Profile = {
  snapshotId: 's_411',
  rows: 1_204_512,
  profiledAt: runDetail.finishedAt!,
  columns: [
    { ...plain, name: 'customer_id', type: 'VARCHAR', nulls: 0, distinct: 1_204_512, min: '0000012', max: '9999871' },
    { ...plain, name: 'email', type: 'VARCHAR', nulls: 493, distinct: null, withheld: true },
    { ...plain, name: 'cpr', type: 'VARCHAR', nulls: 1_116_388, distinct: null, withheld: true },
    { ...plain, name: 'phone', type: 'VARCHAR', nulls: 264_512, distinct: null, withheld: true },
    {
      ...plain,
      name: 'country',
      type: 'VARCHAR',
      nulls: 1,
      distinct: 27,
      min: 'AT',
      max: 'US',
      top: [
        ['DK', 804_120],
        ['SE', 201_003],
        ['NO', 120_441],
        ['DE', 51_220],
        ['FI', 12_004],
      ].map(([value, rows]) => ({ value: String(value), rows: Number(rows) })),
    },
    {
      ...plain,
      name: 'amount',
      type: 'DECIMAL(12,2)',
      nulls: 0,
      distinct: 88_120,
      min: '0.00',
      max: '20000.00',
      mean: 1843.2271,
      top: [
        { value: '0.00', rows: 20_114 },
        { value: '199.00', rows: 18_220 },
        { value: '99.95', rows: 9_120 },
      ],
      histogram: Array.from({ length: 20 }, (_, index) => ({
        from: `${index * 1000}`,
        to: `${(index + 1) * 1000}`,
        rows: index === 17 ? 0 : Math.round(420_000 * Math.exp(-index / 2.6)),
      })),
    },
    { ...plain, name: 'created', type: 'DATE', nulls: 12, distinct: 4_211, min: '2009-03-01', max: '2026-11-21' },
    {
      ...plain,
      name: 'active',
      type: 'BOOLEAN',
      nulls: 0,
      distinct: 2,
      top: [
        { value: 'true', rows: 1_000_411 },
        { value: 'false', rows: 204_101 },
      ],
    },
    { ...plain, name: 'note', type: 'VARCHAR', nulls: 1_156_481, distinct: null, withheld: true },
  ],
}

export const batches: QuarantineBatch[] = [{ ...quarantine[0]!, stage: 'standardise', runId: 'r_done', createdAt: runDetail.finishedAt! }]

export const rows: Reply<'GET /datasets/:name/rows'> = {
  snapshotId: 's_411',
  columns: schema.map(({ name, type }) => ({ name, type })),
  offset: 0,
  total: 1_204_512,
  rows: Array.from({ length: 100 }, (_, index) => [
    String(12 + index * 37).padStart(7, '0'),
    `${'abcdefgh'[index % 8]}***@example.com`,
    index % 9 === 0 ? 'h:6f2c1d9a44e0' : null,
    `+45 ** ** ** ${10 + (index % 80)}`,
    ['DK', 'SE', 'NO', 'DE'][index % 4]!,
    `${(index * 131.37).toFixed(2)}`,
    `20${String(10 + (index % 16)).padStart(2, '0')}-03-0${1 + (index % 9)}`,
    index % 5 === 0 ? 'false' : 'true',
    index % 4 === 0 ? '' : index % 4 === 1 ? null : index % 4 === 2 ? '  ring later ' : 'wants the catalogue',
  ]),
}
