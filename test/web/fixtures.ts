import type { Key, Reply } from '../../src/client/call.ts'
import type { Session } from '../../src/contract/access.ts'
import type { Dataset, DatasetSummary, Profile, QuarantineBatch, Snapshot } from '../../src/contract/datasets.ts'
import type { PiiFinding } from '../../src/contract/pii.ts'
import type { CheckResult, QualitySummary } from '../../src/contract/quality.ts'
import type { LogLine, Run, RunDetail, Step } from '../../src/contract/runs.ts'
import type { ReadingPreview, Upload } from '../../src/contract/uploads.ts'

/** The fixtures' clock: every instant is this many ms before it. */
const NOW = Date.now()
const ago = (ms: number) => new Date(NOW - ms).toISOString()
const MIN = 60_000
const HOUR = 60 * MIN

export const session: Session = {
  user: { id: 'u_1', email: 'ida@example.com', name: 'Ida Holm', role: 'admin' },
  permissions: [
    'datasets.read',
    'datasets.read_raw',
    'datasets.export',
    'runs.read',
    'runs.start',
    'uploads.write',
    'sql.run',
    'pipelines.edit',
    'users.manage',
    'tokens.manage',
    'audit.read',
    'settings.edit',
  ],
  csrfToken: 'csrf',
  needsPassword: false,
  server: {
    version: '0.1.0',
    environment: 'production',
    timeZone: 'Europe/Copenhagen',
    uploadLimitBytes: 5_000_000_000,
    now: new Date(NOW).toISOString(),
  },
}

export const signedOut: Session = { ...session, user: null, permissions: [], csrfToken: null }

const quality: QualitySummary = {
  score: 0.9871,
  dimensions: { completeness: 0.9612, uniqueness: 1, timeliness: null, validity: 0.999_967, accuracy: null, consistency: 0.9874 },
  reasons: { timeliness: 'No column says when a row was current.', accuracy: 'No reference data is declared.' },
  measured: 4,
}

const findings: (PiiFinding & { dataset: string })[] = [
  {
    dataset: 'chart.customers',
    column: 'email',
    entity: 'EMAIL_ADDRESS',
    matches: 1_203_488,
    rows: 1_204_019,
    confidence: 0.99,
    within: 'column',
    evidence: ['shape of an address', 'column name'],
    action: 'mask',
  },
  {
    dataset: 'chart.customers',
    column: 'cpr',
    entity: 'DK_CPR',
    matches: 88_120,
    rows: 88_124,
    confidence: 0.98,
    within: 'column',
    evidence: ['shape', 'valid date', 'column name'],
    action: 'hash',
  },
  {
    dataset: 'chart.customers',
    column: 'phone',
    entity: 'PHONE_NUMBER',
    matches: 911_207,
    rows: 940_000,
    confidence: 0.93,
    within: 'column',
    evidence: ['shape', 'country prefix'],
    action: 'mask',
  },
  {
    dataset: 'chart.customers',
    column: 'note',
    entity: 'EMAIL_ADDRESS',
    matches: 212,
    rows: 48_031,
    confidence: 0.61,
    within: 'text',
    evidence: ['shape of an address', 'inside longer text'],
    action: 'redact',
  },
]

const checks: (CheckResult & { dataset: string })[] = [
  {
    dataset: 'chart.customers',
    check: 'not-null',
    title: 'Values are present',
    dimension: 'completeness',
    column: 'email',
    status: 'warned',
    blocking: false,
    eligible: 1_204_512,
    failing: 493,
    figures: {},
    message: 'accepts up to 0 rows',
  },
  {
    dataset: 'chart.customers',
    check: 'unique',
    title: 'Key is unique',
    dimension: 'uniqueness',
    column: 'customer_id',
    status: 'passed',
    blocking: true,
    eligible: 1_204_512,
    failing: 0,
    figures: {},
    message: null,
  },
  {
    dataset: 'chart.customers',
    check: 'not-future',
    title: 'Dates are not in the future',
    dimension: 'validity',
    column: 'created',
    status: 'passed',
    blocking: false,
    eligible: 1_204_512,
    failing: 0,
    figures: {},
    message: null,
  },
  {
    dataset: 'chart.customers',
    check: 'reference',
    title: 'Country is in the reference',
    dimension: 'accuracy',
    column: 'country',
    status: 'not_run',
    blocking: false,
    eligible: 0,
    failing: 0,
    figures: {},
    message: 'no reference data is declared',
  },
  {
    dataset: 'chart.customers',
    check: 'sum',
    title: 'Total is the sum of its parts',
    dimension: 'consistency',
    column: null,
    status: 'error',
    blocking: false,
    eligible: 0,
    failing: 0,
    figures: {},
    message: 'the column amount_parts is gone',
  },
]

