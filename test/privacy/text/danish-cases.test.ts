import { describe, expect, it } from 'vitest'
import { createAnalyzer } from '../../../src/privacy/text/analyzer.ts'
import { noFnr } from '../../../src/privacy/text/recognizers/no-fnr.ts'
import type { TextFinding } from '../../../src/privacy/text/text-finding.ts'

interface Expected {
  entity: string
  text: string
  least?: number
  checksum?: boolean
}

const SPECIMEN = 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10'
const analyzer = createAnalyzer()

function shown(text: string, findings: readonly TextFinding[]): { entity: string; text: string }[] {
  return findings.map(({ entity, start, end }) => ({ entity, text: text.slice(start, end) }))
}

/** Every finding of these texts, in order. */
const cases: readonly { name: string; text: string; expected: readonly Expected[] }[] = [
  {
    name: 'case P01: a CPR number with a good check digit, and eight digits after tlf.',
    text: 'CPR 070761-4285, tlf. 12 34 56 78',
    expected: [
      { entity: 'DK_CPR', text: '070761-4285', least: 0.95, checksum: true },
      { entity: 'PHONE_NUMBER', text: '12 34 56 78' },
    ],
  },
  {
    name: 'case P02: a failing check digit does not drop a CPR number',
    text: 'Patienten (CPR-nr. 010165-4321) er indlagt',
    expected: [{ entity: 'DK_CPR', text: '010165-4321', least: 0.8, checksum: false }],
  },
  { name: 'case P03: ten digits without a possible day are nothing', text: 'Ordrenr. 9912314567 er afsendt', expected: [] },
  {
    name: 'case P05: replacement numbers of both forms are no CPR numbers',
    text: 'Erstatningscpr 670761-1234 og eCPR 0203291WQ3',
    expected: [
      { entity: 'DK_ECPR', text: '670761-1234', least: 0.5 },
      { entity: 'DK_ECPR', text: '0203291WQ3', least: 0.7 },
    ],
  },
  {
    name: 'case P07: a kennitala with a failing check digit',
    text: 'kt. 120160-3399',
    expected: [{ entity: 'IS_KENNITALA', text: '120160-3399', least: 0.6, checksum: false }],
  },
  {
    name: 'case P08: a Norwegian number and a D-number, not one with a wrong control digit',
    text: 'fnr 31129956715, D-nr 71129956709, feil 31129956725',
    expected: [
      { entity: 'NO_FNR', text: '31129956715', least: 0.95 },
      { entity: 'NO_FNR', text: '71129956709', least: 0.95 },
    ],
  },
  {
    name: 'case P09: Swedish numbers of persons, coordination and over a hundred years',
    text: 'pnr 811218-9876, samordningsnr 811278-9873, född 121212+1212',
    expected: [
      { entity: 'SE_PERSONNUMMER', text: '811218-9876', least: 0.95 },
      { entity: 'SE_PERSONNUMMER', text: '811278-9873', least: 0.9 },
      { entity: 'SE_PERSONNUMMER', text: '121212+1212' },
    ],
  },
  {
    name: 'case P10: Finnish codes with old and new century signs',
    text: 'hetu 131052-308T ja 010594Y9032',
    expected: [
      { entity: 'FI_PERSONAL_IDENTITY_CODE', text: '131052-308T', least: 0.95 },
      { entity: 'FI_PERSONAL_IDENTITY_CODE', text: '010594Y9032', least: 0.95 },
    ],
  },
  {
    name: 'case P12: an IBAN in lower case with hard spaces, without the capitals that follow',
    text: 'Betal til dk50\u00a00040\u00a00440\u00a01162\u00a043 BETALT INDEN FREDAG, ikke DK50 0040 0440 1162 44',
    expected: [{ entity: 'IBAN_CODE', text: 'dk50\u00a00040\u00a00440\u00a01162\u00a043', least: 0.99 }],
  },
  {
    name: 'case P13: VAT numbers of nine member states',
    text: 'VAT: DK13585628, ATU13585627, BE0403019261, FR40303265045, DE136695976, FI20774740, SE556036079301, NL004495445B01, PL8567346215',
    expected: [
      'DK13585628',
      'ATU13585627',
      'BE0403019261',
      'FR40303265045',
      'DE136695976',
      'FI20774740',
      'SE556036079301',
      'NL004495445B01',
      'PL8567346215',
    ].map((text) => ({ entity: 'EU_VAT', text, least: 0.9 })),
  },
  {
    name: 'case P18: cards of 19, 12 and 16 digits, and a device number that is no card',
    text: 'kort 4131034282458809939, 630427373398, 2623322164608847, IMEI 490154203237518, 4571123456789010',
    expected: [
      { entity: 'CREDIT_CARD', text: '4131034282458809939' },
      { entity: 'CREDIT_CARD', text: '630427373398' },
      { entity: 'CREDIT_CARD', text: '2623322164608847' },
      { entity: 'IMEI', text: '490154203237518' },
    ],
  },
  {
    name: 'case P19: technical text',
    text: 'A1, H1 and D3 wells (384-well, duplicate); v3.14.15.9; INTRODUCTORY; reg.nr 5471; build 20240131',
    expected: [],
  },
  {
    name: 'a CVR number by its context',
    text: 'CVR-nr. 13 58 56 28',
    expected: [{ entity: 'DK_CVR', text: '13 58 56 28', checksum: true }],
  },
  { name: 'a production unit, not a CPR number', text: 'P-nummer: 1003388394', expected: [{ entity: 'DK_PNUMBER', text: '1003388394' }] },
  { name: 'a number plate', text: 'køretøj med nummerplade CX 12 345', expected: [{ entity: 'DK_LICENSE_PLATE', text: 'CX 12 345' }] },
  { name: 'a passport by its context', text: 'pasnummer 204567891', expected: [{ entity: 'DK_PASSPORT', text: '204567891' }] },
  { name: 'a birth date after f.', text: 'kunden f. 12.05.1980', expected: [{ entity: 'DATE_OF_BIRTH', text: '12.05.1980' }] },
  {
    name: 'ten bare digits that are a CPR number',
    text: 'Borger 0707614285',
    expected: [{ entity: 'DK_CPR', text: '0707614285', checksum: true }],
  },
  { name: 'seconds since 1970', text: 'started at 1701121234 and 1712345678', expected: [] },
  { name: 'lists of numbers', text: 'sizes 20 30 40 50 60, rows 20304050, 12345678 bytes', expected: [] },
  { name: 'a bank code by its context', text: 'DOCUMENT: overfør med SWIFT/BIC DABADKKK', expected: [{ entity: 'BIC', text: 'DABADKKK' }] },
  {
    name: 'a connection string is one finding',
    text: 'DATABASE_URL=postgresql://app:s3cret@db.firma.dk:5432/salg',
    expected: [{ entity: 'CONNECTION_STRING', text: 'postgresql://app:s3cret@db.firma.dk:5432/salg' }],
  },
]

