import { alone } from '../edges.ts'
import { passesIcaoCheck } from '../icao-check-digit.ts'
import { findAll, findByPattern, type Judgement } from '../find-by-pattern.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

const SERIAL = '[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{8}'

function judgeChecked(match: string): Judgement | null {
  const upper = match.toUpperCase()
  return passesIcaoCheck(upper.slice(0, 9), upper.charAt(9)) && /[0-9]/.test(upper.slice(0, 9)) ? { score: 0.9, checksum: true } : null
}

function judgePlain(match: string): Judgement | null {
  return /[0-9].*[0-9].*[0-9]/.test(match) ? { score: 0.2, checksum: null } : null
}

/** The number as it stands on a German identity card: nine characters without a check digit, which follows as the tenth where it is written at all. */
export const deDocumentSerial = defineTextRecognizer({
  id: 'de-document-serial',
  entity: 'DE_ID_CARD',
  title: 'German identity card number as printed',
  source: 'Personalausweisverordnung Anlage 1 and BSI TR-03104: serial number of nine characters; ICAO Doc 9303-3 section 4.9',
  presidio: null,
  locale: 'de',
  languages: ['de'],
  gate: { digits: 3 },
  patterns: [],
  find: findAll(
    findByPattern('serial number and check digit', new RegExp(alone(`${SERIAL}[0-9]`), 'giu'), judgeChecked),
    findByPattern('serial number', new RegExp(alone(SERIAL), 'giu'), judgePlain),
  ),
  context: ['personalausweis', 'ausweis', 'ausweisnummer', 'personalausweisnummer', 'id card', 'identity card', 'perso', 'seriennummer'],
  examples: { found: ['L01X00T471', 'L01X00T47'], ignored: ['L01X00T472', 'CHRYPTHML', 'L01X00T4'] },
})
