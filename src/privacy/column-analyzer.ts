import { isEntity, type Entity } from '../contract/entities.ts'
import { createAnalyzer } from './text/analyzer.ts'
import type { Verdict } from './text/text-recognizer.ts'
import { textRecognizers } from './text/recognizers/index.ts'

/** Something found in a cell; offsets in UTF-16 code units. */
export interface FoundInCell {
  entity: Entity
  start: number
  end: number
  score: number
  checksum: Verdict
  /** The word, in the cell or the column's name, that speaks for it. */
  contextWord: string | null
}

/** Finds entities in the cells of a column; the column's name counts as a word nearby. */
export type ColumnAnalyzer = (text: string, column: string) => FoundInCell[]

/**
 * An analyzer for these entities, of all countries; those that no recognizer finds are never found.
 * @param options lowest score, that of the analysis of text unless told; further entities that are looked for only to know what is not one of the others
 */
export function columnAnalyzer(
  entities: readonly Entity[],
  options: { scoreThreshold?: number; beside?: readonly Entity[] } = {},
): ColumnAnalyzer {
  const wanted = new Set<string>(entities)
  const all = new Set<string>([...entities, ...(options.beside ?? [])])
  const recognizers = textRecognizers.filter(({ entity }) => all.has(entity) && isEntity(entity))
  if (recognizers.every(({ entity }) => !wanted.has(entity))) return () => []
  const { scoreThreshold } = options
  const locales = [...new Set(recognizers.map(({ locale }) => locale))]
  const analyzer = createAnalyzer({ recognizers, locales, ...(scoreThreshold === undefined ? {} : { scoreThreshold }) })
  return (text, column) =>
    analyzer
      .analyze(text, { context: [column] })
      .filter(({ entity }) => wanted.has(entity))
      .map(({ entity, start, end, score, evidence }) => ({
        entity: entity as Entity,
        start,
        end,
        score,
        checksum: evidence.checksum,
        contextWord: evidence.contextWord,
      }))
}
