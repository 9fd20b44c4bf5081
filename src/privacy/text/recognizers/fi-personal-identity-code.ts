import { alone } from '../edges.ts'
import { isRealDay } from '../real-day.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

const CHECK = '0123456789ABCDEFHJKLMNPRSTUVWXY'
const WHOLE = /^[0-9]{6}[-+A-FU-Y][0-9]{3}[0-9A-Y]$/

function century(sign: string): number {
  if (sign === '+') return 1800
  return 'ABCDEF'.includes(sign) ? 2000 : 1900
}

/** A day that exists, an individual number from 002, and the remainder by 31 of the nine digits as a character, which tells most others apart. */
function validate(match: string): boolean {
  const code = match.toUpperCase()
  const individual = Number(code.slice(7, 10))
  if (CHECK.charAt((Number(code.slice(0, 6)) * 1000 + individual) % 31) !== code.charAt(10) || !WHOLE.test(code)) return false
  const [day, month, year] = [Number(code.slice(0, 2)), Number(code.slice(2, 4)), Number(code.slice(4, 6))]
  return individual >= 2 && isRealDay(century(code.charAt(6)) + year, month, day)
}

/** The Finnish personal identity code, with the century signs of before and since 2023. */
export const fiPersonalIdentityCode = defineTextRecognizer({
  id: 'fi-personal-identity-code',
  entity: 'FI_PERSONAL_IDENTITY_CODE',
  title: 'Finnish personal identity code (henkilötunnus)',
  source:
    'Digital and Population Data Services Agency, dvv.fi/en/reform-of-personal-identity-code: signs - Y X W V U for 19xx, A to F for 20xx',
  presidio: 'FiPersonalIdentityCodeRecognizer',
  locale: 'fi',
  languages: ['fi', 'sv', 'en'],
  gate: { digits: 9 },
  patterns: [
    {
      name: 'birth date, sign, number, check character',
      regex: alone('[0-3][0-9][01][0-9]{3}[-+A-FU-Y][0-9]{3}[0-9A-FHJ-NPR-Y]'),
      score: 0.5,
    },
  ],
  validate,
  context: ['hetu', 'henkilötunnus', 'personbeteckning', 'personal identity code', 'henkilötunnuksen'],
  examples: {
    found: ['131052-308T', '010594Y9032', '020594X903P', '020516C902J'],
    ignored: ['310289-211C', '010324A110G', '131052/308T', '131052-308X'],
  },
})
