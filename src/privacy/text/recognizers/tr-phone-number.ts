import { findPhonesOf } from '../find-phone-numbers.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** A Turkish phone number. */
export const trPhoneNumber = defineTextRecognizer({
  id: 'tr-phone-number',
  entity: 'TR_PHONE_NUMBER',
  title: 'Turkish phone number',
  source: 'Bilgi Teknolojileri ve İletişim Kurumu, national numbering plan, by the data of libphonenumber',
  presidio: 'PhoneRecognizer',
  locale: 'tr',
  languages: ['tr'],
  gate: { digits: 7 },
  patterns: [],
  find: findPhonesOf(['TR']),
  context: ['telefon', 'tel', 'cep', 'gsm', 'numara', 'iletişim', 'ara', 'faks'],
  examples: { found: ['+90 532 123 45 67', '0-532-123-45-67', '5321234567'], ignored: ['53212345678', '1234567890', '7123456789'] },
})
