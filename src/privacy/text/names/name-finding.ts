import type { RawMatch } from '../text-recognizer.ts'

export type NameEntity = 'PERSON' | 'LOCATION' | 'ORGANIZATION' | 'ADDRESS' | 'NRP' | 'TITLE' | 'AGE' | 'POSTAL_CODE'

/** A name, place, organisation or address in a text, with the rule that found it. */
export interface NameFinding extends RawMatch {
  entity: NameEntity
}

/** What a rule made of the words from one on: what it found, and the word from which reading goes on. */
export interface Reading {
  next: number
  found: readonly NameFinding[]
}