function run(part: Partial<Run> & { id: string }): Run {
  return {
    pipeline: 'customers',
    state: 'succeeded',
    trigger: 'upload',
    requestedBy: 'ida@example.com',
    queuedAt: ago(2 * HOUR),
    startedAt: ago(2 * HOUR - 1_200),
    finishedAt: ago(2 * HOUR - 63_500),
    sourceRows: 1_204_551,
    publishedRows: 1_204_512,
    quarantinedRows: 39,
    deduplicatedRows: 0,
    qualityScore: 0.9871,
    piiColumns: 3,
    error: null,
    ...part,
  }
}

const stripRuns: Run[] = Array.from({ length: 26 }, (_, index) => {
  const at = 50 * MIN * (index + 2) + (index % 5) * 7 * MIN
  return run({
    id: `r_strip${index}`,
    pipeline: ['orders', 'customers', 'invoices'][index % 3]!,
    state: index === 7 ? 'failed' : index === 15 ? 'blocked' : 'succeeded',
    queuedAt: ago(at + 900),
    startedAt: ago(at),
    finishedAt: ago(at - 20_000 - ((index * 7919) % 240) * 1000),
    trigger: 'cli',
  })
})

export const runs: Run[] = [
  run({
    id: 'r_running',
    pipeline: 'orders',
    state: 'running',
    trigger: 'api',
    queuedAt: ago(75_000),
    startedAt: ago(74_000),
    finishedAt: null,
    sourceRows: null,
    publishedRows: null,
    quarantinedRows: null,
    deduplicatedRows: null,
    qualityScore: null,
    piiColumns: null,
  }),
  run({
    id: 'r_queued',
    pipeline: 'invoices',
    state: 'queued',
    trigger: 'cli',
    queuedAt: ago(20_000),
    startedAt: null,
    finishedAt: null,
    sourceRows: null,
    publishedRows: null,
    quarantinedRows: null,
    deduplicatedRows: null,
    qualityScore: null,
    piiColumns: null,
  }),
  run({ id: 'r_done' }),
  run({
    id: 'r_failed',
    pipeline: 'orders',
    state: 'failed',
    queuedAt: ago(12 * MIN),
    startedAt: ago(12 * MIN - 42_000),
    finishedAt: ago(12 * MIN - 95_000),
    sourceRows: null,
    publishedRows: null,
    quarantinedRows: null,
    deduplicatedRows: null,
    qualityScore: null,
    piiColumns: null,
    error: {
      type: '/docs#file.truncated',
      title: 'The file ends in the middle',
      status: 422,
      code: 'file.truncated',
      detail: 'orders-2026-11.csv.gz ends after 18,400,512 bytes in the middle of a gzip block.',
      next: 'Copy or download it again.',
      retry: false,
      requestId: 'req_7c1',
    },
  }),
  run({
    id: 'r_blocked',
    pipeline: 'invoices',
    state: 'blocked',
    trigger: 'cli',
    requestedBy: 'bo@example.com',
    queuedAt: ago(3 * HOUR),
    startedAt: ago(3 * HOUR - 400),
    finishedAt: ago(3 * HOUR - 31_000),
    sourceRows: 48_031,
    publishedRows: 0,
    quarantinedRows: 12,
    qualityScore: 0.8204,
    error: {
      type: '/docs#run.blocked',
      title: 'A blocking check failed',
      status: 422,
      code: 'run.blocked',
      detail: '39 of 48,019 rows break “amount ≥ 0” (limit 0).',
      next: 'See which checks failed; mend the rows or the check, then run again.',
      retry: false,
    },
  }),
  ...stripRuns,
]

