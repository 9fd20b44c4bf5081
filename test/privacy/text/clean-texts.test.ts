import { describe, expect, it } from 'vitest'
import { createAnalyzer } from '../../../src/privacy/text/analyzer.ts'
import { cleanTexts } from '../corpus/clean-texts.ts'

const analyzer = createAnalyzer()
const texts = cleanTexts()

describe('false alarms', () => {
  it('are looked for in at least 50 KB of technical text', () => {
    expect(texts.reduce((sum, { text }) => sum + text.length, 0)).toBeGreaterThan(50_000)
  })

  it.each(texts)('are none in $name', ({ text }) => {
    const found = analyzer.analyze(text).map(({ entity, start, end, score, recognizer }) => {
      const line = text.slice(text.lastIndexOf('\n', start) + 1, end)
      return `${recognizer} ${entity} ${score} ${JSON.stringify(text.slice(start, end))} in ${JSON.stringify(line)}`
    })
    expect(found).toEqual([])
  })
})
