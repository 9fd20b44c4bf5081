import { z } from 'zod'
import { endpoints } from './endpoint.ts'
import { Entity } from './entities.ts'
import { Count, DatasetName } from './names.ts'
import { PiiFinding, PiiRule, Policy } from './pii.ts'

/** A finding before a policy says what to do about it. */
export const ScannedColumn = PiiFinding.omit({ action: true, rule: true }).meta({ id: 'ScannedColumn' })
export type ScannedColumn = z.infer<typeof ScannedColumn>

const TableScan = z
  .object({
    findings: z.array(ScannedColumn),
    rows: Count.meta({ description: 'Rows looked at' }),
    of: Count.meta({ description: 'Rows of the table' }),
    missBound: z
      .number()
      .meta({ description: 'Share of rows that may hold a kind of which nothing was seen, at most, with 95 % confidence' }),
  })
  .meta({ id: 'TableScan' })
export type TableScan = z.infer<typeof TableScan>

const anonymity = {
  k: Count.meta({ description: 'Rows of the smallest group of rows that are equal in the columns' }),
  uniqueShare: z.number().meta({ description: 'Share of rows that no other row is equal to' }),
  exposedShare: z.number().meta({ description: 'Share of rows in groups smaller than wanted' }),
}

const RiskReport = z
  .object({
    snapshotId: z.string(),
    rows: Count,
    columns: z.array(z.string()),
    wanted: Count,
    ...anonymity,
    /** The fewest of the columns that alone make groups too small. */
    cause: z.object({ columns: z.array(z.string()), ...anonymity }).nullable(),
    /** What made coarser, by rules of a policy, would bring k to what is wanted; null where nothing is to mend, or nothing can. */
    mend: z.object({ steps: z.array(z.object({ column: z.string(), rule: PiiRule })), ...anonymity }).nullable(),
  })
  .meta({ id: 'RiskReport' })
export type RiskReport = z.infer<typeof RiskReport>

const cells = z.array(z.array(z.string().nullable()))

export const TriedPolicy = z
  .object({
    findings: z.array(PiiFinding),
    /** Columns of chart, without those that the policy drops. */
    columns: z.array(z.object({ name: z.string(), masked: z.boolean() })),
    rows: cells.meta({ description: 'The rows as they would be in chart; tokens are made with a key of this call alone' }),
  })
  .meta({ id: 'TriedPolicy' })
export type TriedPolicy = z.infer<typeof TriedPolicy>

export const piiToolEndpoints = endpoints({
  'POST /datasets/:name/pii-scan': {
    summary: 'Personal data in a dataset, by rows taken at random',
    description: 'Looks at about 10,000 rows and says what that can miss. Runs look at every row.',
    permission: 'datasets.read',
    params: z.object({ name: DatasetName }),
    reply: TableScan,
  },
  'GET /datasets/:name/risk': {
    summary: 'How well people hide among one another in a dataset',
    description:
      'k-anonymity and the share of unique rows over at most six columns; those that describe people by their names when none are given.',
    permission: 'datasets.read',
    params: z.object({ name: DatasetName }),
    query: z.object({
      columns: z.string().max(1000).optional().meta({ description: 'Names with commas between, e.g. birth_date,sex,postcode' }),
      k: z.coerce.number().int().min(2).max(1000).default(5).meta({ description: 'Smallest group that is good' }),
    }),
    reply: RiskReport,
  },
  'POST /pii/try-policy': {
    summary: 'What a policy would do to rows that the caller gives',
    permission: 'pii.analyze',
    body: z.strictObject({
      policy: Policy,
      table: z.string().max(63).default('table').meta({ description: 'Name without layer, for what the policy says by dataset' }),
      columns: z.array(z.string().max(200)).min(1).max(500).meta({ description: 'Names in chart' }),
      rows: cells.max(1000),
    }),
    reply: TriedPolicy,
  },
  'POST /pii/reveal': {
    summary: 'The values behind pseudonyms and encrypted texts',
    description:
      'Needs datasets.read_raw; every call is audited with its reason, before a value leaves. Hashes and made-up values lead nowhere.',
    permission: 'datasets.read_raw',
    body: z.strictObject({
      tokens: z.array(z.string().max(100_000)).min(1).max(100),
      purpose: Policy.shape.purpose.unwrap().default('default'),
      reason: z.string().trim().min(3).max(500),
    }),
    reply: z.object({ values: z.array(z.string()) }),
  },
  'GET /pii/entities': {
    summary: 'Kinds of personal data that a policy can name',
    permission: 'datasets.read',
    reply: z.array(z.object({ id: Entity, title: z.string(), group: z.string(), defaultAction: z.string() })),
  },
})
