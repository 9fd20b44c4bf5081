import type { Locale } from '../../src/privacy/text/text-recognizer.ts'

/**
 * Names of entities in labelled sets (presidio-research, the Privy and i2b2 sets, our own) and in the engines, to the kind under which both are counted.
 * What has no line here is counted under its own name.
 */
export const entityKinds: Readonly<Record<string, string>> = {
  PERSON: 'PERSON',
  PER: 'PERSON',
  NAME: 'PERSON',
  FIRST_NAME: 'PERSON',
  LAST_NAME: 'PERSON',
  PATIENT: 'PERSON',
  STAFF: 'PERSON',
  TITLE: 'TITLE',
  PREFIX: 'TITLE',
  AGE: 'AGE',
  NRP: 'NRP',
  NORP: 'NRP',
  NATIONALITY: 'NRP',
  GPE: 'LOCATION',
  LOC: 'LOCATION',
  LOCATION: 'LOCATION',
  CITY: 'LOCATION',
  STATE: 'LOCATION',
  COUNTRY: 'LOCATION',
  FACILITY: 'LOCATION',
  STREET_ADDRESS: 'ADDRESS',
  ADDRESS: 'ADDRESS',
  STREET_NAME: 'ADDRESS',
  BUILDING_NUMBER: 'ADDRESS',
  ZIP_CODE: 'POSTAL_CODE',
  POSTAL_CODE: 'POSTAL_CODE',
  POSTCODE: 'POSTAL_CODE',
  UK_POSTCODE: 'POSTAL_CODE',
  ORGANIZATION: 'ORGANIZATION',
  ORG: 'ORGANIZATION',
  COMPANY: 'ORGANIZATION',
  DATE_TIME: 'DATE_TIME',
  DATE: 'DATE_TIME',
  TIME: 'DATE_TIME',
  DATE_OF_BIRTH: 'DATE_TIME',
  PHONE_NUMBER: 'PHONE_NUMBER',
  PHONE: 'PHONE_NUMBER',
  EMAIL_ADDRESS: 'EMAIL_ADDRESS',
  EMAIL: 'EMAIL_ADDRESS',
  DOMAIN_NAME: 'URL',
  URL: 'URL',
  IP_ADDRESS: 'IP_ADDRESS',
  IP: 'IP_ADDRESS',
  IPV4: 'IP_ADDRESS',
  IPV6: 'IP_ADDRESS',
  CREDIT_CARD: 'CREDIT_CARD',
  IBAN_CODE: 'IBAN_CODE',
  IBAN: 'IBAN_CODE',
  US_SSN: 'US_SSN',
  SSN: 'US_SSN',
  US_DRIVER_LICENSE: 'US_DRIVER_LICENSE',
  DRIVER_LICENSE: 'US_DRIVER_LICENSE',
  US_PASSPORT: 'US_PASSPORT',
  US_ITIN: 'US_ITIN',
  US_BANK_NUMBER: 'US_BANK_NUMBER',
  SWIFT_CODE: 'BIC',
}

/** Profiles that an evaluation turns on beyond the default ones: public sets are American. */
export const evaluatedLocales: readonly Locale[] = ['global', 'dk', 'no', 'se', 'fi', 'is', 'eu', 'us']

/** The kind of an entity's name. */
export function kindOf(entity: string): string {
  return entityKinds[entity] ?? entity
}
