import type { FindMatches } from '../text-recognizer.ts'
import { findNames } from './find-names.ts'
import type { NameEntity, NameFinding } from './name-finding.ts'

const NONE: NameFinding[] = []

/** The `find` of the recognizer of one entity. */
export function findNamesOf(entity: NameEntity): FindMatches {
  return (text) => {
    let chosen = NONE
    for (const finding of findNames(text)) {
      if (finding.entity !== entity) continue
      if (chosen === NONE) chosen = [finding]
      else chosen.push(finding)
    }
    return chosen
  }
}
