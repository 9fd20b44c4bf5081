import { z } from 'zod'
import { Count } from './names.ts'

/** Kinds of personal data that Atlas looks for. */
export const Entity = z
  .enum(['EMAIL_ADDRESS', 'PHONE_NUMBER', 'CREDIT_CARD', 'IBAN_CODE', 'DK_CPR', 'IP_ADDRESS'])
  .meta({ id: 'Entity', title: 'Kind of personal data' })
export type Entity = z.infer<typeof Entity>

/** What a policy does with personal data between explore and chart. */
export const PiiAction = z.enum(['keep', 'redact', 'mask', 'hash']).meta({ id: 'PiiAction', title: 'Action' })
export type PiiAction = z.infer<typeof PiiAction>

/** One kind of personal data found in one column of one snapshot. Counts are over every row, never a sample. */
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
    /** Evidence in words: shape, checksum, column name. */
    evidence: z.array(z.string()),
    action: PiiAction,
  })
  .meta({ id: 'PiiFinding' })
export type PiiFinding = z.infer<typeof PiiFinding>

export const Policy = z
  .object({
    /** Action for each kind of personal data; the default for an entity not named is in `src/privacy/policy.ts`. */
    entities: z.partialRecord(Entity, PiiAction).default({}).meta({ title: 'By kind of personal data' }),
    /** Action for a column by its name in chart; wins over `entities`. */
    columns: z.record(z.string(), PiiAction).default({}).meta({ title: 'By column' }),
  })
  .meta({ id: 'Policy', title: 'Policy' })
export type Policy = z.infer<typeof Policy>
