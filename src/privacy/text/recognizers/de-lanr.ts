import { isOneRepeated, weightedSum } from '../checksums.ts'
import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** Digits one to six by 4 and 9 in turn; the seventh makes their sum a multiple of ten. The last two are the field of medicine. */
function validate(match: string): boolean {
  if (!/^[0-9]{9}$/.test(match) || isOneRepeated(match)) return false
  return (10 - (weightedSum(match, [4, 9, 4, 9, 4, 9]) % 10)) % 10 === Number(match[6])
}

/** The number of a doctor in the German statutory health insurance, for life. */
export const deLanr = defineTextRecognizer({
  id: 'de-lanr',
  entity: 'DE_LANR',
  title: 'German doctor number (LANR)',
  source: 'Kassenärztliche Bundesvereinigung, Arztnummern-Richtlinie § 3',
  presidio: 'DeLanrRecognizer',
  locale: 'de',
  languages: ['de'],
  gate: { digits: 9 },
  patterns: [{ name: 'nine digits', regex: alone('[0-9]{9}'), score: 0.2 }],
  validate,
  context: ['lanr', 'arztnummer', 'arzt', 'lebenslange', 'vertragsarzt', 'kbv'],
  examples: { found: ['987654401', '123456601'], ignored: ['234567601', '1234566010', '12345660a'] },
})
