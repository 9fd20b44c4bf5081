import type { PiiOverview, PiiDecision, ReviewedFinding } from '../../src/contract/pii-review.ts'
import type { Reply } from '../../src/client/call.ts'
import type { TriedPolicy } from '../../src/contract/pii-tools.ts'
import type { PiiFinding } from '../../src/contract/pii.ts'
import { HOUR, NOW, ago } from './fixture-clock.ts'
import { findings as shown } from './fixture-measures.ts'

function decision(part: Pick<PiiDecision, 'dataset' | 'column' | 'entity' | 'decision'> & Partial<PiiDecision>): PiiDecision {
  return { correctedEntity: null, reason: '', by: 'admin@example.com', at: ago(26 * HOUR), ...part }
}

const confirmed = decision({ dataset: 'chart.customers', column: 'cpr', entity: 'DK_CPR', decision: 'confirm' })
const corrected = decision({
  dataset: 'chart.invoices',
  column: 'reference',
  entity: 'PHONE_NUMBER',
  decision: 'correct',
  correctedEntity: 'DK_CVR',
  reason: 'Numbers of companies that are invoiced',
})
const dismissed = decision({
  dataset: 'chart.orders',
  column: 'order_no',
  entity: 'CREDIT_CARD',
  decision: 'dismiss',
  reason: 'Our own numbers',
})

const STATES = { confirm: 'confirmed', correct: 'corrected', dismiss: 'dismissed' } as const

function reviewed(dataset: ReviewedFinding['dataset'], found: PiiFinding, said: PiiDecision | null = null): ReviewedFinding {
  const [layer, table] = dataset.split('.') as [ReviewedFinding['layer'], string]
  return {
    dataset,
    layer,
    snapshotId: 's_411',
    column: found.column,
    entity: found.entity,
    finding: found,
    state: said === null ? 'open' : STATES[said.decision],
    decision: said,
    decides: { dataset: `chart.${table}`, column: found.column },
  }
}

const plain = { confidence: 0.97, within: 'column' as const }
const customers = shown.map(({ dataset: _, ...found }) => found)
const name: PiiFinding = {
  ...plain,
  column: 'full_name',
  entity: 'PERSON',
  matches: 18_204,
  rows: 20_000,
  kind: 'entity',
  sampled: { rows: 20_000, of: 1_204_512, missBound: 0.0002 },
  evidence: ['given name and family name in lists', 'column name'],
  action: 'keep',
}
const vat: PiiFinding = {
  ...plain,
  column: 'reference',
  entity: 'DK_CVR',
  matches: 47_012,
  rows: 48_019,
  evidence: ['a steward says so'],
  action: 'keep',
}
const country: PiiFinding = {
  ...plain,
  column: 'ship_to',
  entity: 'IBAN_CODE',
  matches: 3,
  rows: 8_120_443,
  within: 'text',
  evidence: ['shape', 'check digits fit'],
  action: 'mask',
  rule: { action: 'mask', last: 4 },
}

/** Findings of every layer, decided and not. */
export const piiFindings: ReviewedFinding[] = [
  ...[...customers, name].map((found) => reviewed('chart.customers', found, found.column === 'cpr' ? confirmed : null)),
  reviewed('chart.invoices', vat, corrected),
  reviewed('chart.orders', country),
  {
    ...reviewed('chart.orders', country, dismissed),
    column: 'order_no',
    entity: 'CREDIT_CARD',
    finding: null,
    decides: { dataset: 'chart.orders', column: 'order_no' },
  },
  ...customers.map((found) => reviewed('explore.customers', { ...found, action: 'keep' }, found.column === 'cpr' ? confirmed : null)),
  ...customers.map((found) => reviewed('navigate.customers', found, found.column === 'cpr' ? confirmed : null)),
  { ...reviewed('navigate.revenue_by_country', { ...name, column: 'buyer', matches: 12, rows: 27, sampled: null }), decides: null },
]

const KINDS = { EMAIL_ADDRESS: 'E-mail address', DK_CPR: 'Danish CPR number', PHONE_NUMBER: 'Phone number', PERSON: 'Name of a person' }

const day = (back: number) => new Date(NOW - back * 24 * HOUR).toISOString().slice(0, 10)

