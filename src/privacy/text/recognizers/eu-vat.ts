import { checkVat, vatRules } from '../eu-vat-checks.ts'
import { findByPattern, type Judgement } from '../find-by-pattern.ts'
import { takeCharacters } from '../take-characters.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** The prefix; its member state says how far the number goes. Lower case is too often a word (`de 12 34 56 78`). */
const START = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${[...vatRules.keys()].join('|')})[ \\u00a0.-]?[0-9A-Z](?=[ \\u00a0.-]?[0-9A-Z])`, 'gu')

function judge(_entity: string, text: string, start: number): Judgement | null {
  const rule = vatRules.get(text.slice(start, start + 2))
  if (rule === undefined) return null
  for (const length of rule.lengths) {
    const taken = takeCharacters(text, start, length + 2, ' \u00a0.-')
    const checksum = taken === null ? false : checkVat(rule, taken.compact.slice(2))
    if (taken !== null && checksum !== false) return { score: checksum === true ? 1 : 0.4, checksum, end: taken.end }
  }
  return null
}

/** A value added tax number of a member state of the European Union with good check digits. */
export const euVat = defineTextRecognizer({
  id: 'eu-vat',
  entity: 'EU_VAT',
  title: 'European VAT number',
  source: 'European Commission, VIES: structure of VAT identification numbers; check digits as published by the member states',
  presidio: null,
  locale: 'eu',
  languages: [],
  gate: { digits: 6 },
  patterns: [],
  find: findByPattern('prefix and number', START, judge),
  context: ['vat', 'moms', 'momsnr', 'cvr', 'mva', 'ust-idnr', 'tva', 'iva', 'btw', 'nip', 'uid', 'alv'],
  examples: {
    found: [
      'DK13585628',
      'DK 13 58 56 28',
      'ATU13585627',
      'BE0403019261',
      'FR40303265045',
      'DE136695976',
      'FI20774740',
      'SE556036079301',
      'NL004495445B01',
      'PL8567346215',
      'IT00743110157',
      'ESB58378431',
      'PT501964843',
      'LU15027442',
      'IE6433435F',
      'EL094259216',
      'HU12892312',
      'CZ25123891',
      'SI50223054',
      'SK2022749619',
      'EE100931558',
      'LV40003521600',
      'LT119511515',
      'RO18547290',
      'BG175074752',
      'HR33392005961',
      'MT11679112',
      'CY10259033P',
    ],
    ignored: ['DK13585629', 'DE136695977', 'NO974760673', 'de13585628', 'SE556036079300', 'IT IS 12345'],
  },
})
