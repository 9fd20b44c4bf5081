import { describe, expect, it } from 'vitest'
import { createAnalyzer } from '../../../src/privacy/text/analyzer.ts'
import { recogniseAll } from '../../../src/privacy/text/recognise.ts'
import { textRecognizers } from '../../../src/privacy/text/recognizers/index.ts'

/** Time of this process' own, so that a busy machine fails nothing. */
function cpuMs(work: () => unknown): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

describe('P23: hostile texts', () => {
  const analyzer = createAnalyzer()
  analyzer.analyze('warm up: a@firma.dk 070761-4285 10.0.0.1')

  it.each([
    ['"a." 500,000 times', () => 'a.'.repeat(500_000)],
    ['"@" 100,000 times', () => '@'.repeat(100_000)],
    ['"1" 1,000,000 times', () => '1'.repeat(1_000_000)],
    ['"0-" 500,000 times', () => '0-'.repeat(500_000)],
    ['10 MB of spaces', () => ' '.repeat(10_000_000)],
  ])('takes less than a second for %s, and memory less than four times the text', (_name, make) => {
    const text = make()
    const before = process.memoryUsage().rss
    const took = cpuMs(() => analyzer.analyze(text))
    expect(took).toBeLessThan(1000)
    // A text of one byte a character; the heap may grow by a few blocks besides.
    expect(process.memoryUsage().rss - before).toBeLessThan(4 * text.length + 100_000_000)
  })
})

describe('the patterns', () => {
  const pieces = [
    'a',
    '1',
    '0-',
    'a.',
    '1 ',
    'a@',
    'A',
    'A1',
    '1.',
    '::',
    ':1',
    'a-',
    '+1 ',
    '(1',
    'http://a.',
    'x@a.',
    '<',
    ' ',
    '_',
    '/1',
    'Aa ',
    'æ',
    "a'",
    '1,',
    'a:b@',
    '=',
  ]
  const [short, long] = [6_000, 48_000]

  it.each(textRecognizers.map((recognizer) => ({ id: recognizer.id, recognizer })))(
    'of $id take time by the length of the text',
    ({ recognizer }) => {
      for (const piece of pieces) {
        const of = (length: number): string => `${piece.repeat(Math.ceil(length / piece.length))}!`
        const [shortText, longText] = [of(short), of(long)]
        recogniseAll(recognizer, shortText, {})
        const took = cpuMs(() => recogniseAll(recognizer, longText, {}))
        if (took < 60) continue
        // Eight times the length: linear work takes about 8 times as long, quadratic 64 times. Each text is another, for what is kept of the latest.
        const base = Math.min(...[1, 2, 3].map((round) => cpuMs(() => recogniseAll(recognizer, `${shortText}${round}`, {}))))
        expect(took / Math.max(base, 2), `${recognizer.id} over ${JSON.stringify(piece)}`).toBeLessThan(30)
      }
    },
  )
})