const at = (seconds: number) => new Date(Date.parse(runs[2]!.startedAt!) + seconds * 1000).toISOString()
const step = (name: Step['name'], from: number, to: number, part: Partial<Step> = {}): Step => ({
  stream: 'customers',
  name,
  state: 'succeeded',
  startedAt: at(from),
  finishedAt: at(to),
  rowsIn: null,
  rowsOut: null,
  bytes: null,
  note: null,
  ...part,
})

const steps: Step[] = [
  step('plan', 0, 0.4, { stream: '', note: 'one stream, replace' }),
  step('extract', 0.5, 18.2, { bytes: 184_402_118, rowsOut: 1_204_551 }),
  step('land', 18.2, 27.9, { rowsOut: 1_204_551, bytes: 61_233_004, note: 'explore.customers' }),
  step('classify', 28, 36.4, { rowsIn: 1_204_551, rowsOut: 1_204_551, note: 'six recognizers over nine columns' }),
  step('standardise', 36.4, 51.3, { rowsIn: 1_204_551, rowsOut: 1_204_512, note: '39 rows to quarantine; 3 columns masked' }),
  step('check', 51.3, 55.1, { rowsOut: 1_204_512, note: 'three passed, one over its limit' }),
  step('transform', 55.1, 59.9, { rowsOut: 1_204_512, note: 'navigate.customers' }),
  step('publish', 59.9, 62.2, { rowsOut: 1_204_512, note: 'chart.customers' }),
]

const quarantine = [
  {
    id: 'q_1',
    dataset: 'chart.customers',
    stage: 'standardise',
    rows: 39,
    reasons: [
      { reason: 'amount is not a decimal(12,2)', rows: 31 },
      { reason: 'the row has 10 values, the header 9', rows: 8 },
    ],
  },
]

export const runDetail: RunDetail = {
  ...runs[2]!,
  steps,
  report: {
    runId: 'r_done',
    pipeline: 'customers',
    status: 'succeeded',
    datasets: [
      { name: 'explore.customers', layer: 'explore', snapshotId: 's_410', rows: 1_204_551, quarantined: 0, columns: columns(9) },
      { name: 'chart.customers', layer: 'chart', snapshotId: 's_411', rows: 1_204_512, quarantined: 39, columns: columns(9) },
      { name: 'navigate.customers', layer: 'navigate', snapshotId: 's_412', rows: 1_204_512, quarantined: 0, columns: columns(9) },
    ],
    pii: findings,
    quality,
    checks,
    quarantine,
    sourceRows: 1_204_551,
    publishedRows: 1_204_512,
    quarantinedRows: 39,
    deduplicatedRows: 0,
    durationMs: 62_300,
    warnings: ['61 cells of created fit day-first and month-first; read day-first, as the rest of the column.'],
    error: null,
  },
}

function columns(count: number) {
  return Array.from({ length: count }, (_, index) => ({ name: `column_${index}`, type: 'VARCHAR', pii: null, action: null }))
}

export const openRun: RunDetail = {
  ...runs[0]!,
  report: null,
  steps: steps.map((old, index) => ({
    ...old,
    stream: old.stream === '' ? '' : 'orders',
    state: index < 2 ? 'succeeded' : index === 2 ? 'running' : 'waiting',
    startedAt: index === 0 ? ago(74_000) : index === 1 ? ago(73_000) : index === 2 ? ago(41_000) : null,
    finishedAt: index === 0 ? ago(73_100) : index === 1 ? ago(41_200) : null,
    rowsOut: index === 1 ? 812_004 : null,
    rowsIn: null,
    bytes: index === 1 ? 98_000_000 : null,
    note: null,
  })),
}

export const failedRun: RunDetail = {
  ...runs[3]!,
  report: null,
  steps: steps.map((old, index) => ({
    ...old,
    stream: old.stream === '' ? '' : 'orders',
    state: index < 1 ? 'succeeded' : index === 1 ? 'failed' : 'skipped',
    startedAt: index === 0 ? runs[3]!.startedAt : index === 1 ? new Date(Date.parse(runs[3]!.startedAt!) + 900).toISOString() : null,
    finishedAt: index === 0 ? new Date(Date.parse(runs[3]!.startedAt!) + 800).toISOString() : index === 1 ? runs[3]!.finishedAt : null,
    rowsIn: null,
    rowsOut: null,
    bytes: null,
    note: index < 1 ? null : index === 1 ? 'the gzip stream ends too early' : 'a step before it failed',
  })),
}

