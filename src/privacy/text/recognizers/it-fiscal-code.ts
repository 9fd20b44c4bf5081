import { alone } from '../edges.ts'
import { defineTextRecognizer, type Verdict } from '../text-recognizer.ts'

/** A digit, or the letter that stands for it where two people share a code (omocodia). */
const DIGIT = '[0-9LMNP-V]'
/** What characters in odd places count: 0–9 and A–Z. Letters A to J count as 0 to 9 do. */
const ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]

function ordinal(character: string): number {
  return character <= '9' ? Number(character) : character.charCodeAt(0) - 65
}

/** The last letter is the sum of the others modulus 26. Codes with another one are in use, so it only makes a code certain. */
function validate(match: string): Verdict {
  const code = match.toUpperCase()
  let sum = 0
  for (let index = 0; index < 15; index++) sum += index % 2 === 0 ? (ODD[ordinal(code.charAt(index))] ?? 0) : ordinal(code.charAt(index))
  return sum % 26 === code.charCodeAt(15) - 65 ? true : null
}

/** The Italian tax code, which holds name, birth date, sex and birth place. */
export const itFiscalCode = defineTextRecognizer({
  id: 'it-fiscal-code',
  entity: 'IT_FISCAL_CODE',
  title: 'Italian tax code (codice fiscale)',
  source: 'Decreto ministeriale 23 December 1976 n. 13814: sixteen characters, month letter, day plus 40 for women, control letter',
  presidio: 'ItFiscalCodeRecognizer',
  locale: 'it',
  languages: ['it'],
  gate: { digits: 1 },
  patterns: [
    {
      name: 'sixteen characters',
      regex: alone(`[A-Z]{6}${DIGIT}{2}[ABCDEHLMPRST](?:[04LQ][1-9M-NP-V]|[1256MNRS]${DIGIT}|[37PT][01LM])[A-Z]${DIGIT}{3}[A-Z]`),
      score: 0.3,
    },
  ],
  validate,
  context: ['codice fiscale', 'fiscale', 'cf', 'tessera sanitaria'],
  examples: {
    found: ['AAAAAA00B11C333Y', 'AAAAAA00B11C333N', 'RSSMRA85T10A562S'],
    ignored: ['A55AAA00B11C333N', 'AAAAAA00F11C333N', 'AAAAAA00B99C333N'],
  },
})
