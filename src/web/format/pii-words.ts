import type { Entity, PiiAction } from '../../contract/pii.ts'

/* The names of the contract, kept here because its table would bring Zod into the browser; a test keeps the two level. */
// oxfmt-ignore
export const ENTITY_NAMES: Record<Entity, string> = {
  PERSON: 'Name of a person', TITLE: 'Title', AGE: 'Age', NRP: 'Nationality, religion or political group', DATE_OF_BIRTH: 'Date of birth',
  GENDER: 'Gender', USERNAME: 'User name',
  EMAIL_ADDRESS: 'E-mail address', PHONE_NUMBER: 'Phone number', PH_MOBILE_NUMBER: 'Philippine mobile number',
  TR_PHONE_NUMBER: 'Turkish phone number', ADDRESS: 'Postal address', LOCATION: 'Place', UK_POSTCODE: 'British postcode',
  DE_PLZ: 'German postcode',
  DK_CPR: 'Danish CPR number', DK_ECPR: 'Danish replacement CPR number', DK_PASSPORT: 'Danish passport number',
  NO_FNR: 'Norwegian national identity number', SE_PERSONNUMMER: 'Swedish personal identity number',
  FI_PERSONAL_IDENTITY_CODE: 'Finnish personal identity code', IS_KENNITALA: 'Icelandic identity number',
  PASSPORT_NUMBER: 'Passport number', MRZ: 'Machine readable zone of a travel document', US_SSN: 'US social security number',
  US_PASSPORT: 'US passport number', US_DRIVER_LICENSE: 'US driver licence', UK_NINO: 'British national insurance number',
  UK_PASSPORT: 'British passport number', UK_DRIVING_LICENCE: 'British driving licence', CA_SIN: 'Canadian social insurance number',
  DE_ID_CARD: 'German identity card', DE_PASSPORT: 'German passport number', DE_FUEHRERSCHEIN: 'German driving licence',
  DE_SOCIAL_SECURITY: 'German social security number', ES_NIE: 'Spanish foreigner number', ES_NIF: 'Spanish NIF number',
  ES_PASSPORT: 'Spanish passport number', IT_FISCAL_CODE: 'Italian fiscal code', IT_PASSPORT: 'Italian passport number',
  IT_DRIVER_LICENSE: 'Italian driving licence', IT_IDENTITY_CARD: 'Italian identity card', PL_PESEL: 'Polish PESEL number',
  IN_AADHAAR: 'Indian Aadhaar number', IN_PASSPORT: 'Indian passport number', IN_VOTER: 'Indian voter number',
  KR_RRN: 'Korean resident registration number', KR_FRN: 'Korean foreigner registration number', KR_PASSPORT: 'Korean passport number',
  KR_DRIVER_LICENSE: 'Korean driver licence', SG_NRIC_FIN: 'Singaporean NRIC or FIN number', FIN: 'Singaporean FIN number',
  TH_TNIN: 'Thai national identity number', TR_NATIONAL_ID: 'Turkish national identity number',
  ZA_ID_NUMBER: 'South African identity number', NG_NIN: 'Nigerian national identity number',
  UK_NHS: 'British NHS number', US_MBI: 'US Medicare beneficiary number', US_NPI: 'US national provider number',
  AU_MEDICARE: 'Australian Medicare number', MEDICAL_LICENSE: 'US medical licence', DE_HEALTH_INSURANCE: 'German health insurance number',
  DE_LANR: 'German physician number', DE_BSNR: 'German practice number',
  US_ITIN: 'US taxpayer number', AU_TFN: 'Australian tax file number', IN_PAN: 'Indian PAN number', PH_TIN: 'Philippine taxpayer number',
  DE_TAX_ID: 'German tax identification number', DE_TAX_NUMBER: 'German tax number',
  CREDIT_CARD: 'Payment card number', IBAN_CODE: 'IBAN bank account number', BIC: 'BIC bank code', US_BANK_NUMBER: 'US bank account number',
  ABA_ROUTING_NUMBER: 'US routing number', CRYPTO: 'Crypto wallet address',
  IP_ADDRESS: 'IP address', MAC_ADDRESS: 'MAC address', URL: 'Web address', IMEI: 'IMEI device number',
  DK_LICENSE_PLATE: 'Danish licence plate', UK_VEHICLE_REGISTRATION: 'British vehicle registration', DE_KFZ: 'German licence plate',
  IN_VEHICLE_REGISTRATION: 'Indian vehicle registration', NG_VEHICLE_REGISTRATION: 'Nigerian vehicle registration',
  TR_LICENSE_PLATE: 'Turkish licence plate',
  ORGANIZATION: 'Organisation', DK_CVR: 'Danish CVR number', DK_PNUMBER: 'Danish P-number', EU_VAT: 'European VAT number',
  DE_VAT_ID: 'German VAT number', IT_VAT_CODE: 'Italian VAT number', DE_HANDELSREGISTER: 'German commercial register number',
  SE_ORGANISATIONSNUMMER: 'Swedish organisation number', AU_ABN: 'Australian business number', AU_ACN: 'Australian company number',
  IN_GSTIN: 'Indian GSTIN number', KR_BRN: 'Korean business registration number', SG_UEN: 'Singaporean entity number',
  API_KEY: 'API key', PRIVATE_KEY: 'Private key', JWT: 'JSON web token', CONNECTION_STRING: 'Connection string', PASSWORD: 'Password',
  DATE_TIME: 'Date or time',
}

export const ACTION_NAMES: Record<PiiAction, string> = {
  keep: 'Kept clear',
  redact: 'Removed',
  replace: 'Replaced by a label',
  mask: 'Masked',
  hash: 'Hashed with a key',
  pseudonymise: 'Pseudonymised',
  encrypt: 'Encrypted',
  generalise: 'Made coarser',
  fake: 'Replaced by a made-up value',
  drop: 'Column left out',
}

/** `EMAIL_ADDRESS` → `E-mail address`; ids of recognizers that this page does not know stay as they are. Null: the policy names the column itself. */
export function entityName(entity: string | null): string {
  if (entity === null) return 'Named by the policy'
  return ENTITY_NAMES[entity as Entity] ?? entity
}

/** `hash` → `Hashed with a key`. */
export function actionName(action: string): string {
  return ACTION_NAMES[action as PiiAction] ?? action
}
