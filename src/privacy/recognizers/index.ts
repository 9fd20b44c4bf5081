import type { Entity } from '../../contract/pii.ts'
import type { Recognizer } from '../recognizer.ts'
import { creditCard } from './credit-card.ts'
import { dkCpr } from './dk-cpr.ts'
import { emailAddress } from './email-address.ts'
import { fiPersonalIdentityCode } from './fi-personal-identity-code.ts'
import { ibanCode } from './iban-code.ts'
import { ipAddress } from './ip-address.ts'
import { isKennitala } from './is-kennitala.ts'
import { noFnr } from './no-fnr.ts'
import { phoneNumber } from './phone-number.ts'
import { sePersonnummer } from './se-personnummer.ts'

/** Every recognizer, in the order in which text is searched: the longer and surer first, so that no part of one is taken for another. */
export const recognizers: readonly Recognizer[] = [
  ibanCode,
  creditCard,
  emailAddress,
  noFnr,
  fiPersonalIdentityCode,
  dkCpr,
  sePersonnummer,
  isKennitala,
  ipAddress,
  phoneNumber,
]

/** The recognizer of one kind of personal data in SQL; null where it has none, and text recognizers look for it in samples. */
export function sqlRecognizer(entity: Entity): Recognizer | null {
  return recognizers.find((recognizer) => recognizer.id === entity) ?? null
}
