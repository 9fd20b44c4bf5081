import { z } from 'zod'
import { id, sql, type Sql } from '../../core/sql.ts'
import { columnOf, defineCheck, type CheckPlan } from '../check.ts'
import { isCvr, isGtin, isIsbn, isLei } from './check-digits.ts'
import { missingIn } from './column-values.ts'
import { ISO_CODES } from './iso-codes.ts'
import { NAMED_FORMATS } from './named-formats.ts'
import { columnField } from './option-fields.ts'

/** Kinds that the recognizers of personal data know, checksums included, by the name that they have there. */
const RECOGNIZED = {
  'email': 'EMAIL_ADDRESS',
  'phone': 'PHONE_NUMBER',
  'cpr': 'DK_CPR',
  'iban': 'IBAN_CODE',
  'credit-card': 'CREDIT_CARD',
  'ip-address': 'IP_ADDRESS',
} as const

const whole = (pattern: string) => (text: Sql) => sql`regexp_full_match(${text}, ${pattern})`
/** As a pattern, which runs once for each entry of a file's dictionary. */
const oneOf = (codes: readonly string[]) => whole(codes.join('|'))

const TOLD_HERE = {
  'country': oneOf(ISO_CODES.country),
  'country-3': oneOf(ISO_CODES['country-3']),
  'currency': oneOf(ISO_CODES.currency),
  'language': oneOf(ISO_CODES.language),
  'uuid': whole(NAMED_FORMATS.uuid),
  'url': whole(NAMED_FORMATS.url),
  'domain': whole(NAMED_FORMATS.domain),
  'cvr': isCvr,
  'gtin': isGtin,
  'isbn': isIsbn,
  'lei': isLei,
  'bic': (text: Sql) =>
    sql`(regexp_full_match(${text}, '[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?') and ${oneOf(ISO_CODES.country)(sql`substr(${text}, 5, 2)`)})`,
  'postcode-dk': whole('(?:DK-?)?[0-9]{4}'),
  'latitude': (text: Sql) => sql`abs(try_cast(${text} as double)) <= 90`,
  'longitude': (text: Sql) => sql`abs(try_cast(${text} as double)) <= 180`,
  'year': whole('(?:1[5-9]|20|21)[0-9]{2}'),
  'json': (text: Sql) => sql`json_valid(${text})`,
} as const satisfies Record<string, (text: Sql) => Sql>

type Kind = keyof typeof RECOGNIZED | keyof typeof TOLD_HERE
const KINDS = [...Object.keys(RECOGNIZED), ...Object.keys(TOLD_HERE)].toSorted() as [Kind, ...Kind[]]

const Options = z.strictObject({
  column: columnField,
  type: z.enum(KINDS).meta({ title: 'Kind of value', examples: ['email'] }),
})

export const semanticType = defineCheck({
  id: 'semantic-type',
  title: 'Values are of a kind',
  dimension: 'validity',
  description:
    'Rows with a value are eligible. Fails where the value, white space around it aside, is none of its kind. E-mail, phone, CPR, IBAN, card and IP address are told by the recognizers that find personal data, checksums included; country, currency and language are codes of ISO 3166-1, 4217 and 639-1 in their own case; CVR, GTIN, ISBN and LEI are right by their check digits. Where personal data is masked before it is checked, declare the check on what the mask leaves.',
  options: Options,
  column: ({ column }) => column,
  plan: ({ column: name, type }, scope): CheckPlan => {
    const column = columnOf(scope, name)
    const text = sql`trim(${id(name)}::varchar)`
    const entity = type in RECOGNIZED ? RECOGNIZED[type as keyof typeof RECOGNIZED] : null
    const holds = entity === null ? TOLD_HERE[type as keyof typeof TOLD_HERE](text) : scope.semanticType(entity, text)
    if (holds === null) return { kind: 'unmeasurable', message: `Values of the kind ${type} cannot be told in SQL here.` }
    return { kind: 'row', eligible: sql`not ${missingIn(column)}`, failing: sql`not coalesce(${holds}, false)` }
  },
})
