import { describe, expect, it } from 'vitest'
import { createAnalyzer } from '../../../src/privacy/text/analyzer.ts'
import { normalise } from '../../../src/privacy/text/normalise.ts'

const analyzer = createAnalyzer()

describe('normalise', () => {
  it('gives a plain text itself', () => {
    const text = 'Søren, plain as it is 👩🙂'
    expect(normalise(text).text).toBe(text)
    expect(normalise(text).toOriginal(2, 5)).toEqual({ start: 2, end: 5 })
  })

  it.each([
    ['soft hyphens', 'fir\u00adma', 'firma'],
    ['zero-width characters', '\ufeffa\u200bb\u200dc\u2060', 'abc'],
    ['direction marks', '\u202aabc\u202c', 'abc'],
    ['full-width signs', '０７＠Ａｚ－', '07@Az-'],
    ['spaces of all widths', 'a\u00a0b\u2009c\u3000d', 'a b c d'],
    ['hyphens', '070761\u20114285\u2212', '070761-4285-'],
    ['Arabic, Persian and Indian digits', '\u0660\u0669\u06f0\u06f9\u0966\u096f', '090909'],
  ])('folds %s', (_name, text, plain) => {
    expect(normalise(text).text).toBe(plain)
  })

  it('maps a span back to what it stands for, without what was removed at its ends', () => {
    const text = 'x\u200b\u200bab\u00adc\u200bd'
    const { text: plain, toOriginal } = normalise(text)
    expect(plain).toBe('xabcd')
    const { start, end } = toOriginal(1, 4)
    expect(text.slice(start, end)).toBe('ab\u00adc')
    expect(toOriginal(0, 5)).toEqual({ start: 0, end: text.length })
  })

  it.each([
    ['EMAIL_ADDRESS', 'mail: soe\u200bren@fir\u00adma.dk!', 'soe\u200bren@fir\u00adma.dk'],
    ['IBAN_CODE', 'IBAN DK50\u00a00040\u202f0440\u20091162 43.', 'DK50\u00a00040\u202f0440\u20091162 43'],
    ['DK_CPR', 'cpr ０７０７６１－４２８５', '０７０７６１－４２８５'],
    ['DK_CPR', '🙂🙂 cpr 070761\u20114285 🙂', '070761\u20114285'],
  ])('lets %s be found in %j', (entity, text, found) => {
    const [finding] = analyzer.analyze(text, { entities: [entity] })
    expect(text.slice(finding?.start, finding?.end)).toBe(found)
    expect(Array.from(text).slice(finding?.codePointStart, finding?.codePointEnd).join('')).toBe(found)
  })
})
