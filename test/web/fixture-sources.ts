import { files } from '../../src/connectors/files.ts'
import { googleSheets } from '../../src/connectors/google-sheets.ts'
import { mysql } from '../../src/connectors/mysql.ts'
import { postgresql } from '../../src/connectors/postgresql.ts'
import { restApi } from '../../src/connectors/rest-api.ts'
import { salesforce } from '../../src/connectors/salesforce.ts'
import type { Connector } from '../../src/connectors/connector.ts'
import type { StreamRule } from '../../src/contract/pipelines.ts'
import {
  type CheckedPart,
  type ConnectorInfo,
  type DiscoveredStream,
  type SchemaChange,
  SECRET_KEPT,
  type Source,
  type SourceRun,
  type SourceStream,
  type StreamPreview,
} from '../../src/contract/sources.ts'
import type { Problem } from '../../src/contract/problem.ts'
import { describeConnector } from '../../src/server/describe-connector.ts'
import { HOUR, MIN, ago } from './fixture-clock.ts'

/** The real forms: what a person sees is drawn from the schemas that the server sends. */
export const connectorInfos: ConnectorInfo[] = ([files, postgresql, mysql, restApi, googleSheets, salesforce] as Connector[]).map(
  describeConnector,
)

const DAY = 24 * HOUR

function rule(name: string, part: Partial<StreamRule> = {}): StreamRule {
  return {
    name,
    mode: 'replace',
    options: {},
    contract: { newTable: 'evolve', newColumn: 'evolve', nullability: 'evolve' },
    keys: [],
    columns: {},
    checks: [],
    ...part,
  }
}

const denied: Problem = {
  type: '/docs#source.permission_denied',
  title: 'The source does not allow this to be read',
  status: 422,
  code: 'source.permission_denied',
  detail: 'public.payroll: permission denied for table payroll (42501).',
  next: 'Grant SELECT on public.payroll to atlas_reader.',
  retry: false,
}

const unreachable: Problem = {
  type: '/docs#source.unreachable',
  title: 'The source does not answer',
  status: 502,
  code: 'source.unreachable',
  detail: 'erp.example.com has no address (ENOTFOUND).',
  next: 'Check the address and the network.',
  retry: true,
}

const limited: Problem = {
  type: '/docs#source.rate_limited',
  title: 'The source allows no more requests for now',
  status: 429,
  code: 'source.rate_limited',
  detail: '90 % of the API calls of the day are used. 48,000 of 212,340 rows of Contact are kept; the next run goes on from there.',
  next: 'Wait as long as the source says, or lower the rate in the settings of the source.',
  retry: true,
}

function sourceRun(runId: string, part: Partial<SourceRun> = {}): SourceRun {
  return {
    runId,
    state: 'succeeded',
    queuedAt: ago(4 * MIN),
    finishedAt: ago(4 * MIN - 12_400),
    durationMs: 12_400,
    sourceRows: 12_403,
    publishedRows: 12_391,
    quarantinedRows: 12,
    error: null,
    ...part,
  }
}

function source(name: string, part: Partial<Source> = {}): Source {
  return {
    id: `src_${name}`,
    name,
    connector: 'postgresql',
    description: '',
    settings: { host: 'db.example.com', port: 5432, database: name, user: 'atlas_reader', password: SECRET_KEPT },
    streams: [rule('public.orders', { mode: 'merge', cursor: { column: 'updated_at', nulls: 'raise' } }), rule('public.customers')],
    policy: { entities: {}, columns: {} },
    paused: false,
    version: 3,
    state: 'on_time',
    streamsDelivered: { delivered: 2, chosen: 2 },
    lastRun: sourceRun(`r_${name}`),
    lastSuccessAt: ago(4 * MIN),
    createdAt: ago(40 * DAY),
    createdBy: 'admin@example.com',
    updatedAt: ago(3 * DAY),
    updatedBy: 'admin@example.com',
    secretsSetAt: { password: ago(40 * DAY) },
    ...part,
  }
}

const partialRun = sourceRun('r_partial', { state: 'partial', error: denied, sourceRows: 1_284, publishedRows: 1_284, quarantinedRows: 0 })

