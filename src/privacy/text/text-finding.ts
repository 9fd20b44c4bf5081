import type { Verdict } from './text-recognizer.ts'

/** What was found in a text, with what speaks for it. */
export interface TextFinding {
  entity: string
  /** UTF-16 code units, end exclusive. */
  start: number
  end: number
  codePointStart: number
  codePointEnd: number
  /** 0 to 1, context included. */
  score: number
  /** Id of the recognizer. */
  recognizer: string
  evidence: Evidence
}

export interface Evidence {
  /** Name of the shape that matched. */
  pattern: string
  /** What the check digit says; null where there is none. */
  checksum: Verdict
  /** The word nearby that speaks for it. */
  contextWord: string | null
  /** The word right before it that speaks against it. */
  againstWord: string | null
  /** The score of shape and check digit, before context. */
  shapeScore: number
  /** Set where a stronger finding has a part of what matched. */
  trimmed?: true
}

/** What became of a match: for who wants to know why something was or was not found. */
export interface Decision {
  entity: string
  start: number
  end: number
  score: number
  recognizer: string
  evidence: Evidence
  outcome: 'found' | 'below_threshold' | 'allowed' | 'covered'
  /** The recognizer whose match covers it. */
  by?: string
}