export const log: LogLine[] = steps.flatMap((old, index) => [
  { id: index * 2 + 1, at: old.startedAt!, level: 'info', stream: old.stream, step: old.name, message: `${old.name} starts` },
  {
    id: index * 2 + 2,
    at: old.finishedAt!,
    level: old.name === 'standardise' ? 'warn' : 'info',
    stream: old.stream,
    step: old.name,
    message: old.note ?? `${old.name} done, 1,204,551 rows`,
  },
])

function summary(name: string, part: Partial<DatasetSummary> = {}): DatasetSummary {
  return {
    name,
    layer: name.split('.')[0] as DatasetSummary['layer'],
    description: null,
    snapshotId: 's_411',
    rows: 1_204_512,
    sizeBytes: 58_204_113,
    columns: 9,
    updatedAt: ago(2 * HOUR - 57_400),
    runId: 'r_done',
    quarantined: 0,
    qualityScore: null,
    piiColumns: null,
    ...part,
  }
}

export const datasets: DatasetSummary[] = [
  summary('chart.customers', { quarantined: 39, qualityScore: 0.9871, piiColumns: 3, description: 'One row per customer, from the shop' }),
  summary('chart.invoices', {
    rows: 48_019,
    sizeBytes: 2_204_113,
    quarantined: 12,
    qualityScore: 0.942,
    piiColumns: 1,
    updatedAt: ago(27 * HOUR),
  }),
  summary('chart.orders', { rows: 8_120_443, sizeBytes: 402_204_113, qualityScore: 1, piiColumns: 0, updatedAt: ago(50 * MIN) }),
  summary('explore.customers', { rows: 1_204_551, sizeBytes: 61_233_004, piiColumns: 3 }),
  summary('explore.invoices', { rows: 48_031, sizeBytes: 3_204_113, updatedAt: ago(27 * HOUR) }),
  summary('explore.orders', { rows: 8_120_443, sizeBytes: 512_204_113, piiColumns: 0, updatedAt: ago(50 * MIN) }),
  summary('navigate.customers', { piiColumns: 3 }),
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
  committedAt: ago(2 * HOUR + index * 23 * HOUR),
  runId: index === 0 ? 'r_done' : `r_strip${index}`,
  operation: 'replace',
  rows,
  sizeBytes: 58_204_113 - index * 1_204_000,
  files: 4,
  schemaVersion: index < 4 ? 2 : 1,
  readable: index < 5,
}))

const schema: Dataset['schema'] = [
  {
    fieldId: 1,
    name: 'customer_id',
    type: 'VARCHAR',
    source: 'Kunde ID',
    description: 'Number from the shop, leading zeros kept',
    pii: null,
  },
  {
    fieldId: 2,
    name: 'email',
    type: 'VARCHAR',
    source: 'E-mail',
    description: null,
    pii: { entity: 'EMAIL_ADDRESS', action: 'mask', within: 'column' },
  },
  {
    fieldId: 3,
    name: 'cpr',
    type: 'VARCHAR',
    source: 'CPR',
    description: null,
    pii: { entity: 'DK_CPR', action: 'hash', within: 'column' },
  },
  {
    fieldId: 4,
    name: 'phone',
    type: 'VARCHAR',
    source: 'Telefon',
    description: null,
    pii: { entity: 'PHONE_NUMBER', action: 'mask', within: 'column' },
  },
  { fieldId: 5, name: 'country', type: 'VARCHAR', source: 'Land', description: 'ISO 3166 code', pii: null },
  { fieldId: 6, name: 'amount', type: 'DECIMAL(12,2)', source: 'Beløb', description: 'Sum of orders in DKK', pii: null },
  { fieldId: 7, name: 'created', type: 'DATE', source: 'Oprettet', description: null, pii: null },
  { fieldId: 8, name: 'active', type: 'BOOLEAN', source: 'Aktiv', description: null, pii: null },
  {
    fieldId: 9,
    name: 'note',
    type: 'VARCHAR',
    source: 'Bemærkning',
    description: null,
    pii: { entity: 'EMAIL_ADDRESS', action: 'redact', within: 'text' },
  },
]

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
  profiledAt: ago(HOUR),
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

