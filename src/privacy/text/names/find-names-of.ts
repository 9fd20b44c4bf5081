import type { FindMatches } from '../text-recognizer.ts'
import { findNames } from './find-names.ts'
import type { NameEntity } from './name-finding.ts'

/** The `find` of the recognizer of one entity. */
export function findNamesOf(entity: NameEntity): FindMatches {
  return (text) => findNames(text).filter((finding) => finding.entity === entity)
}
