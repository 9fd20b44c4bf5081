import { describe, expect, it } from 'vitest'
import { recognise } from '../../../src/privacy/text/recognise.ts'
import { textRecognizers } from '../../../src/privacy/text/recognizers/index.ts'

const found = textRecognizers.flatMap((recognizer) => recognizer.examples.found.map((text) => ({ recognizer, id: recognizer.id, text })))
const ignored = textRecognizers.flatMap((recognizer) =>
  recognizer.examples.ignored.map((text) => ({ recognizer, id: recognizer.id, text })),
)

describe('recognizers of text', () => {
  it.each(found)('$id finds the whole of $text', ({ recognizer, text }) => {
    expect(recognise(recognizer, text)).toMatchObject([{ start: 0, end: text.length }])
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
