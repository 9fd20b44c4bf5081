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
}

/** Finds entities in the cells of a column; the column's name counts as a word nearby. */
export type ColumnAnalyzer = (text: string, column: string) => FoundInCell[]

/** An analyzer for these entities, of all countries; those that no recognizer finds are never found. */
export function columnAnalyzer(entities: readonly Entity[]): ColumnAnalyzer {
  const wanted = new Set<string>(entities)
  const recognizers = textRecognizers.filter(({ entity }) => wanted.has(entity) && isEntity(entity))
  if (recognizers.length === 0) return () => []
  const analyzer = createAnalyzer({ recognizers, locales: [...new Set(recognizers.map(({ locale }) => locale))] })
  return (text, column) =>
    analyzer.analyze(text, { context: [column] }).map(({ entity, start, end, score, evidence }) => ({
      entity: entity as Entity,
      start,
      end,
      score,
      checksum: evidence.checksum,
    }))
}
