import { entityOfLabel } from '../entity-names.ts'

/** What a label says of the place of its token: first of an entity, inside, last, the only one; null where the model does not tell. */
type Place = 'first' | 'inside' | 'last' | 'only' | null

export interface TokenLabel {
  name: string
  place: Place
  /** Null outside any entity, and for what is known under no name here. */
  entity: string | null
}

const PLACES: Readonly<Record<string, Place>> = { B: 'first', I: 'inside', M: 'inside', E: 'last', L: 'last', S: 'only', U: 'only' }

/** Reads a label of the schemes IO, BIO, BILOU and BIOES: `B-PER`, `PER`, `O`. */
export function readLabel(name: string): TokenLabel {
  const [, letter, rest] = /^([BIMELSU])[-_](.+)$/.exec(name) ?? []
  return { name, place: PLACES[letter ?? ''] ?? null, entity: name === 'O' ? null : entityOfLabel(rest ?? name) }
}

/** A word, or a sign between words, with what the model says of it. */
export interface LabelledUnit {
  start: number
  end: number
  label: TokenLabel
  /** 0 to 1: probability of the label's entity. */
  score: number
}

export interface LabelledSpan {
  entity: string
  start: number
  end: number
  /** Mean over its units. */
  score: number
}

/** Joins units, in the order of the text, to the spans of entities. An `inside` without a `first` before it begins a span all the same. */
export function joinUnits(units: readonly LabelledUnit[]): LabelledSpan[] {
  const spans: (LabelledSpan & { units: number })[] = []
  let open = false
  for (const { start, end, label, score } of units) {
    const { entity, place } = label
    const last = spans.at(-1)
    if (entity === null) open = false
    else if (last?.entity === entity && ((open && place !== 'first' && place !== 'only') || last.end === start)) {
      last.score = (last.score * last.units + score) / (last.units + 1)
      last.units += 1
      last.end = end
      open = place !== 'last' && place !== 'only'
    } else {
      spans.push({ entity, start, end, score, units: 1 })
      open = place !== 'last' && place !== 'only'
    }
  }
  return spans.map(({ units: _, ...span }) => span)
}
