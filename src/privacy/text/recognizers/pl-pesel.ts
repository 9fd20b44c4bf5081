import { weightedSum } from '../checksums.ts'
import { alone } from '../edges.ts'
import { isRealDay } from '../real-day.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** The month tells the century: plus 80 for 18xx, 0 for 19xx, 20, 40, 60 for 20xx to 22xx. */
const CENTURIES = [1900, 2000, 2100, 2200, 1800]

function validate(match: string): boolean {
  if (!/^[0-9]{11}$/.test(match)) return false
  const month = Number(match.slice(2, 4))
  const year = (CENTURIES[Math.floor(month / 20)] ?? 0) + Number(match.slice(0, 2))
  return isRealDay(year, month % 20, Number(match.slice(4, 6))) && weightedSum(match, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0
}

/** The Polish personal number, which holds the birth date and the sex. */
export const plPesel = defineTextRecognizer({
  id: 'pl-pesel',
  entity: 'PL_PESEL',
  title: 'Polish personal number (PESEL)',
  source: 'Ustawa o ewidencji ludności, articles 15 to 19: a day that exists, check digit by weights 1, 3, 7, 9',
  presidio: 'PlPeselRecognizer',
  locale: 'pl',
  languages: ['pl'],
  gate: { digits: 11 },
  patterns: [{ name: 'eleven digits', regex: alone('[0-9]{2}[02468][0-9][0-3][0-9]{6}|[0-9]{2}[13579][0-2][0-3][0-9]{6}'), score: 0.4 }],
  validate,
  context: ['pesel', 'numer', 'ewidencyjny', 'osobisty'],
  examples: { found: ['02070803628', '11111111116', '44051401458'], ignored: ['44051401459', '1111321111', '11110021111'] },
})
