import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { createRandom, type Random } from '../../../../bench/support/random.ts'
import { beginsNothing, PLAIN } from '../../../../src/privacy/text/names/plain-start.ts'
import { readCapitals } from '../../../../src/privacy/text/names/read-capitals.ts'
import { Tokens } from '../../../../src/privacy/text/names/tokens.ts'
import { FUNCTION, VERY_COMMON } from '../../../../src/privacy/text/names/word-kinds.ts'

const data = path.join(import.meta.dirname, '../../../../src/privacy/text/names/data')
const listed = ['words.txt', 'common-words.txt', 'given-names.txt', 'surnames.txt', 'places.txt'].map((file) =>
  readFileSync(path.join(data, file), 'utf8')
    .split('\n')
    .filter((line) => !/^[#[]/.test(line))
    .flatMap((line) => line.split(' '))
    .filter((word) => word !== '')
    .map((word) => word.replaceAll('_', ' ')),
)
const gaps = [' ', ' ', ' ', ' ', '. ', '.\n', '\n', ', ', ': ', ' - ', '-', '; ', ' & ', '! ', ' "', "'s ", '/', ' (', '. . ']
const unlisted = [
  'Løsningen',
  'Qwertzen',
  "D'Angelsen",
  'Zorblattsen',
  'Frobbank',
  'Xylland',
  'Knupsk',
  'ord',
  'blop',
  'iPhone',
  '12',
  '7B',
  'Ab',
  'V',
]

function anyWord(random: Random): string {
  const word = random.below(8) === 0 ? random.pick(unlisted) : random.pick(random.pick(listed))
  const form = random.below(5)
  if (form < 2) return word
  return form < 4 ? word.charAt(0).toUpperCase() + word.slice(1) : word.toUpperCase()
}

describe('beginsNothing', () => {
  it('is said only of words that the rules make nothing of, with any words around them', () => {
    const random = createRandom(17)
    const tokens = new Tokens()
    const wrong: string[] = []
    let said = 0
    for (let round = 0; round < 10_000; round++) {
      const text = Array.from({ length: 24 }, () => anyWord(random) + random.pick(gaps)).join('')
      tokens.read(text, 0, text.length)
      for (let index = 0; index < tokens.count; index++) {
        if (![1, 2, 3].includes(tokens.shape[index] ?? 0) || !beginsNothing(tokens, index)) continue
        // Listed words of other kinds are left alone even where a rule could make something of them.
        const kinds = tokens.kindsOf(index)
        if (kinds !== 0 && (kinds & ~PLAIN) === 0 && (kinds & (FUNCTION | VERY_COMMON)) === 0) continue
        said += 1
        const reading = readCapitals(tokens, index)
        // That a sentence speaks of work makes no company of a word of the dictionary.
        const names = reading.found.filter(({ pattern }) => pattern !== 'name of a company by its sentence')
        if (names.length > 0 || reading.next > index + 1)
          wrong.push(text.slice(Math.max((tokens.start[index] ?? 0) - 20, 0), (tokens.end[index] ?? 0) + 20))
      }
    }
    expect(wrong).toEqual([])
    expect(said).toBeGreaterThan(1500)
  })
})
