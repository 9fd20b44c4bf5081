import { describe, expect, it } from 'vitest'
import { recognise } from '../../../src/privacy/text/recognise.ts'
import { textRecognizers } from '../../../src/privacy/text/recognizers/index.ts'

const found = textRecognizers.flatMap((recognizer) => recognizer.examples.found.map((text) => ({ recognizer, id: recognizer.id, text })))
/** Those that need what stands around them to be found at all. */
const embedded = found.filter(({ recognizer }) => recognizer.within !== undefined || recognizer.id === 'password')
const ignored = textRecognizers.flatMap((recognizer) =>
  recognizer.examples.ignored.map((text) => ({ recognizer, id: recognizer.id, text })),
)

describe('recognizers of text', () => {
  it.each(found.filter((example) => !embedded.includes(example)))('$id finds the whole of $text', ({ recognizer, text }) => {
    expect(recognise(recognizer, text)).toMatchObject([{ start: 0, end: text.length }])
  })

  it.each(embedded)('$id finds its entity inside $text', ({ recognizer, text }) => {
    const matches = recognise(recognizer, text)
    expect(matches).toHaveLength(1)
    expect(matches[0]!.end - matches[0]!.start).toBeLessThan(text.length / 1.5)
  })

  it.each(ignored)('$id ignores $text', ({ recognizer, text }) => {
    expect(recognise(recognizer, text)).toEqual([])
  })

  it('each have examples of both kinds, an id of their own, a source and a gate that their examples pass', () => {
    expect(new Set(textRecognizers.map(({ id }) => id)).size).toBe(textRecognizers.length)
    const poor = textRecognizers.filter(
      ({ examples, source }) => examples.found.length === 0 || examples.ignored.length === 0 || source.length < 4,
    )
    expect(poor.map(({ id }) => id)).toEqual([])
    const closed = found.filter(({ recognizer: { gate }, text }) => {
      if ('digits' in gate) return text.replace(/\D/g, '').length < gate.digits
      const lower = text.toLowerCase()
      return 'text' in gate ? !gate.text.some((part) => lower.includes(part)) : !gate.words.some((word) => lower.startsWith(word))
    })
    expect(closed.map(({ id, text }) => `${id}: ${text}`)).toEqual([])
  })
})
