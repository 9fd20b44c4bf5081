import { describe, expect, it } from 'vitest'
import { createAnalyzer } from '../../../src/privacy/text/analyzer.ts'
import type { Decision } from '../../../src/privacy/text/text-finding.ts'
import { defineTextRecognizer, type TextRecognizer } from '../../../src/privacy/text/text-recognizer.ts'

/** A recognizer of a word, to test the rules of the analysis apart from those of any entity. */
function wordRecognizer(entity: string, regex: string, score: number, more: Partial<TextRecognizer> = {}): TextRecognizer {
  return defineTextRecognizer({
    id: entity.toLowerCase(),
    entity,
    title: entity,
    source: 'test',
    presidio: null,
    locale: 'global',
    languages: [],
    gate: { digits: 0 },
    patterns: [{ name: 'shape', regex, score }],
    context: [],
    examples: { found: [], ignored: [] },
    ...more,
  })
}

function analyzerOf(...recognizers: TextRecognizer[]): ReturnType<typeof createAnalyzer> {
  return createAnalyzer({ recognizers })
}

function spans(analyzer: ReturnType<typeof createAnalyzer>, text: string): [string, string][] {
  return analyzer.analyze(text).map(({ entity, start, end }) => [entity, text.slice(start, end)])
}

const code = wordRecognizer('CODE', '(?<![0-9])[0-9]{4}(?![0-9])', 0.1, {
  context: ['kode', 'pin', 'adgangskode', 'secret number'],
  against: ['build', 'version'],
})

describe('context', () => {
  const scores: [text: string, score: number, word: string | null][] = [
    ['1234', 0.1, null],
    ['kode 1234', 0.45, 'kode'],
    ['KODE: 1234', 0.45, 'kode'],
    ['koden er 1234', 0.45, 'kode'],
    ['kode en to tre fire 1234', 0.45, 'kode'],
    ['kode en to tre fire fem 1234', 0.1, null],
    ['pin 1234', 0.45, 'pin'],
    ['pins 1234', 0.45, 'pin'],
    ['pinr 1234', 0.1, null],
    ['spinning 1234', 0.1, null],
    ['hovedadgangskode 1234', 0.45, 'adgangskode'],
    ['my secret numbers: 1234', 0.45, 'secret number'],
    ['secret of the number 1234', 0.1, null],
    ['1234 kode', 0.1, null],
    ['xkode1234', 0.1, null],
    ['kode1234', 0.45, 'kode'],
    ['build 1234', 0, null],
    ['kode til build 1234', 0, null],
    ['build med kode 1234', 0.45, 'kode'],
  ]
  it.each(scores)('of %j gives %d', (text, score, word) => {
    const [finding] = analyzerOf(code).analyze(text, { scoreThreshold: 0 })
    expect(finding?.score).toBeCloseTo(score, 6)
    expect(finding?.evidence).toMatchObject({ contextWord: word, shapeScore: 0.1 })
  })

  it('lifts a match to the default threshold, and never over 1', () => {
    const weak = wordRecognizer('CODE', '[0-9]{4}', 0.01, { context: ['kode'] })
    const sure = wordRecognizer('CODE', '[0-9]{4}', 0.9, { context: ['kode'] })
    expect(analyzerOf(weak).analyze('kode 1234')[0]?.score).toBe(0.4)
    expect(analyzerOf(sure).analyze('kode 1234')[0]?.score).toBe(1)
  })

  it('comes from the caller too, such as the name of a column', () => {
    const analyze = (context: string[]): number | undefined => analyzerOf(code).analyze('1234', { context, scoreThreshold: 0 })[0]?.score
    expect(analyze(['PinCode'])).toBeCloseTo(0.45)
    expect(analyze(['secret_number'])).toBeCloseTo(0.45)
    expect(analyze(['amount'])).toBeCloseTo(0.1)
  })

  it('is looked for behind a match when told, in no language that a recognizer does not have, and not at all when told', () => {
    const after = createAnalyzer({ recognizers: [code], contextWords: { before: 5, after: 2 } })
    expect(after.analyze('1234 er koden')).toHaveLength(1)
    const danish = analyzerOf({ ...code, languages: ['da'] })
    expect(danish.analyze('kode 1234', { language: 'da' })).toHaveLength(1)
    expect(danish.analyze('kode 1234', { language: 'en' })).toHaveLength(0)
    expect(analyzerOf(code).analyze('kode 1234', { useContext: false })).toHaveLength(0)
  })
})