export const sources: Source[] = [
  source('shop', {
    description: 'Orders of the web shop',
    streams: [
      rule('public.orders', {
        mode: 'merge',
        cursor: { column: 'updated_at', nulls: 'raise', backfill: { from: '2026-01-01', to: '2026-02-01' } },
        where: { amount__gt: 10_000, email__null: false },
      }),
      rule('public.customers'),
      rule('totals', { query: 'select status, sum(amount) as total\nfrom public.orders\ngroup by status' }),
    ],
  }),
  source('erp', {
    state: 'failing',
    lastRun: sourceRun('r_failed', {
      state: 'failed',
      error: unreachable,
      sourceRows: null,
      publishedRows: null,
      quarantinedRows: null,
      durationMs: 15_020,
    }),
    lastSuccessAt: ago(26 * HOUR),
    streamsDelivered: { delivered: 0, chosen: 2 },
  }),
  source('payroll', {
    connector: 'mysql',
    state: 'partial',
    lastRun: partialRun,
    lastSuccessAt: ago(2 * DAY),
    streamsDelivered: { delivered: 9, chosen: 10 },
  }),
  source('crm', {
    connector: 'salesforce',
    settings: { auth: { method: 'client_credentials', clientId: '3MVG9', clientSecret: SECRET_KEPT } },
    secretsSetAt: { 'auth.clientSecret': ago(12 * DAY) },
    state: 'rate_limited',
    lastRun: sourceRun('r_crm', { state: 'rate_limited', error: limited, sourceRows: 48_000, publishedRows: 0, quarantinedRows: 0 }),
    lastSuccessAt: ago(25 * HOUR),
    streamsDelivered: { delivered: 7, chosen: 8 },
  }),
  source('budget', {
    connector: 'google_sheets',
    state: 'never_run',
    lastRun: null,
    lastSuccessAt: null,
    streamsDelivered: null,
  }),
  source('tickets', {
    connector: 'rest_api',
    state: 'running',
    lastRun: sourceRun('r_running', {
      state: 'running',
      finishedAt: null,
      durationMs: null,
      sourceRows: null,
      publishedRows: null,
      quarantinedRows: null,
    }),
  }),
  source('archive', {
    connector: 'files',
    settings: { path: 'archive/*.csv' },
    secretsSetAt: {},
    paused: true,
    state: 'paused',
    lastSuccessAt: ago(9 * DAY),
  }),
]

export const parts: CheckedPart[] = [
  { part: 'name', ok: true, detail: '192.0.2.14', durationMs: 12 },
  { part: 'connection', ok: true, detail: 'port 5432 answers', durationMs: 3 },
  { part: 'tls', ok: true, detail: 'TLSv1.3, certificate valid until March', durationMs: 9 },
  { part: 'sign_in', ok: true, detail: 'as atlas_reader', durationMs: 21 },
  {
    part: 'permission',
    ok: false,
    detail: 'atlas_reader may read no table of the schema public. GRANT SELECT ON ALL TABLES IN SCHEMA public TO atlas_reader;',
    durationMs: 4,
  },
]

const column = (name: string, type: string, sourceType: string, nullable = true) => ({ name, type, sourceType, nullable })

function discovered(name: string, part: Partial<DiscoveredStream> = {}): DiscoveredStream {
  return {
    name,
    title: null,
    kind: 'table',
    columns: [
      column('id', 'BIGINT', 'bigint', false),
      column('email', 'VARCHAR', 'text'),
      column('amount', 'DECIMAL(12,2)', 'numeric(12,2)'),
      column('updated_at', 'TIMESTAMP WITH TIME ZONE', 'timestamptz', false),
    ],
    primaryKey: ['id'],
    cursors: ['updated_at', 'id'],
    modes: ['replace', 'merge', 'append', 'full_append'],
    rowEstimate: 1_204_551,
    sizeBytes: 184_402_118,
    details: {},
    ...part,
  }
}

export const discoveredStreams: DiscoveredStream[] = [
  discovered('public.orders'),
  discovered('public.customers', { rowEstimate: 48_031 }),
  discovered('public.events', { primaryKey: [], cursors: ['happened_at'], rowEstimate: 8_120_443 }),
  discovered('public.countries', { cursors: [], rowEstimate: 249 }),
  discovered('public.open_orders', { kind: 'view', primaryKey: [], cursors: [], rowEstimate: null, modes: ['replace', 'full_append'] }),
]

export const streamPreview: StreamPreview = {
  columns: [
    { name: 'id', type: 'BIGINT' },
    { name: 'email', type: 'VARCHAR' },
    { name: 'amount', type: 'DECIMAL(12,2)' },
    { name: 'updated_at', type: 'TIMESTAMP WITH TIME ZONE' },
  ],
  rows: Array.from({ length: 50 }, (_, index) => [
    String(index + 1),
    index % 9 === 0 ? null : `customer${index}@example.com`,
    `${index * 17}.50`,
    `2026-11-${String((index % 22) + 1).padStart(2, '0')} 08:15:00+00`,
  ]),
}

