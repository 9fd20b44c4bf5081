import { expect, it } from 'vitest'
import { recognise } from '../../../src/privacy/text/recognise.ts'
import { textRecognizers } from '../../../src/privacy/text/recognizers/index.ts'

function byId(id: string) {
  return textRecognizers.find((recognizer) => recognizer.id === id) ?? expect.unreachable(`no recognizer ${id}`)
}

it.each([
  ['a GSTIN of the usual form, whatever its check character', 'in-gstin', '27ABCDE1234F1Z5', true],
  ['a GSTIN of Ladakh with its check character', 'in-gstin', '38ABCDE1234F1ZX', true],
  ['a GSTIN of Ladakh with another one', 'in-gstin', '38ABCDE1234F1Z5', false],
  ['an empty GSTIN', 'in-gstin', '', false],
  ['a South African id of a refugee', 'za-id-number', '9912316789285', true],
  ['a South African id with a letter in it', 'za-id-number', '80010150090A7', false],
  ['a South African id without its last digits', 'za-id-number', '80010150090', false],
  ['a Korean number whose check digit holds', 'kr-rrn', '960121-1021413', true],
  ['a Korean number with random digits, as given out since October 2020', 'kr-rrn', '960121-1234567', null],
  ['a Korean number of 29 February 1900', 'kr-rrn', '000229-1234567', false],
  ['an Indian plate of a known office', 'in-vehicle-registration', 'MH-12-AB-1234', true],
  ['an Indian plate of an unknown office', 'in-vehicle-registration', 'KA99ME3456', null],
  ['an Indian plate of no state', 'in-vehicle-registration', 'XX12AB1234', false],
  ['a Canadian number that passes Luhn, as one in ten does by chance', 'ca-sin', '130 692 544', null],
  ['a US number on a sample card', 'us-ssn', '078-05-1120', false],
  ['a US number, which has no check digit', 'us-ssn', '078-05-1123', null],
])('The verdict on %s', (_, id, text, verdict) => {
  expect(byId(id).validate?.(text, {})).toBe(verdict)
})

it.each([
  ['in-gstin', '27AAPFU0939F1ZV', '27ABCDE1234F1Z5'],
  ['sg-nric-fin', 'M4332674T', 'G1122144L'],
  ['sg-nric-fin', 'S2740116C', 'A1234567Z'],
])('Asked to be strict, %s keeps %s and drops %s', (id, good, bad) => {
  expect(recognise(byId(id), `${good} ${bad}`, { strict: true })).toMatchObject([{ start: 0, end: good.length, score: 1, checksum: true }])
  expect(recognise(byId(id), `${good} ${bad}`)).toHaveLength(2)
})

it.each([
  ['kr-passport', '여권번호는 M789C1234입니다'],
  ['kr-rrn', '주민번호는960121-1021413입니다'],
  ['th-tnin', 'เลขประจำตัวประชาชน1234567890121ครับ'],
])('%s is found where words of its language touch it', (id, text) => {
  expect(recognise(byId(id), text)).toHaveLength(1)
})

it.each([
  ['uk-nino', 'ÆAB123456C'],
  ['uk-nino', '_AB123456C'],
  ['us-ssn', 'ø078-05-1123'],
])('%s is not found where a letter or an underscore touches it: %s', (id, text) => {
  expect(recognise(byId(id), text)).toEqual([])
})

it('A US passport number glued to its label is found without the label', () => {
  expect(recognise(byId('us-passport'), 'mypassportnumberis912803456')).toMatchObject([{ start: 18, end: 27 }])
})