describe('Danish, Nordic and European texts', () => {
  it.each(cases)('$name', ({ text, expected }) => {
    const findings = analyzer.analyze(text)
    expect(shown(text, findings)).toEqual(expected.map(({ entity, text: found }) => ({ entity, text: found })))
    const weak = expected.filter(({ least = 0.4, checksum }, index) => {
      const finding = findings[index]!
      return finding.score < least || (checksum !== undefined && finding.evidence.checksum !== checksum)
    })
    expect(weak).toEqual([])
  })

  it.each([
    { number: '31129956715', remainder: 0, before: true, after: true },
    { number: '31129956723', remainder: 1, before: false, after: true },
    { number: '31129956731', remainder: 2, before: false, after: true },
    { number: '31129956820', remainder: 3, before: false, after: true },
    { number: '31129956725', remainder: 'of the second digit', before: false, after: false },
  ])('case P08: $number, remainder $remainder, by the rules before and from 2032', ({ number, before, after }) => {
    expect(noFnr.validate?.(number, {})).toBe(before)
    expect(noFnr.validate?.(number, { rulesOf2032: true })).toBe(after)
  })

  it('case P15: a machine readable zone holds number, birth date and name', () => {
    expect(shown(SPECIMEN, analyzer.analyze(SPECIMEN)).toSorted((a, b) => (a.entity < b.entity ? -1 : 1))).toEqual([
      { entity: 'DATE_OF_BIRTH', text: '740812' },
      { entity: 'MRZ', text: SPECIMEN },
      { entity: 'PASSPORT_NUMBER', text: 'L898902C3' },
      { entity: 'PERSON', text: 'ERIKSSON<<ANNA<MARIA' },
    ])
  })

  it.each([45, 58, 66, 73, 87])('case P15: another digit at %i drops the score below 0.6', (place) => {
    const digit = SPECIMEN.charAt(place) === '7' ? '8' : '7'
    const changed = SPECIMEN.slice(0, place) + digit + SPECIMEN.slice(place + 1)
    const zone = analyzer.analyze(changed).find(({ entity }) => entity === 'MRZ')
    expect(zone?.score).toBeLessThan(0.6)
    expect(zone?.evidence.checksum).toBe(false)
  })

  it('case P21: offsets after an emoji in code points and in UTF-16', () => {
    const text = '👩‍💻 skriv til søren@firma.dk 🙂'
    expect(analyzer.analyze(text)).toMatchObject([{ entity: 'EMAIL_ADDRESS', codePointStart: 14, codePointEnd: 28, start: 16, end: 30 }])
  })
})
