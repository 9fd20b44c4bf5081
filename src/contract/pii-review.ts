import { z } from 'zod'
import { Role } from './access.ts'
import { endpoints } from './endpoint.ts'
import { Count, DatasetName, Instant, Layer } from './names.ts'
import { Entity, PiiAction, PiiFinding } from './pii.ts'

export const PiiVerdict = z.enum(['confirm', 'correct', 'dismiss']).meta({ id: 'PiiVerdict', title: 'Decision' })
export type PiiVerdict = z.infer<typeof PiiVerdict>

const place = {
  dataset: DatasetName.refine(
    (name) => !name.startsWith('explore.'),
    'decisions are about chart, e.g. chart.customers, or what a transform made; explore follows chart',
  ).meta({
    title: 'Dataset',
  }),
  column: z.string().min(1).max(255).meta({ title: 'Column' }),
  entity: Entity,
}

const verdict = {
  decision: PiiVerdict,
  correctedEntity: Entity.nullable()
    .default(null)
    .meta({ title: 'What it is', description: 'For correct: the kind of personal data that it is' }),
  reason: z.string().max(1000).default('').meta({ title: 'Reason', description: 'Without values of rows: it is kept in the audit' }),
}

/** What a steward decided about one entity in one column. It beats what is detected, from the next run on. */
export const PiiDecision = z.object({ ...place, ...verdict, by: z.string(), at: Instant }).meta({ id: 'PiiDecision' })
export type PiiDecision = z.infer<typeof PiiDecision>

const DecisionInput = z.strictObject({ ...place, ...verdict }).superRefine(({ decision, entity, correctedEntity }, context) => {
  const wrong = (message: string): void => context.addIssue({ code: 'custom', path: ['correctedEntity'], message })
  if (decision === 'correct' && correctedEntity === null) wrong('say what it is, e.g. PHONE_NUMBER')
  if (decision === 'correct' && correctedEntity === entity) wrong(`it is ${entity} already; confirm says so`)
  if (decision !== 'correct' && correctedEntity !== null) wrong(`goes with correct, not with ${decision}`)
})

const ReviewState = z.enum(['open', 'confirmed', 'corrected', 'dismissed'])

/** A finding in a published snapshot with what was decided about it. */
export const ReviewedFinding = z
  .object({
    dataset: DatasetName,
    layer: Layer,
    snapshotId: z.string(),
    column: z.string(),
    entity: z.string(),
    /** Null where nothing is found and the decision stands alone: what was dismissed. */
    finding: PiiFinding.nullable(),
    state: ReviewState,
    decision: PiiDecision.nullable(),
    /** What a decision about it would be about; null where there can be none. */
    decides: z.object({ dataset: DatasetName, column: z.string() }).nullable(),
  })
  .meta({ id: 'ReviewedFinding' })
export type ReviewedFinding = z.infer<typeof ReviewedFinding>

export const PiiExample = z
  .object({
    /** The value, or the part of a longer one around what was found; letters and digits as • for callers without datasets.read_raw. */
    text: z.string(),
    /** Where in `text` it was found, UTF-16; null where the whole column is said to be of the kind and nothing was found in this value. */
    found: z.object({ start: Count, end: Count }).nullable(),
    masked: z.boolean(),
  })
  .meta({ id: 'PiiExample' })
export type PiiExample = z.infer<typeof PiiExample>

/** A decision as a test case: what should be found in a column. */
export const PiiTestCase = z
  .object({
    name: z.string(),
    dataset: DatasetName,
    column: z.string(),
    detected: Entity,
    /** What is right; null where it is no personal data. */
    expected: Entity.nullable(),
    decision: PiiVerdict,
    reason: z.string(),
    by: z.string(),
    at: Instant,
  })
  .meta({ id: 'PiiTestCase' })
export type PiiTestCase = z.infer<typeof PiiTestCase>

export const PiiOverview = z
  .object({
    /** Published datasets, how many were classified, and how many of those hold personal data. */
    datasets: z.object({ total: Count, classified: Count, personal: Count }),
    /** Columns of published datasets with personal data, by what happens to it, and findings that nobody decided about. */
    columns: z.object({ personal: Count, kept: Count, protected: Count }),
    review: z.object({ open: Count, decided: Count }),
    byEntity: z.array(z.object({ entity: z.string(), title: z.string(), layer: Layer, columns: Count, cells: Count })),
    /** Personal data as it came, and the roles that can read it. What most roles can read first. */
    exposed: z.array(
      z.object({ dataset: DatasetName, layer: Layer, column: z.string(), entity: z.string(), cells: Count, roles: z.array(Role) }),
    ),
    /** Columns with personal data in chart at the end of each day, by entity; days without a change are there too. */
    overTime: z.array(z.object({ day: z.iso.date(), entities: z.record(z.string(), Count) })),
    /** Kinds that are looked for only where a policy names them. */
    notLookedFor: z.array(z.object({ entity: z.string(), title: z.string() })).optional(),
  })
  .meta({ id: 'PiiOverview' })
export type PiiOverview = z.infer<typeof PiiOverview>

const decisionKey = z.object(place)

export const piiReviewEndpoints = endpoints({
  'GET /pii/overview': {
    summary: 'Totals of personal data: by kind and layer, what is kept and who can read it, and over time',
    permission: 'datasets.read',
    query: z.object({ days: z.coerce.number().int().min(1).max(365).default(30) }),
    reply: PiiOverview,
  },
  'GET /pii/findings': {
    summary: 'Personal data found in published datasets, with what was decided about it',
    permission: 'datasets.read',
    query: z.object({
      dataset: DatasetName.optional(),
      layer: Layer.optional(),
      column: z.string().optional(),
      entity: Entity.optional(),
      action: PiiAction.optional(),
      state: ReviewState.optional(),
      q: z.string().max(200).optional().meta({ description: 'Part of a dataset, column or kind' }),
      limit: z.coerce.number().int().min(1).max(1000).default(200),
      offset: z.coerce.number().int().min(0).default(0),
    }),
    reply: z.object({ findings: z.array(ReviewedFinding), total: Count }),
  },
  'GET /pii/findings/examples': {
    summary: 'Examples of a finding',
    description: 'At most five. Letters and digits are • without datasets.read_raw; with it the read is audited.',
    permission: 'pii.review',
    query: z.object({ dataset: DatasetName, column: z.string(), entity: Entity }),
    reply: z.object({ snapshotId: z.string(), dataset: DatasetName, column: z.string(), examples: z.array(PiiExample) }),
  },
  'PUT /pii/decisions': {
    summary: 'Confirm, correct or dismiss a finding; it holds from the next run on, until it is withdrawn',
    permission: 'pii.review',
    body: DecisionInput,
    reply: PiiDecision,
  },
  'DELETE /pii/decisions': {
    summary: 'Withdraw a decision, so that what is detected counts again',
    permission: 'pii.review',
    query: decisionKey,
    status: 204,
  },
  'GET /pii/decisions/export': {
    summary: 'All decisions as test cases for a detector',
    permission: 'pii.review',
    reply: z.object({ cases: z.array(PiiTestCase) }),
  },
})
