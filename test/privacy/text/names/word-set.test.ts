import { describe, expect, it } from 'vitest'
import { Tokens } from '../../../../src/privacy/text/names/tokens.ts'
import { WordSet } from '../../../../src/privacy/text/names/word-set.ts'

const words = new WordSet('og on år årig grüßen')

/** The words of the text that are in the set, written so or in whatever case. */
function inSet(text: string, anyCase: boolean): string[] {
  const tokens = new Tokens()
  tokens.read(text, 0, text.length)
  return Array.from({ length: tokens.count }, (_, index) => index)
    .filter((index) => (anyCase ? words.hasInAnyCase(tokens, index) : words.has(tokens, index)))
    .map((index) => text.slice(tokens.start[index], tokens.end[index]))
}

describe('a set of words', () => {
  it.each([
    ['words of it among others of the same letter and length', 'en og on ok år ar of', ['og', 'on', 'år'], ['og', 'on', 'år']],
    ['capitals only where any case will do', 'Og OG Årig GRÜßEN', [], ['Og', 'OG', 'Årig', 'GRÜßEN']],
    ['no word that is one without its accents', 'ar arig grussen aarig', [], []],
    ['no word that begins or ends as one does', 'ogre årige ång', [], []],
  ])('has %s', (_, text, exact, anyCase) => {
    expect({ exact: inSet(text, false), anyCase: inSet(text, true) }).toEqual({ exact, anyCase })
  })

  it('has no word before the first one or after the last, whatever text was read before', () => {
    const tokens = new Tokens()
    tokens.read('og og og', 0, 8)
    tokens.read('og', 0, 2)
    expect([-1, 0, 1, 2].map((index) => words.has(tokens, index))).toEqual([false, true, false, false])
  })
})
