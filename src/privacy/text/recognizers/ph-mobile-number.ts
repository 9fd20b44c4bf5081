import { findPhonesOf } from '../find-phone-numbers.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** A Philippine phone number. */
export const phMobileNumber = defineTextRecognizer({
  id: 'ph-mobile-number',
  entity: 'PH_MOBILE_NUMBER',
  title: 'Philippine mobile number',
  source: 'National Telecommunications Commission of the Philippines, numbering plan, by the data of libphonenumber',
  presidio: 'PhoneRecognizer',
  locale: 'ph',
  languages: ['en'],
  gate: { digits: 7 },
  patterns: [],
  find: findPhonesOf(['PH']),
  context: ['mobile', 'cellphone', 'cell', 'phone', 'telepono', 'numero', 'contact', 'text', 'viber', 'gcash'],
  examples: { found: ['+639171234567', '0917 123 4567', '09171234567'], ignored: ['9171234567', '0917123456', '15091712345678'] },
})
