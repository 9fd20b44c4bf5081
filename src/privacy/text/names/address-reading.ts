import type { Reading } from './name-finding.ts'
import { readTail, type Tail } from './read-address-tail.ts'
import type { Tokens } from './tokens.ts'
import { UNIT } from './word-kinds.ts'

/** The address of the words `from` to `to` with what follows it: floor and door, locality, postcode. @param known what follows, where it was read already */
export function addressReading(t: Tokens, from: number, to: number, score: number, pattern: string, known?: Tail): Reading {
  const tail = known ?? readTail(t, to)
  const next = Math.max(tail.next, to)
  const sum = Math.min(0.95, score + (tail.next > to ? 0.1 : 0) + (tail.hasPostcode ? 0.1 : 0))
  const hasUnit = (t.kindsOf(to) & UNIT) !== 0
  return {
    next,
    found: [
      {
        entity: 'ADDRESS',
        start: t.start[from] ?? 0,
        end: t.end[next - 1] ?? 0,
        score: hasUnit && tail.next > to ? Math.max(sum, 0.6) : sum,
        pattern,
        checksum: null,
      },
    ],
  }
}
