import { describe, expect, it } from 'vitest'
import { lineDifference } from '../../src/core/line-difference.ts'

const difference = (from: string, to: string) => lineDifference(from, to).map(({ sign, text }) => `${sign}${text}`)

describe('the difference of two texts', () => {
  it.each([
    ['equal texts', 'a\nb\n', 'a\nb', [' a', ' b']],
    ['a line changed', 'a\nb\nc', 'a\nx\nc', [' a', '-b', '+x', ' c']],
    ['lines added at the ends', 'b', 'a\nb\nc', ['+a', ' b', '+c']],
    ['lines removed at the ends', 'a\nb\nc', 'b', ['-a', ' b', '-c']],
    ['nothing before', '', 'a\nb', ['+a', '+b']],
    ['nothing after', 'a\nb', '', ['-a', '-b']],
    ['an empty line between', 'a\n\nb', 'a\nb', [' a', '-', ' b']],
  ])('of %s keeps every line that both have', (_, from, to, expected) => {
    expect(difference(from, to)).toEqual(expected)
  })

  it('gives back both texts from its lines, and of long ones too', () => {
    const text = (step: number, lines: number) => Array.from({ length: lines }, (_, line) => String((line * step) % 17)).join('\n')
    for (const lines of [40, 3000]) {
      const [from, to] = [text(5, lines), text(7, lines)]
      const found = lineDifference(from, to)
      const side = (sign: '+' | '-') =>
        found
          .filter((line) => line.sign !== sign)
          .map((line) => line.text)
          .join('\n')
      expect([side('+'), side('-')]).toEqual([from, to])
    }
  })
})
