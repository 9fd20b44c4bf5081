import type { FindMatches } from '../text-recognizer.ts'
import { findNames } from './find-names.ts'
import type { NameEntity, NameFinding } from './name-finding.ts'

const NONE: NameFinding[] = []

/** The `find` of the recognizer of one entity. */
export function findNamesOf(entity: NameEntity): FindMatches {
  return (text) => {
    const found = findNames(text)
    return found.length === 0 ? NONE : found.filter((finding) => finding.entity === entity)
  }
}
