import { z } from 'zod'

/** What a kind of personal data is about, for lists and filters. */
export type EntityGroup =
  | 'contact'
  | 'person'
  | 'identity'
  | 'health'
  | 'tax'
  | 'money'
  | 'network'
  | 'vehicle'
  | 'company'
  | 'secret'
  | 'date'

// oxfmt-ignore
const KINDS = {
  person: {
    PERSON: 'Name of a person', TITLE: 'Title', AGE: 'Age', NRP: 'Nationality, religion or political group', DATE_OF_BIRTH: 'Date of birth',
    GENDER: 'Gender', USERNAME: 'User name',
  },
  contact: {
    EMAIL_ADDRESS: 'E-mail address', PHONE_NUMBER: 'Phone number', PH_MOBILE_NUMBER: 'Philippine mobile number', TR_PHONE_NUMBER: 'Turkish phone number',
    ADDRESS: 'Postal address', POSTAL_CODE: 'Postcode', LOCATION: 'Place', UK_POSTCODE: 'British postcode', DE_PLZ: 'German postcode',
  },
  identity: {
    DK_CPR: 'Danish CPR number', DK_ECPR: 'Danish replacement CPR number', DK_PASSPORT: 'Danish passport number', NO_FNR: 'Norwegian national identity number',
    SE_PERSONNUMMER: 'Swedish personal identity number', FI_PERSONAL_IDENTITY_CODE: 'Finnish personal identity code', IS_KENNITALA: 'Icelandic identity number',
    PASSPORT_NUMBER: 'Passport number', MRZ: 'Machine readable zone of a travel document', US_SSN: 'US social security number', US_PASSPORT: 'US passport number',
    US_DRIVER_LICENSE: 'US driver licence', UK_NINO: 'British national insurance number', UK_PASSPORT: 'British passport number',
    UK_DRIVING_LICENCE: 'British driving licence', CA_SIN: 'Canadian social insurance number', DE_ID_CARD: 'German identity card', DE_PASSPORT: 'German passport number',
    DE_FUEHRERSCHEIN: 'German driving licence', DE_SOCIAL_SECURITY: 'German social security number', ES_NIE: 'Spanish foreigner number', ES_NIF: 'Spanish NIF number',
    ES_PASSPORT: 'Spanish passport number', IT_FISCAL_CODE: 'Italian fiscal code', IT_PASSPORT: 'Italian passport number', IT_DRIVER_LICENSE: 'Italian driving licence',
    IT_IDENTITY_CARD: 'Italian identity card', PL_PESEL: 'Polish PESEL number', IN_AADHAAR: 'Indian Aadhaar number', IN_PASSPORT: 'Indian passport number',
    IN_VOTER: 'Indian voter number', KR_RRN: 'Korean resident registration number', KR_FRN: 'Korean foreigner registration number',
    KR_PASSPORT: 'Korean passport number', KR_DRIVER_LICENSE: 'Korean driver licence', SG_NRIC_FIN: 'Singaporean NRIC or FIN number', FIN: 'Singaporean FIN number',
    TH_TNIN: 'Thai national identity number', TR_NATIONAL_ID: 'Turkish national identity number', ZA_ID_NUMBER: 'South African identity number',
    NG_NIN: 'Nigerian national identity number',
  },
  health: {
    UK_NHS: 'British NHS number', US_MBI: 'US Medicare beneficiary number', US_NPI: 'US national provider number', AU_MEDICARE: 'Australian Medicare number',
    MEDICAL_LICENSE: 'US medical licence', DE_HEALTH_INSURANCE: 'German health insurance number', DE_LANR: 'German physician number', DE_BSNR: 'German practice number',
  },
  tax: {
    US_ITIN: 'US taxpayer number', AU_TFN: 'Australian tax file number', IN_PAN: 'Indian PAN number', PH_TIN: 'Philippine taxpayer number',
    DE_TAX_ID: 'German tax identification number', DE_TAX_NUMBER: 'German tax number',
  },
  money: {
    CREDIT_CARD: 'Payment card number', IBAN_CODE: 'IBAN bank account number', BIC: 'BIC bank code', US_BANK_NUMBER: 'US bank account number',
    ABA_ROUTING_NUMBER: 'US routing number', CRYPTO: 'Crypto wallet address',
  },
  network: {
    IP_ADDRESS: 'IP address', MAC_ADDRESS: 'MAC address', URL: 'Web address', IMEI: 'IMEI device number',
  },
  vehicle: {
    DK_LICENSE_PLATE: 'Danish licence plate', UK_VEHICLE_REGISTRATION: 'British vehicle registration', DE_KFZ: 'German licence plate',
    IN_VEHICLE_REGISTRATION: 'Indian vehicle registration', NG_VEHICLE_REGISTRATION: 'Nigerian vehicle registration', TR_LICENSE_PLATE: 'Turkish licence plate',
  },
  company: {
    ORGANIZATION: 'Organisation', DK_CVR: 'Danish CVR number', DK_PNUMBER: 'Danish P-number', EU_VAT: 'European VAT number', DE_VAT_ID: 'German VAT number',
    IT_VAT_CODE: 'Italian VAT number', DE_HANDELSREGISTER: 'German commercial register number', SE_ORGANISATIONSNUMMER: 'Swedish organisation number',
    AU_ABN: 'Australian business number', AU_ACN: 'Australian company number', IN_GSTIN: 'Indian GSTIN number', KR_BRN: 'Korean business registration number',
    SG_UEN: 'Singaporean entity number',
  },
  secret: {
    API_KEY: 'API key', PRIVATE_KEY: 'Private key', JWT: 'JSON web token', CONNECTION_STRING: 'Connection string', PASSWORD: 'Password',
  },
  date: { DATE_TIME: 'Date or time' },
} as const satisfies Record<EntityGroup, Record<string, string>>

