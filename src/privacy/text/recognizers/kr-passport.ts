import { aloneInAscii } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** M several journeys, S one journey, R resident abroad, O official, D diplomatic. */
const KIND = '[MSROD]'

export const krPassport = defineTextRecognizer({
  id: 'kr-passport',
  entity: 'KR_PASSPORT',
  title: 'Korean passport number',
  source: 'Ministry of Foreign Affairs of Korea: kind and eight digits; since December 2021 a letter in the place of the fifth character',
  presidio: 'KrPassportRecognizer',
  locale: 'kr',
  languages: ['ko', 'en'],
  gate: { digits: 7 },
  patterns: [
    { name: 'since 2021', regex: aloneInAscii(`${KIND}[0-9]{3}[A-Z][0-9]{4}`), score: 0.1 },
    { name: 'before 2021', regex: aloneInAscii(`${KIND}[0-9]{8}`), score: 0.05 },
  ],
  context: ['여권', '여권번호', '대한민국 여권', 'passport', 'korean passport', 'passport number', 'travel document'],
  examples: {
    found: ['M123A4567', 'S012D5678', 'm87654321', 'd11223344'],
    ignored: ['M123AB567', 'M1234567', 'M123456789', 'MM123A4567', 'M123 A4567', 'A123B4567', 'M123a456'],
  },
})