export const piiOverview: PiiOverview = {
  datasets: { total: 8, classified: 6, personal: 5 },
  columns: { personal: 15, kept: 7, protected: 8 },
  review: { open: 5, decided: 3 },
  byEntity: [
    ...Object.entries(KINDS).flatMap(([entity, title]) =>
      (['explore', 'chart', 'navigate'] as const).flatMap((layer) => {
        const found = piiFindings.filter((one) => one.entity === entity && one.layer === layer && one.finding !== null)
        const cells = found.reduce((sum, one) => sum + (one.finding === null ? 0 : one.finding.matches), 0)
        return found.length === 0 ? [] : [{ entity, title, layer, columns: found.length, cells }]
      }),
    ),
    { entity: 'DK_CVR', title: 'Danish CVR number', layer: 'chart', columns: 1, cells: 47_012 },
    { entity: 'IBAN_CODE', title: 'IBAN bank account number', layer: 'chart', columns: 1, cells: 3 },
  ],
  exposed: piiFindings
    .flatMap(({ dataset, layer, column, entity, finding }) =>
      finding?.action === 'keep'
        ? [
            {
              dataset,
              layer,
              column,
              entity,
              cells: finding.matches,
              roles: layer === 'explore' ? (['admin'] as const).slice() : (['admin', 'editor', 'viewer'] as const).slice(),
            },
          ]
        : [],
    )
    .toSorted((a, b) => b.roles.length - a.roles.length || b.cells - a.cells),
  overTime: Array.from({ length: 90 }, (_, index) => {
    const back = 89 - index
    const entities: Record<string, number> =
      back > 70
        ? {}
        : {
            EMAIL_ADDRESS: back > 30 ? 1 : 2,
            DK_CPR: 1,
            ...(back > 52 ? {} : { PHONE_NUMBER: back > 12 && back < 20 ? 3 : 1 }),
            ...(back > 8 ? {} : { PERSON: 1, DK_CVR: 1, IBAN_CODE: 1 }),
          }
    return { day: day(back), entities }
  }),
}

/** Datasets are published, and nobody looked into one. */
export const neverPiiOverview: PiiOverview = {
  datasets: { total: 3, classified: 0, personal: 0 },
  columns: { personal: 0, kept: 0, protected: 0 },
  review: { open: 0, decided: 0 },
  byEntity: [],
  exposed: [],
  overTime: [],
}

/** The findings that an address asks for. */
export function wantedFindings(query: URLSearchParams): { findings: ReviewedFinding[]; total: number } {
  const findings = piiFindings.filter(
    (one) =>
      (['dataset', 'layer', 'column', 'entity', 'state'] as const).every((key) => (query.get(key) ?? one[key]) === one[key]) &&
      (query.get('action') === null || one.finding?.action === query.get('action')) &&
      `${one.dataset} ${one.column} ${one.entity}`.toLowerCase().includes((query.get('q') ?? '').toLowerCase()),
  )
  return { findings, total: findings.length }
}

export const savedDecision: PiiDecision = decision({
  dataset: 'chart.customers',
  column: 'email',
  entity: 'EMAIL_ADDRESS',
  decision: 'confirm',
  at: ago(0),
})

export const piiExamples = {
  snapshotId: 's_410',
  dataset: 'explore.customers',
  column: 'E-mail',
  examples: [
    { text: '••••••@•••••••.•••', found: { start: 0, end: 18 }, masked: true },
    { text: '•••••• •• ••••.•••@•••••••.•••, •• ••••', found: { start: 10, end: 30 }, masked: true },
  ],
}

const tried = (column: string, entity: PiiFinding['entity'], action: PiiFinding['action'], part: Partial<PiiFinding> = {}): PiiFinding => ({
  ...plain,
  column,
  entity,
  action,
  matches: 10,
  rows: 10,
  evidence: ['shape'],
  ...part,
})

/** The made-up rows of the page under a policy that removes notes, hashes CPR numbers and leaves cards out. */
export const triedPolicy: TriedPolicy = {
  findings: [
    tried('name', 'PERSON', 'keep'),
    tried('email', 'EMAIL_ADDRESS', 'mask'),
    tried('phone', 'PHONE_NUMBER', 'mask'),
    tried('cpr', 'DK_CPR', 'hash'),
    tried('card', 'CREDIT_CARD', 'drop'),
    tried('birth_date', 'DATE_OF_BIRTH', 'generalise'),
    tried('note', 'EMAIL_ADDRESS', 'redact', { within: 'text', matches: 5 }),
  ],
  columns: ['name', 'email', 'phone', 'cpr', 'birth_date', 'note'].map((name) => ({ name, masked: name !== 'name' })),
  rows: ['Anna Holm', 'Bo Lund', 'Carl Friis', 'Dorte Kjær', 'Emil Bach'].map((name, index) => [
    name,
    `${name[0]!.toLowerCase()}***@***.com`,
    `+** ** ** *${index} 5${index}`,
    `h1_4f${index}c2a9be07d`,
    '60-69',
    index % 2 === 0 ? 'Write to [removed] before noon' : 'Wants the catalogue',
  ]),
}

/** A dataset in which people stand out. */
export const risk: Reply<'GET /datasets/:name/risk'> = {
  snapshotId: 's_411',
  rows: 1_204_512,
  columns: ['birth_date', 'sex', 'postcode'],
  wanted: 5,
  k: 1,
  uniqueShare: 0.031,
  exposedShare: 0.112,
  cause: { columns: ['birth_date', 'postcode'], k: 1, uniqueShare: 0.028, exposedShare: 0.1 },
  mend: {
    steps: [
      { column: 'birth_date', rule: { action: 'generalise', to: 'age_band', size: 10 } },
      { column: 'postcode', rule: { action: 'generalise', to: 'prefix', size: 2 } },
    ],
    k: 9,
    uniqueShare: 0,
    exposedShare: 0,
  },
}