export const batches: QuarantineBatch[] = [{ ...quarantine[0]!, stage: 'standardise', runId: 'r_done', createdAt: ago(2 * HOUR) }]

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

export const uploads: Upload[] = [
  {
    id: 'up_new',
    fileName: 'kunder-2026-11.csv',
    sizeBytes: 18_402_118,
    sha256: '9f3c2b7d5e1a08446c0f9d2e7b35a1c84f60d9e21b7a3c5d8e0f12a4b6c8d0e2',
    createdAt: ago(4 * MIN),
    createdBy: 'ida@example.com',
    lastRunId: null,
  },
  {
    id: 'up_done',
    fileName: 'customers.csv',
    sizeBytes: 184_402_118,
    sha256: '1a08446c0f9d2e7b35a1c84f60d9e21b7a3c5d8e0f12a4b6c8d0e29f3c2b7d5e',
    createdAt: ago(2 * HOUR + MIN),
    createdBy: 'ida@example.com',
    lastRunId: 'r_done',
  },
  {
    id: 'up_failed',
    fileName: 'orders-2026-11.csv.gz',
    sizeBytes: 18_400_512,
    sha256: 'c84f60d9e21b7a3c5d8e0f12a4b6c8d0e29f3c2b7d5e1a08446c0f9d2e7b35a1',
    createdAt: ago(13 * MIN),
    createdBy: 'bo@example.com',
    lastRunId: 'r_failed',
  },
]

export const preview: ReadingPreview = {
  reading: {
    format: 'csv',
    compression: 'none',
    encoding: 'windows-1252',
    delimiter: ';',
    quote: '"',
    escape: '"',
    header: true,
    skipRows: 0,
    skipAfterHeader: 0,
    decimal: ',',
    dateOrder: 'day-first',
    nullText: [],
  },
  streams: ['kunder-2026-11'],
  columns: [
    {
      source: 'Kunde ID',
      name: 'kunde_id',
      type: 'VARCHAR',
      ambiguous: 0,
      samples: [
        { source: '0012', read: '0012' },
        { source: '0047', read: '0047' },
      ],
    },
    { source: 'E-mail', name: 'e_mail', type: 'VARCHAR', ambiguous: 0, samples: [{ source: 'ida@example.com', read: 'ida@example.com' }] },
    {
      source: 'Beløb',
      name: 'beloeb',
      type: 'DECIMAL(12,2)',
      ambiguous: 0,
      samples: [
        { source: '1.234,56', read: '1234.56' },
        { source: '99,95', read: '99.95' },
        { source: 'n/a', read: null },
      ],
    },
    {
      source: 'Oprettet',
      name: 'oprettet',
      type: 'DATE',
      ambiguous: 61,
      samples: [
        { source: '03-04-2026', read: '2026-04-03' },
        { source: '31-12-2025', read: '2025-12-31' },
      ],
    },
    {
      source: 'Aktiv',
      name: 'aktiv',
      type: 'BOOLEAN',
      ambiguous: 0,
      samples: [
        { source: 'ja', read: 'true' },
        { source: '', read: null },
      ],
    },
  ],
  rows: Array.from({ length: 50 }, (_, index) => [
    String(12 + index).padStart(4, '0'),
    `kunde${index}@example.com`,
    index % 7 === 0 ? 'n/a' : `${index}.234,56`,
    `${String((index % 28) + 1).padStart(2, '0')}-04-2026`,
    index % 3 === 0 ? '' : 'ja',
  ]),
  scannedRows: 10_000,
  problems: [{ line: 418, reason: 'the row has 6 values, the header 5' }],
}

