import { DAY, MONTH, MONTH_NAME, YEAR } from '../date-parts.ts'
import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

const BORN =
  '(?:født(?:e)?|fødselsdag|fødselsdato|fødselsdatoen|fødd|född|födelsedatum|geb\\.|geboren|geburtsdatum|born|birth ?date|date of birth|birthday|d\\.o\\.b\\.|dob|fæddur|fædd|syntynyt|syntymäaika|née?|nacid[oa]|nat[oa])'
const IN_FIGURES = `${YEAR}[./-]${MONTH}[./-]${DAY}|${DAY}[./-] ?${MONTH}[./-] ?${YEAR}|${MONTH}[./-]${DAY}[./-]${YEAR}`
const WITH_NAME = `${DAY}(?:\\.|st|nd|rd|th)?[ -]? ?(?:of )?${MONTH_NAME}\\.?,?[ -]${YEAR}|${MONTH_NAME}\\.? ${DAY}(?:st|nd|rd|th)?,? ${YEAR}`
const SHORT = `${DAY}[./-]${MONTH}[./-][0-9]{2}|(?:3[01]|[12][0-9]|0[1-9])(?:1[0-2]|0[1-9])[0-9]{2}`

/** A birth date: a date right after a word that says so. Any other full date needs such a word near it. */
export const dateOfBirth = defineTextRecognizer({
  id: 'date-of-birth',
  entity: 'DATE_OF_BIRTH',
  title: 'Date of birth',
  source: 'ISO 8601-1 and Unicode CLDR date formats, after words for birth',
  presidio: null,
  locale: 'global',
  languages: [],
  gate: { digits: 5 },
  patterns: [
    {
      name: 'after a word for birth',
      regex: `(?<![\\p{L}\\p{N}_])${BORN}[ :.,=]{0,4}(?:den |on |am |the |le |el |il |d\\. ?)?(?<entity>${WITH_NAME}|${IN_FIGURES}|${SHORT})(?![\\p{L}\\p{N}_]|[-+./]?[0-9])`,
      score: 0.85,
    },
    {
      name: 'after f.',
      regex: `(?<![\\p{L}\\p{N}_.])f\\. ?(?:den |d\\. ?)?(?<entity>${WITH_NAME}|${IN_FIGURES})(?![\\p{L}\\p{N}_]|[-+./]?[0-9])`,
      score: 0.7,
    },
    { name: 'full date', regex: `(?<![0-9][./-])${alone(`${WITH_NAME}|${IN_FIGURES}`)}(?![./-][0-9])`, score: 0.1 },
  ],
  context: [
    'født',
    'fødselsdag',
    'fødselsdato',
    'fødselsår',
    'född',
    'født den',
    'born',
    'birth',
    'birthday',
    'dob',
    'geboren',
    'geburtsdatum',
    'syntynyt',
    'fæddur',
  ],
  examples: {
    found: ['12.05.1980', '1980-05-12', '12. maj 1980', 'May 12, 1980'],
    ignored: ['12.05', '1.2.3', '1980-13-45', 'version 4.2.2021.1'],
  },
})