describe('overlaps', () => {
  it('go to the surest', () => {
    expect(spans(analyzerOf(wordRecognizer('LOW', 'abcd', 0.5), wordRecognizer('HIGH', 'bc', 0.9)), 'xabcdx')).toEqual([
      ['LOW', 'a'],
      ['HIGH', 'bc'],
      ['LOW', 'd'],
    ])
  })

  it('go to the longest of equally sure ones, then to the country, then by id', () => {
    const long = wordRecognizer('LONG', 'abc', 0.5)
    const short = wordRecognizer('SHORT', 'ab', 0.5)
    const danish = wordRecognizer('DANISH', 'abc', 0.5, { locale: 'dk' })
    const european = wordRecognizer('EUROPEAN', 'abc', 0.5, { locale: 'eu' })
    const another = wordRecognizer('ANOTHER', 'abc', 0.5)
    expect(spans(analyzerOf(short, long), 'abc')).toEqual([['LONG', 'abc']])
    expect(spans(analyzerOf(long, european, danish), 'abc')).toEqual([['DANISH', 'abc']])
    expect(spans(analyzerOf(long, european), 'abc')).toEqual([['EUROPEAN', 'abc']])
    expect(spans(analyzerOf(long, another), 'abc')).toEqual(spans(analyzerOf(another, long), 'abc'))
    expect(spans(analyzerOf(long, another), 'abc')).toEqual([['ANOTHER', 'abc']])
  })

  it('of one entity become one span, and nothing found is left over', () => {
    const one = wordRecognizer('NAME', 'Anna Bo', 0.9)
    const two = { ...wordRecognizer('NAME', 'Bo Holm', 0.6), id: 'other' }
    expect(spans(analyzerOf(one, two), 'hr. Anna Bo Holm.')).toEqual([['NAME', 'Anna Bo Holm']])
  })

  it('leave what lies in another by design', () => {
    const zone = wordRecognizer('ZONE', '<[^>]{1,20}>', 0.6)
    const inner = wordRecognizer('INNER', 'abc', 0.9, { within: ['ZONE'] })
    expect(spans(analyzerOf(inner, zone), '<xabcx> abc')).toEqual([
      ['ZONE', '<xabcx>'],
      ['INNER', 'abc'],
      ['INNER', 'abc'],
    ])
  })

  it('with what is no personal data keep others away and are not reported', () => {
    const date = wordRecognizer('DATE_TIME', '[0-9]{4}-[0-9]{2}', 0.6)
    const number = wordRecognizer('NUMBER', '[0-9]{2}(?:-[0-9]{2})?', 0.5)
    expect(spans(analyzerOf(date, number), '2024-01 77')).toEqual([['NUMBER', '77']])
    const both = createAnalyzer({ recognizers: [date, number], withImpersonal: true })
    expect(both.analyze('2024-01 77').map(({ entity }) => entity)).toEqual(['DATE_TIME', 'NUMBER'])
    expect(analyzerOf(date).analyze('2024-01', { entities: ['DATE_TIME'] })).toHaveLength(1)
  })
})

describe('what a caller asks for', () => {
  const analyzer = createAnalyzer()
  const text = 'Skriv til anna@firma.dk eller bo@firma.dk fra 10.1.2.3'

  it('is certain entities', () => {
    expect(analyzer.analyze(text, { entities: ['IP_ADDRESS'] }).map(({ entity }) => entity)).toEqual(['IP_ADDRESS'])
    expect(() => analyzer.analyze(text, { entities: ['NO_SUCH'] })).toThrow(expect.objectContaining({ code: 'pii.unknown_entity' }))
  })

  it('is a threshold, which a score may equal', () => {
    const half = analyzerOf(wordRecognizer('HALF', 'abc', 0.5))
    expect(half.analyze('abc', { scoreThreshold: 0.5 })).toHaveLength(1)
    expect(half.analyze('abc', { scoreThreshold: 0.51 })).toHaveLength(0)
  })

  it('is a list of what is allowed, by value or by expression', () => {
    const starts = (options: object): number[] =>
      analyzer.analyze(text, { entities: ['EMAIL_ADDRESS'], ...options }).map(({ start }) => start)
    expect(starts({ allowList: ['anna@firma.dk'] })).toEqual([30])
    expect(starts({ allowList: ['anna@'] })).toEqual([10, 30])
    expect(starts({ allowList: ['^ANNA', '^x'], allowListMatch: 'regex' })).toEqual([30])
  })

  it('is a deny list: words alone, whatever their case, the longest first', () => {
    const denyLists = [{ entity: 'PROJECT', words: ['Falke', 'Falke 2', 'a.b'] }]
    const found = analyzer.analyze('falke 2, Falken, FALKE axb a.b', { denyLists, entities: ['PROJECT'] })
    expect(found.map(({ start, end }) => [start, end])).toEqual([
      [0, 7],
      [17, 22],
      [27, 30],
    ])
  })

  it('is a recognizer of its own, which may not take for ever', () => {
    const own = { entity: 'TICKET', patterns: [{ name: 'ticket', regex: 'T-[0-9]{3}', score: 0.2 }], context: ['sag'] }
    expect(analyzer.analyze('sag t-123', { adHocRecognizers: [own] })).toMatchObject([{ entity: 'TICKET', start: 4, end: 9, score: 0.55 }])
    const slow = { entity: 'SLOW', patterns: [{ name: 'slow', regex: '(x+x+)+y', score: 1 }] }
    expect(() => analyzer.analyze('x'.repeat(60), { adHocRecognizers: [slow] })).toThrow(
      expect.objectContaining({ code: 'pii.bad_pattern' }),
    )
  })

  it('is to know what became of each match', () => {
    const decisions: Decision[] = []
    const low = wordRecognizer('LOW', 'ab', 0.1)
    const lost = wordRecognizer('LOST', 'bc', 0.5)
    const won = wordRecognizer('WON', 'abcd', 0.9)
    analyzerOf(low, lost, won).analyze('abcd', { trace: (decision) => decisions.push(decision) })
    expect(decisions.map(({ entity, outcome, by }) => [entity, outcome, by])).toEqual([
      ['LOW', 'below_threshold', undefined],
      ['LOST', 'covered', 'won'],
      ['WON', 'found', undefined],
    ])
  })

  it('is nothing for an empty text', () => {
    expect(analyzer.analyze('')).toEqual([])
  })
})
