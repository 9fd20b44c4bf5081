import { defineTextRecognizer } from '../text-recognizer.ts'

const AREA = '[2-9][0-9]{2}'
const EXTENSION = '(?: ?(?:x|ext\\.?|extension) ?[0-9]{1,6})'
const begin = '(?<![\\p{L}\\p{N}_+./-])'
const end = '(?![\\p{L}\\p{N}_]|[./-][0-9])'

/**
 * Phone numbers as North Americans write them, also those that no plan has in use (made up for a form, mistyped). The prefix, the brackets or an extension
 * tell them from other numbers in groups.
 */
export const nanpPhone = defineTextRecognizer({
  id: 'nanp-phone',
  entity: 'PHONE_NUMBER',
  title: 'North American phone number by its writing',
  source: 'North American Numbering Plan; ITU-T E.123 (notation)',
  presidio: null,
  locale: 'global',
  languages: ['en'],
  gate: { digits: 10 },
  patterns: [
    {
      name: 'country code and three groups',
      regex: `${begin}(?:\\+1|001)[-. ]\\(?${AREA}\\)?[-. ][0-9]{3}[-. ][0-9]{4}${EXTENSION}?${end}`,
      score: 0.5,
    },
    {
      name: 'area code in brackets',
      regex: `${begin}(?:(?:\\+1|001)[-. ]?)?\\(${AREA}\\) ?[0-9]{3}[-. ][0-9]{4}${EXTENSION}?${end}`,
      score: 0.5,
    },
    { name: 'three groups and extension', regex: `${begin}${AREA}[-. ][0-9]{3}[-. ][0-9]{4}${EXTENSION}${end}`, score: 0.5 },
    { name: 'three groups', regex: `${begin}(?:${AREA}-[0-9]{3}-[0-9]{4}|${AREA}\\.[0-9]{3}\\.[0-9]{4})${end}`, score: 0.3 },
  ],
  context: ['phone', 'call', 'tel', 'telephone', 'mobile', 'cell', 'fax', 'reach', 'number', 'contact', 'text', 'ring', 'dial', 'office'],
  examples: {
    found: ['+1-912-841-5868x3449', '001-234-211-3657', '(882)988-3607x5983', '518-494-2328x0598', '274-477-5619'],
    ignored: ['112-494-2328x0598', '2024-05-01', '518-494-23281', '1.518-494-2328'],
  },
})
