import { describe, expect, it } from 'vitest'
import { downstreamOf, topologicalOrder, upstreamOf } from '../../../src/core/graph/order.ts'

const reads = (text: string): Map<string, string[]> =>
  new Map(
    text.split(';').map((part) => {
      const [name = '', inputs = ''] = part.trim().split('<')
      return [name.trim(), inputs.trim().split(' ').filter(Boolean)]
    }),
  )

describe('an order of transforms', () => {
  it.each([
    ['each after what it reads', 'c < b; b < a; a <', ['a', 'b', 'c']],
    ['of those that are free, as given', 'b <; a <; c < a', ['b', 'a', 'c']],
    ['each once, where two read the same', 'd < b c; b < a; c < a; a <', ['a', 'b', 'c', 'd']],
    ['without what no transform makes', 'b < chart.x a; a < chart.y', ['a', 'b']],
  ])('is %s', (_name, text, expected) => {
    expect(topologicalOrder(reads(text))).toEqual(expected)
  })

  it.each([
    ['one that reads itself', 'navigate.a < navigate.a', 'navigate.a → navigate.a'],
    ['two', 'navigate.a < navigate.b; navigate.b < navigate.a', 'navigate.a → navigate.b → navigate.a'],
    ['four, beside others that are in order', 'x <; y < x; a < d y; b < a; c < b; d < c', 'a → b → c → d → a'],
  ])('of a circle of %s is refused, with the whole path as data would travel', (_name, text, path) => {
    expect(() => topologicalOrder(reads(text))).toThrowError(
      expect.objectContaining({ code: 'transform.cycle', message: `Transforms go in a circle: ${path}.` }),
    )
  })

  it('of a chain of 100,000 is found', () => {
    const chain = new Map(Array.from({ length: 100_000 }, (_, index) => [`n${index}`, [`n${index + 1}`]]))
    expect(topologicalOrder(chain).slice(0, 2)).toEqual(['n99999', 'n99998'])
  })
})

describe('what is around a dataset', () => {
  const graph = reads('b < a; c < a; d < b c; e < x')
  it('downstream is everything made from it', () => {
    expect([...downstreamOf(graph, ['a'])].toSorted()).toEqual(['b', 'c', 'd'])
    expect([...downstreamOf(graph, ['d'])]).toEqual([])
  })
  it('upstream is everything it is made from', () => {
    expect([...upstreamOf(graph, ['d'])].toSorted()).toEqual(['a', 'b', 'c'])
  })
})
