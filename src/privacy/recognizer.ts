import type { Entity } from '../contract/pii.ts'
import type { Sql } from '../core/sql.ts'

/** A shape in which an entity stands inside text. */
export interface Span {
  /**
   * RE2 and JavaScript (`u` flag) syntax, without look-around, linear in time. Bounded repeats of Unicode classes are slow in RE2: use `+`.
   */
  pattern: string
  /** 1 where the pattern starts with a context word and the entity is its first group; 0 where the match is the entity. */
  group: 0 | 1
  /** Checksum or range over the match. Left out where shape is all there is. */
  confirm?: { sql: (match: Sql) => Sql; text: (match: string) => boolean }
  /** True where the match asks nothing of what stands around it (no `\b`, no context word), so that one pass can replace all matches. */
  standsAlone?: true
}

/** A rule that finds one kind of personal data, in a cell of its own and inside longer text. */
export interface Recognizer {
  id: Entity
  title: string
  /** Where the rule comes from: the standard or the official page. */
  source: string
  /** What every cell with a match holds, so that patterns run on few cells: an `@`, eight digits in a row, dotted numbers or a colon. */
  needs: 'at' | 'digits' | 'dotted'
  spans: Span[]
  /** RE2: a whole cell, white space around it aside, that may be the entity. */
  whole: string
  /** Checksum over such a cell, white space trimmed. */
  confirmWhole?: (cell: Sql) => Sql
  /**
   * Over a whole cell that passed `whole` and `confirmWhole`: would few other things pass too? Weak cells count only with a column name that
   * speaks for them. Left out where every whole cell is strong.
   */
  strong?: (cell: Sql) => Sql
  /** True where every cell that passes `strong` passes `whole` and `confirmWhole` too, so that one test is enough. */
  strongIsWhole?: true
  /**
   * What most cells that pass `strong` look like, at a tenth of the cost: in a large column of this kind such cells are not tested one by one. Left out where
   * nothing is so cheap.
   */
  resembles?: (cell: Sql) => Sql
  /**
   * Cells of digits alone that can be the entity, by their length; null where digits alone never are. `padded`: zeros that a number lost in front
   * are put back. `confirm` is the check of such cells; null where length is all there is, and they count only as weak.
   */
  digits: { min: number; max: number; padded: boolean; needsContext: boolean; confirm: ((digits: Sql) => Sql) | null } | null
  /** Share of random cells of the right shape that pass by chance. */
  chance: number
  /** Share of whole cells that must be strong where the column's name says nothing. */
  strongShare: number
  /** Lower-case words which, in a column's name, speak for the entity. */
  context: string[]
  /** Lower-case words which, in a column's name, speak against it. */
  against: string[]
  /** 0 to 1: how much a column of weak cells says, and one of strong cells. */
  patternScore: number
  confirmedScore: number
  /** One spelling for all spellings of the same value, so that hashes join. Applied to cells that match `whole`. */
  normalise: (cell: Sql) => Sql
  /** True where `normalise` keeps different texts different even when they are something else, so that no cell needs testing first. */
  normalisesAnything?: true
  /** What is left to see of a cell that matches `whole`. */
  mask: (cell: Sql) => Sql
  /** Tests and docs: each `found` text is one whole entity; none is found in an `ignored` text. */
  examples: { found: string[]; ignored: string[] }
}

export function defineRecognizer(recognizer: Recognizer): Recognizer {
  return recognizer
}
