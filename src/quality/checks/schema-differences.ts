import type { CheckedColumn } from '../check.ts'
import { compareTypes, nameSimilarity, typeOfWord } from './column-types.ts'

export interface ExpectedColumn {
  name: string
  /** Words for types, of which any will do; null where every type will. */
  types: readonly string[] | null
  /** It may be missing. */
  optional: boolean
}

export interface Difference {
  kind: 'missing' | 'added' | 'widened' | 'narrowed' | 'moved'
  /** In words. */
  text: string
}

/** From here on two names look like one that was renamed. */
const SIMILAR = 0.5

/** How the columns differ from those that are expected. A renamed column is one missing and one added, with a hint where the names are alike. */
export function schemaDifferences(expected: readonly ExpectedColumn[], actual: readonly CheckedColumn[], inOrder: boolean): Difference[] {
  const added = actual.filter(({ name }) => !expected.some((column) => column.name === name))
  const missing = expected.filter(({ name, optional }) => !optional && !actual.some((column) => column.name === name))
  return [
    ...missing.map((column): Difference => ({ kind: 'missing', text: `"${column.name}" is missing${renameHint(column, added)}` })),
    ...added.map(({ name, type }): Difference => ({ kind: 'added', text: `"${name}" (${type}) was added` })),
    ...expected.flatMap((column) => typeDifference(column, actual)),
    ...(inOrder ? orderDifference(expected, actual) : []),
  ]
}

function renameHint({ name, types }: ExpectedColumn, added: readonly CheckedColumn[]): string {
  const [closest] = added
    .map((column) => ({
      column,
      likeness: nameSimilarity(name, column.name) + (types?.some((type) => typeOfWord(type) === column.type) === true ? 0.1 : 0),
    }))
    .filter(({ likeness }) => likeness >= SIMILAR)
    .toSorted((a, b) => b.likeness - a.likeness)
  return closest === undefined ? '' : `; was it renamed to "${closest.column.name}"?`
}

function typeDifference({ name, types }: ExpectedColumn, actual: readonly CheckedColumn[]): Difference[] {
  const found = actual.find((column) => column.name === name)
  if (found === undefined || types === null) return []
  const outcomes = types.map((type) => compareTypes(typeOfWord(type), found.type))
  if (outcomes.includes('same')) return []
  const kind = outcomes.includes('widened') ? 'widened' : 'narrowed'
  return [{ kind, text: `"${name}" is ${found.type}, expected ${types.map(typeOfWord).join(' or ')}` }]
}

function orderDifference(expected: readonly ExpectedColumn[], actual: readonly CheckedColumn[]): Difference[] {
  const wanted = expected.map(({ name }) => name).filter((name) => actual.some((column) => column.name === name))
  const present = actual.map(({ name }) => name).filter((name) => wanted.includes(name))
  const moved = present.find((name, index) => wanted[index] !== name)
  return moved === undefined ? [] : [{ kind: 'moved', text: `"${moved}" stands in another place` }]
}