export const stats: Reply<'GET /dashboard/stats'> = {
  totalRuns: 128,
  avgQualityScore: 0.9764,
  totalPiiDetections: 2_203_027,
  activeConnectors: 1,
  recentRuns: runs.slice(0, 10),
  asOf: new Date(NOW).toISOString(),
  scope: { scoredDatasets: 3, classifiedDatasets: 6, classifiedRows: 18_697_538 },
  attention: [
    {
      kind: 'run_failed',
      title: 'orders failed at extract',
      detail: 'The file ends in the middle. Nothing was published.',
      since: ago(12 * MIN),
      link: '/runs/r_failed',
      verb: 'Open run',
    },
    {
      kind: 'run_blocked',
      title: 'invoices is blocked by a check',
      detail: '39 rows break “amount ≥ 0”. Readers see the last good snapshot.',
      since: ago(3 * HOUR),
      link: '/runs/r_blocked',
      verb: 'Open run',
    },
    {
      kind: 'quarantine',
      title: 'chart.customers has 39 rows in quarantine',
      detail: '31 are not a decimal(12,2)',
      since: ago(2 * HOUR),
      link: '/datasets/chart.customers?tab=quarantine',
      verb: 'Open rows',
    },
  ],
  layers: [
    { layer: 'explore', datasets: 3, rows: 9_373_025, updatedAt: ago(50 * MIN) },
    { layer: 'chart', datasets: 3, rows: 9_372_974, updatedAt: ago(50 * MIN) },
    { layer: 'navigate', datasets: 2, rows: 1_204_539, updatedAt: ago(2 * HOUR) },
  ],
}

const emptyStats: Reply<'GET /dashboard/stats'> = {
  ...stats,
  totalRuns: 0,
  avgQualityScore: null,
  totalPiiDetections: 0,
  activeConnectors: 0,
  recentRuns: [],
  scope: { scoredDatasets: 0, classifiedDatasets: 0, classifiedRows: 0 },
  attention: [],
  layers: stats.layers.map(({ layer }) => ({ layer, datasets: 0, rows: 0, updatedAt: null })),
}

type Replies = { [K in Key]?: Reply<K> | ((params: string[], query: URLSearchParams) => Reply<K>) }

/** Good answers by endpoint. */
export const replies: Replies = {
  'GET /auth/session': session,
  'GET /dashboard/stats': stats,
  'GET /runs': (_, query) => {
    const found = runs.filter(
      (one) => (query.get('state') ?? one.state) === one.state && (query.get('pipeline') ?? one.pipeline) === one.pipeline,
    )
    return { runs: found, next: null }
  },
  'GET /runs/:runId': ([id]) => (id === 'r_running' ? openRun : id === 'r_failed' ? failedRun : runDetail),
  'GET /runs/:runId/log': log,
  'POST /runs/:runId/cancel': { ...runs[0]!, state: 'cancelled' },
  'POST /runs': runs[0]!,
  'GET /datasets': (_, query) => {
    const found = datasets.filter((one) => one.name.includes(query.get('q') ?? '') && (query.get('layer') ?? one.layer) === one.layer)
    return { datasets: found, next: null, total: found.length }
  },
  'GET /datasets/:name': dataset,
  'GET /datasets/:name/rows': rows,
  'GET /datasets/:name/profile': profile,
  'GET /datasets/:name/snapshots': snapshots,
  'GET /datasets/:name/quarantine': batches,
  'GET /quarantine/:quarantineId/rows': {
    total: 39,
    rows: [
      {
        file: 'customers.csv',
        line: 418,
        column: 'amount',
        reason: 'amount is not a decimal(12,2)',
        row: '0000418;h@example.com;;+45 12 34 56 78;DK;n/a;03-04-2026;ja;',
      },
      { file: 'customers.csv', line: 20_114, column: null, reason: 'the row has 10 values, the header 9', row: null },
    ],
  },
  'GET /uploads': uploads,
  'GET /uploads/:uploadId': ([id]) => uploads.find((one) => one.id === id) ?? uploads[0]!,
  'POST /uploads/:uploadId/preview': preview,
  'POST /uploads': uploads[0]!,
}

/** Answers in which nothing was measured: counts of nothing, and null for every figure. */
export const neverReplies: Replies = {
  ...replies,
  'GET /dashboard/stats': emptyStats,
  'GET /runs': { runs: [], next: null },
  'GET /runs/:runId': {
    ...failedRun,
    state: 'failed',
    startedAt: null,
    finishedAt: null,
    steps: failedRun.steps.map((old) => ({ ...old, state: 'skipped', startedAt: null, finishedAt: null, note: null })),
    error: null,
  },
  'GET /runs/:runId/log': [],
  'GET /datasets': { datasets: [], next: null, total: 0 },
  'GET /uploads': [],
  'GET /datasets/:name/snapshots': [],
  'GET /datasets/:name/quarantine': [],
}
