import { digitsOf, weightedSum } from '../checksums.ts'
import { isRealDayOfEitherCentury } from '../real-day.ts'
import { defineTextRecognizer, type ValidateOptions } from '../text-recognizer.ts'

const FIRST = [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]
const SECOND = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]

/** The day as it is or plus 40 (D-numbers), the month as it is or plus 40 (help numbers), 65 or 80 (test persons). */
function hasDay(digits: string): boolean {
  const [day, month, year] = [Number(digits.slice(0, 2)), Number(digits.slice(2, 4)), Number(digits.slice(4, 6))]
  const plus = [80, 65, 40, 0].find((added) => month > added) ?? 0
  return isRealDayOfEitherCentury(year, month - plus, day > 40 ? day - 40 : day)
}

/** Both control digits. By the rules from 2032 the sum for the first one may leave 1 to 3 as well. */
function validate(match: string, { rulesOf2032 = false }: ValidateOptions): boolean {
  const digits = digitsOf(match)
  if (digits.length !== 11 || !hasDay(digits) || weightedSum(digits, SECOND) % 11 !== 0) return false
  return weightedSum(digits, FIRST) % 11 <= (rulesOf2032 ? 3 : 0)
}

/** The Norwegian national identity number, also D-numbers and help numbers. */
export const noFnr = defineTextRecognizer({
  id: 'no-fnr',
  entity: 'NO_FNR',
  title: 'Norwegian national identity number (fødselsnummer, D-nummer)',
  source: 'Skatteetaten, Fødselsnummer og D-nummer: two control digits by modulus 11; new control digits from 2032',
  presidio: null,
  locale: 'no',
  languages: ['no', 'nb', 'nn', 'en'],
  gate: { digits: 11 },
  patterns: [
    {
      name: 'eleven digits',
      regex: '(?<![\\p{L}\\p{N}_]|[0-9][.,/-])[0-7][0-9]{5}[ \\u00a0]?[0-9]{5}(?![\\p{L}\\p{N}_]|[.,/-][0-9])',
      score: 0.4,
    },
  ],
  validate,
  context: ['fnr', 'fødselsnummer', 'fodselsnummer', 'd-nr', 'd-nummer', 'personnummer', 'født'],
  examples: { found: ['31129956715', '71129956709', '311299 56715'], ignored: ['31129956725', '3112995671', '32129956715'] },
})