type Kinds = typeof KINDS
export type Entity = { [G in EntityGroup]: keyof Kinds[G] & string }[EntityGroup]

export interface EntityFacts {
  id: Entity
  title: string
  group: EntityGroup
}

/** Every kind of personal data, by its id: the ids that users of Presidio know, and those of Atlas. */
export const ENTITIES: ReadonlyMap<string, EntityFacts> = new Map(
  Object.entries(KINDS).flatMap(([group, kinds]) =>
    Object.entries(kinds).map(([id, title]) => [id, { id: id as Entity, title, group: group as EntityGroup }] as const),
  ),
)

export function isEntity(text: string): text is Entity {
  return ENTITIES.has(text)
}

const IDS = [...ENTITIES.keys()] as [Entity, ...Entity[]]

/** Kinds of personal data that Atlas knows. */
export const Entity = z
  .enum(IDS, { error: ({ input }) => unknownEntity(String(input)) })
  .meta({ id: 'Entity', title: 'Kind of personal data' })

/** Says that there is no such kind, and which known one is nearest. */
export function unknownEntity(text: string): string {
  return `"${text.slice(0, 60)}" is no kind of personal data that is known here; did you mean ${closestEntity(text)}?`
}

/** The known kind with the fewest letters to change; of equally near ones the first by name. */
export function closestEntity(text: string): Entity {
  const wanted = text
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .slice(0, 60)
  const near = IDS.map((id) => ({ id, distance: distance(wanted, id) })).toSorted(
    (a, b) => a.distance - b.distance || (a.id < b.id ? -1 : 1),
  )
  return near[0]!.id
}

/** Edit distance after Levenshtein; a word that is a whole part of an id counts as near. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  const isPart = a.length >= 3 && (b.startsWith(`${a}_`) || b.endsWith(`_${a}`))
  return isPart ? Math.min(row[b.length]!, 1.5) : row[b.length]!
}
