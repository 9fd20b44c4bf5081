import { z } from 'zod'
import { Entity, unknownEntity } from './entities.ts'
import { Count } from './names.ts'

export { Entity }

/** What a policy does with personal data between explore and chart. */
export const PiiAction = z
  .enum(['keep', 'redact', 'mask', 'hash', 'replace', 'pseudonymise', 'encrypt', 'generalise', 'fake', 'drop'])
  .meta({ id: 'PiiAction', title: 'Action' })
export type PiiAction = z.infer<typeof PiiAction>

/** To what `generalise` makes a value coarser. */
export const Coarser = z.enum(['year', 'month', 'decade', 'age_band', 'prefix', 'bucket'])
export type Coarser = z.infer<typeof Coarser>

/** What each parameter of a rule belongs to. */
const PARAMETERS = {
  label: ['replace'],
  last: ['mask'],
  to: ['generalise'],
  size: ['generalise'],
  on: ['generalise'],
} as const satisfies Record<string, PiiAction[]>

/** An action with its parameters. */
export const PiiRule = z
  .strictObject({
    action: PiiAction,
    label: z.string().min(1).max(100).optional().meta({ title: 'Label', description: 'replace: what stands in the place of the value' }),
    last: z.int().min(0).max(20).optional().meta({
      title: 'Last characters',
      description: 'mask: so many characters at the end stay; the letters and digits before them become stars',
    }),
    to: Coarser.optional().meta({
      title: 'Coarser',
      description:
        'generalise: to the year, month or decade of a date, the band of an age, the first characters, or the bucket of a number',
    }),
    size: z
      .number()
      .positive()
      .optional()
      .meta({ title: 'Size', description: 'generalise: years of a band (10), characters of a prefix (2) or width of a bucket (1000)' }),
    on: z.iso
      .date()
      .optional()
      .meta({ title: 'Day', description: 'generalise to age_band: the day on which ages are reckoned; the day of the run when left out' }),
  })
  .superRefine((rule, context) => {
    for (const [name, actions] of Object.entries(PARAMETERS))
      if (rule[name as keyof typeof PARAMETERS] !== undefined && !(actions as readonly string[]).includes(rule.action))
        context.addIssue({
          code: 'custom',
          path: [name],
          message: `${name} says nothing with the action ${rule.action}; it goes with ${actions.join(', ')}`,
        })
  })
  .meta({ id: 'PiiRule', title: 'Action with its parameters' })
export type PiiRule = z.infer<typeof PiiRule>

/** An action by its name, or with parameters. */
export const PolicyEntry = z
  .union([PiiAction, PiiRule], { error: `one of ${PiiAction.options.join(', ')}, or an object with one of them as action` })
  .meta({ id: 'PolicyEntry', title: 'Action' })
export type PolicyEntry = z.infer<typeof PolicyEntry>

/** One kind of personal data found in one column of one snapshot. Counts are over every row unless `sampled` says otherwise. */
export const PiiFinding = z
  .object({
    column: z.string(),
    entity: Entity,
    /** Cells in which the recognizer found the entity. */
    matches: Count,
    /** Non-blank cells looked at. */
    rows: Count,
    /** 0 to 1: how sure the classification of the column is. */
    confidence: z.number().min(0).max(1),
    /** `column`: the cells are the entity. `text`: the entity stands inside longer text. */
    within: z.enum(['column', 'text']),
    /** `entity`: the column is of one kind. `free_text`: text, some cells of which hold the entity; `matches` of `rows` is its rate. */
    kind: z.enum(['entity', 'free_text']).optional(),
    /** Null or left out where every row was looked at: what it is where only some were. */
    sampled: z
      .object({
        /** Non-blank cells looked at. */
        rows: Count,
        /** Rows of the snapshot. */
        of: Count,
        /** Share of rows that may hold it beyond what the sample shows, at most, with 95 % confidence. */
        missBound: z.number().min(0).max(1),
      })
      .nullable()
      .optional(),
    /** The engine beside the rules that found it: what it found in text is masked too. */
    engine: z.enum(['rules', 'onnx', 'presidio']).optional(),
    /** What it was detected as, where a steward corrected it: what is found as that is masked as this. */
    detectedAs: Entity.optional(),
    /** Evidence in words: shape, checksum, column name. */
    evidence: z.array(z.string()),
    action: PiiAction,
    /** The action's parameters, where the policy gives any. */
    rule: PiiRule.optional(),
  })
  .meta({ id: 'PiiFinding' })
export type PiiFinding = z.infer<typeof PiiFinding>

const byKind = z.partialRecord(Entity, PolicyEntry, {
  error: (issue) =>
    'keys' in issue && Array.isArray(issue.keys) ? issue.keys.map((key) => unknownEntity(String(key))).join('; ') : undefined,
})
const byColumn = z.record(z.string(), PolicyEntry)

export const Policy = z
  .object({
    /** Action for each kind of personal data; the default for an entity not named is in `src/privacy/policy.ts`. */
    entities: byKind.default({}).meta({ title: 'By kind of personal data' }),
    /** Action for a column by its name in chart; wins over `entities`. */
    columns: byColumn.default({}).meta({ title: 'By column' }),
    /** Action for every kind that `entities` does not name. */
    default: PolicyEntry.optional().meta({ title: 'For every other kind' }),
    /** By dataset (`customers` or `chart.customers`): the stricter of this and what is said for all datasets wins; a column named here wins over one named above. */
    datasets: z
      .record(z.string(), z.strictObject({ entities: byKind.default({}), columns: byColumn.default({}), default: PolicyEntry.optional() }))
      .optional()
      .meta({ title: 'By dataset' }),
    /** Keys of hash, pseudonymise, encrypt and fake: the same value gives the same token within a purpose, and another one in another. */
    purpose: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,39}$/)
      .optional()
      .meta({ title: 'Purpose', description: 'Name of what the tokens are for; tokens join within one purpose only' }),
    /** What happens to a column that was not there in the last snapshot, in a table that holds personal data, until `columns` names it. */
    newColumns: PolicyEntry.optional().meta({ title: 'New columns of a table that holds personal data' }),
  })
  .meta({ id: 'Policy', title: 'Policy' })
export type Policy = z.infer<typeof Policy>
