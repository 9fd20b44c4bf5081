import { z } from 'zod'
import { endpoints } from './endpoint.ts'
import { Count, DatasetName, Instant } from './names.ts'
import { ColumnType } from './pipelines.ts'
import { CheckResult, CheckRule, QualitySummary, RuleName, RuleOrigin } from './quality.ts'

/** What is promised of one column, in short. Each line of it becomes a rule. */
export const ColumnPromise = z
  .strictObject({
    type: ColumnType.optional().meta({ title: 'Type', description: 'The column is there and has this type' }),
    required: z.boolean().default(false).meta({ title: 'Required', description: 'Every row has a value' }),
    unique: z.boolean().default(false).meta({ title: 'Unique', description: 'No value stands twice' }),
    description: z.string().max(2000).optional().meta({ title: 'Description' }),
    rules: z
      .array(CheckRule)
      .default([])
      .meta({ title: 'Rules', description: 'Rules about this column; their option `column` is filled in' }),
  })
  .meta({ id: 'ColumnPromise' })
export type ColumnPromise = z.infer<typeof ColumnPromise>

/** A contract file: what is promised of one dataset. One file for each dataset. */
export const DatasetContract = z
  .strictObject({
    dataset: DatasetName.meta({ title: 'Dataset', description: 'layer.name' }),
    owner: z.string().max(200).optional().meta({ title: 'Owner', description: 'Of the contract, and of its rules that name none' }),
    description: z.string().max(2000).optional().meta({ title: 'Description' }),
    columns: z
      .record(z.string().min(1).max(255), ColumnPromise)
      .default({})
      .meta({ title: 'Columns', description: 'Column and what is promised of it' }),
    rules: z.array(CheckRule).max(2000).default([]).meta({ title: 'Rules' }),
  })
  .meta({ id: 'DatasetContract', title: 'Data contract' })
export type DatasetContract = z.infer<typeof DatasetContract>
export type DatasetContractInput = z.input<typeof DatasetContract>

/** Name of the file that a contract stands in, as a person knows it; relative to where it was applied from. */
const FileName = z.string().min(1).max(500)

export const ContractFile = z.strictObject({ file: FileName, contract: DatasetContract }).meta({ id: 'ContractFile' })
export type ContractFile = z.infer<typeof ContractFile>

/** A contract as it was applied. */
export const StoredContract = z
  .object({
    dataset: DatasetName,
    file: FileName,
    contract: DatasetContract,
    version: Count,
    rules: Count,
    appliedBy: z.string(),
    appliedAt: Instant,
  })
  .meta({ id: 'StoredContract' })
export type StoredContract = z.infer<typeof StoredContract>

/** One value of a rule before and after; `path` as in `options.min`. Left out on the side where there is none. */
export const RuleChange = z
  .object({ path: z.string(), from: z.unknown().optional(), to: z.unknown().optional() })
  .meta({ id: 'RuleChange' })
export type RuleChange = z.infer<typeof RuleChange>

/**
 * How a rule of a contract differs from what is stored. `conflict`: another rule of the same name was made in the browser or stands in a pipeline.
 * `same`: the very rule stands there; it is measured once. `elsewhere`: a rule of the dataset that was made in the browser and is not in the contract.
 */
export const RuleDifference = z
  .object({
    rule: RuleName,
    difference: z.enum(['added', 'changed', 'removed', 'conflict', 'same', 'elsewhere']),
    /** Who has the stored rule; null where there is none. */
    origin: RuleOrigin.nullable(),
    /** The contract file or the pipeline that has it; null for the browser, and where there is none. */
    source: z.string().nullable(),
    changes: z.array(RuleChange),
  })
  .meta({ id: 'RuleDifference' })
export type RuleDifference = z.infer<typeof RuleDifference>

/** What measuring the rules of a dataset gave. */
export const MeasuredRules = z
  .object({
    dataset: DatasetName,
    snapshotId: z.string(),
    measuredAt: Instant,
    rows: Count,
    summary: QualitySummary,
    results: z.array(CheckResult),
  })
  .meta({ id: 'MeasuredRules' })
export type MeasuredRules = z.infer<typeof MeasuredRules>

const AppliedContract = z
  .object({ dataset: DatasetName, file: FileName, version: Count, differences: z.array(RuleDifference), warnings: z.array(z.string()) })
  .meta({ id: 'AppliedContract' })