export const sourceStreams: SourceStream[] = [
  {
    name: 'public.orders',
    dataset: 'orders',
    mode: 'merge',
    keys: ['id'],
    cursorColumn: 'updated_at',
    cursorValue: '2026-11-23 08:11:52.184223+00',
    lastReadAt: ago(4 * MIN),
    rows: 1_204_551,
    lastState: 'succeeded',
    lastError: null,
  },
  {
    name: 'public.customers',
    dataset: 'customers',
    mode: 'replace',
    keys: [],
    cursorColumn: null,
    cursorValue: null,
    lastReadAt: ago(4 * MIN),
    rows: 48_031,
    lastState: 'succeeded',
    lastError: null,
  },
  {
    name: 'public.payroll',
    dataset: 'payroll',
    mode: 'replace',
    keys: [],
    cursorColumn: null,
    cursorValue: null,
    lastReadAt: ago(2 * DAY),
    rows: 412,
    lastState: 'failed',
    lastError: denied,
  },
  {
    name: 'public.events',
    dataset: 'events',
    mode: 'append',
    keys: [],
    cursorColumn: 'happened_at',
    cursorValue: null,
    lastReadAt: null,
    rows: null,
    lastState: 'never_run',
    lastError: null,
  },
]

export const sourceHistory: SourceRun[] = Array.from({ length: 34 }, (_, index) => {
  const queued = 4 * MIN + index * HOUR
  const durationMs = 9_000 + ((index * 7919) % 9_000)
  const rows = 4_000 + ((index * 3571) % 9_000)
  return sourceRun(`r_hist${index}`, {
    queuedAt: ago(queued),
    finishedAt: ago(queued - durationMs),
    durationMs,
    sourceRows: rows,
    publishedRows: rows - (index % 5),
    quarantinedRows: index % 5,
    ...(index === 11
      ? { state: 'failed', error: unreachable, sourceRows: null, publishedRows: null, quarantinedRows: null, durationMs: 15_020 }
      : index === 20
        ? { state: 'partial', error: denied }
        : {}),
  })
})

export const schemaChanges: SchemaChange[] = [
  {
    id: 4,
    at: ago(4 * MIN),
    runId: 'r_shop',
    stream: 'public.orders',
    dataset: 'orders',
    kind: 'dropped',
    column: 'coupon',
    from: 'VARCHAR',
    to: null,
    action: 'kept with its old values; new rows have none',
    breaking: true,
  },
  {
    id: 3,
    at: ago(2 * DAY),
    runId: 'r_hist2',
    stream: 'public.orders',
    dataset: 'orders',
    kind: 'retyped',
    column: 'amount',
    from: 'DECIMAL(10,2)',
    to: 'DECIMAL(12,2)',
    action: 'widened',
    breaking: false,
  },
  {
    id: 2,
    at: ago(2 * DAY),
    runId: 'r_hist2',
    stream: 'public.orders',
    dataset: 'orders',
    kind: 'added',
    column: 'channel',
    from: null,
    to: 'VARCHAR',
    action: 'taken in',
    breaking: false,
  },
  {
    id: 1,
    at: ago(40 * DAY),
    runId: 'r_hist9',
    stream: 'public.customers',
    dataset: 'customers',
    kind: 'new_table',
    column: null,
    from: null,
    to: null,
    action: 'taken in',
    breaking: false,
  },
]

export const dependents = {
  datasets: ['explore.orders', 'chart.orders', 'explore.customers', 'chart.customers'],
  transforms: ['navigate.revenue'],
  pipelines: [],
}

/** A source of which nothing was ever read. */
export const neverSource: Source = source('shop', { state: 'never_run', lastRun: null, lastSuccessAt: null, streamsDelivered: null })
export const neverStreams: SourceStream[] = sourceStreams.map((stream) => ({
  ...stream,
  cursorValue: null,
  lastReadAt: null,
  rows: null,
  lastState: 'never_run',
  lastError: null,
}))

/** Ten streams of one run: nine were read, one may not be. */
export const partialStreams = {
  names: ['orders', 'order_lines', 'customers', 'invoices', 'payments', 'products', 'stock', 'suppliers', 'payroll', 'countries'],
  denied,
}
