import { sql } from '../../core/sql.ts'
import { defineRecognizer } from '../recognizer.ts'

const INTERNATIONAL = '[+][1-9](?:[ ().\\-]{0,2}[0-9]){7,14}'
/** Danish numbers start with 2 to 9 and are written in pairs. */
const DANISH_PAIRS = '\\b[2-9][0-9](?: [0-9]{2}){3}'
const AMERICAN = '[(][2-9][0-9]{2}[)] ?[0-9]{3}-[0-9]{4}'
const WORDS = '(?i:tlf|tel|telefon|telefonnummer|mobil|mobilnummer|mob|phone|fax|ring|ring til|sms|call)'
const NATIONAL = '[0-9](?:[ .\\-]?[0-9]){6,11}'

export const phoneNumber = defineRecognizer({
  id: 'PHONE_NUMBER',
  title: 'Phone number',
  source: 'ITU-T E.164; Danish numbering plan (eight digits). Eight bare digits count only beside a word that says so',
  needs: 'digits',
  spans: [
    { pattern: `${INTERNATIONAL}\\b`, group: 0 },
    { pattern: `\\b${WORDS}(?: ?(?i:nr|no|number|nummer))?[.:]{0,2} ?(${NATIONAL})\\b`, group: 1 },
    { pattern: `${AMERICAN}\\b`, group: 0 },
    { pattern: `${DANISH_PAIRS}\\b`, group: 0 },
  ],
  whole: `${INTERNATIONAL}|[(]?[0-9](?:[ ().\\-/]{0,2}[0-9]){6,16}`,
  strong: (cell) => sql`regexp_full_match(${cell}, ${`${INTERNATIONAL}|00${INTERNATIONAL.slice(3)}|${DANISH_PAIRS}|${AMERICAN}`})`,
  resembles: (cell) => sql`(starts_with(${cell}, '+') and strlen(${cell}) between 9 and 20)`,
  strongIsWhole: true,
  digits: { min: 7, max: 15, padded: false, needsContext: true, confirm: null },
  chance: 0,
  strongShare: 0.8,
  context: [
    'phone',
    'telefon',
    'telephone',
    'tlf',
    'tlfnr',
    'tel',
    'telnr',
    'mobil',
    'mobile',
    'mob',
    'cell',
    'cellphone',
    'fax',
    'msisdn',
  ],
  against: ['date', 'dato', 'postal', 'ean', 'order', 'ordre', 'invoice', 'faktura', 'price', 'amount', 'version', 'id'],
  patternScore: 0.6,
  confirmedScore: 0.85,
  // Eight digits are Danish; a number that names its country keeps it.
  normalise: (cell) =>
    sql`(case when starts_with(trim(${cell}), '+') then '+' || regexp_replace(${cell}, '[^0-9]', '', 'g') when starts_with(trim(${cell}), '00') then '+' || substr(regexp_replace(${cell}, '[^0-9]', '', 'g'), 3) when strlen(regexp_replace(${cell}, '[^0-9]', '', 'g')) = 8 then '+45' || regexp_replace(${cell}, '[^0-9]', '', 'g') else regexp_replace(${cell}, '[^0-9]', '', 'g') end)`,
  mask: (cell) => sql`'*** ' || right(rtrim(${cell}), 2)`,
  examples: {
    found: ['+45 12 34 56 78', '+4512345678', '+46 8 123 456 78', '+1 (555) 123-4567', '(555) 123-4567', '22 34 56 78'],
    ignored: ['12345678', '2024-01-31', '1234567', '5701234567892', '3.14.15.9', 'order 4482910233'],
  },
})