export type AppliedContract = z.infer<typeof AppliedContract>

/** A rule that the data suggests, with what was seen. Nothing is decided by it. */
export const SuggestedRule = z
  .object({ rule: CheckRule, why: z.string().meta({ description: 'What was seen in the data' }) })
  .meta({ id: 'SuggestedRule' })
export type SuggestedRule = z.infer<typeof SuggestedRule>

/** A rule that the data would have suggested, and that the dataset has already, perhaps with other limits. */
export const KnownRule = z.object({ rule: RuleName, origin: RuleOrigin, source: z.string().nullable() }).meta({ id: 'KnownRule' })
export type KnownRule = z.infer<typeof KnownRule>

export const ImportFormat = z.enum(['soda', 'dbt', 'gx']).meta({ id: 'ImportFormat', title: 'Format' })
export type ImportFormat = z.infer<typeof ImportFormat>

/** Something in an imported file that has no rule of its own here. */
export const NotCarriedOver = z
  .object({
    where: z.string().meta({ description: 'Place in the file, e.g. models[0].columns[2].tests[1]' }),
    what: z.string(),
    why: z.string(),
  })
  .meta({ id: 'NotCarriedOver' })
export type NotCarriedOver = z.infer<typeof NotCarriedOver>

const byDataset = z.object({ dataset: DatasetName })

export const qualityContractEndpoints = endpoints({
  'GET /quality/contract-schema': {
    summary: 'JSON Schema of a contract file',
    permission: 'datasets.read',
    reply: z.record(z.string(), z.unknown()),
  },
  'GET /quality/contracts': {
    summary: 'Contracts that are applied',
    permission: 'datasets.read',
    reply: z.object({ contracts: z.array(StoredContract) }),
  },
  'GET /quality/contracts/:dataset': {
    summary: 'The contract of a dataset, also as the text of a file',
    permission: 'datasets.read',
    params: byDataset,
    reply: StoredContract.extend({ yaml: z.string() }),
  },
  'POST /quality/contracts': {
    summary: 'Apply contracts: their rules become the rules of origin `file` of their datasets; all of them or none',
    description:
      'Rules that an earlier version of the contract had and this one has not are taken out. A rule made in the browser that has the name of one in the file is a 409 unless `takeOver`.',
    permission: 'quality.edit',
    body: z.strictObject({
      contracts: z.array(ContractFile).min(1).max(500),
      takeOver: z
        .boolean()
        .default(false)
        .meta({ description: 'Rules made in the browser that stand in the file become rules of the file' }),
      moved: z.boolean().default(false).meta({ description: 'The contract of the dataset stands in another file from now on' }),
      dryRun: z.boolean().default(false).meta({ description: 'Only say what would change' }),
      reason: z.string().max(1000).default(''),
    }),
    reply: z.object({ applied: z.array(AppliedContract) }),
  },
  'POST /quality/contracts/check': {
    summary: 'Measure the rules of a contract on the published snapshot and say how it differs from what is applied; nothing is stored',
    permission: 'quality.edit',
    body: ContractFile,
    reply: MeasuredRules.extend({ differences: z.array(RuleDifference), warnings: z.array(z.string()) }),
  },
  'DELETE /quality/contracts/:dataset': {
    summary: 'Take out the contract of a dataset with its rules; their history stays',
    permission: 'quality.edit',
    params: byDataset,
    query: z.object({ reason: z.string().max(1000).default('') }),
    status: 204,
  },
  'POST /quality/import': {
    summary: 'Read a Soda contract, a dbt schema.yml or a Great Expectations suite as contracts; nothing is stored',
    permission: 'datasets.read',
    body: z.strictObject({
      file: FileName,
      text: z.string().max(500_000),
      from: ImportFormat.optional().meta({ description: 'Found by the content unless told' }),
      dataset: DatasetName.optional().meta({ description: 'Dataset that the file is about, where it names none or another' }),
      layer: z
        .enum(['explore', 'chart', 'navigate'])
        .default('chart')
        .meta({ description: 'Layer of tables that the file names without one' }),
    }),
    reply: z.object({
      from: ImportFormat,
      contracts: z.array(DatasetContract.extend({ yaml: z.string() })),
      couldNotCarryOver: z.array(NotCarriedOver),
    }),
  },
})
