/** What a checksum or a rule beyond the shape says of a match. `null`: there is no such rule for it, so the shape alone counts. */
export type Verdict = boolean | null

/** A shape of an entity. */
export interface TextPattern {
  name: string
  /**
   * JavaScript regular expression (flags `giu`, or `gu` with `caseSensitive`), linear in time: no repeat inside a repeat over the same characters. `\b` is ASCII:
   * where Danish letters may stand beside the entity, use `(?<![\p{L}\p{N}])`. With a group named `entity`, the entity is that group.
   */
  regex: string
  /** 0 to 1: how sure the shape alone makes it. */
  score: number
  caseSensitive?: true
}

/**
 * What every match holds, so that patterns run only where it can be: at least so many ASCII digits, one of these literal texts (lower case), or one of
 * these words at its start.
 */
export type Gate = { digits: number } | { text: readonly string[] } | { words: readonly string[] }

/** Where a recognizer belongs: `global`, or the country (ISO 3166-1 alpha-2, lower case; `uk` for GB; `eu`) whose profile brings it. */
export type Locale =
  | 'global'
  | 'eu'
  | 'dk'
  | 'no'
  | 'se'
  | 'fi'
  | 'is'
  | 'uk'
  | 'us'
  | 'ca'
  | 'au'
  | 'de'
  | 'es'
  | 'it'
  | 'fr'
  | 'nl'
  | 'pl'
  | 'pt'
  | 'in'
  | 'kr'
  | 'sg'
  | 'th'
  | 'tr'
  | 'za'
  | 'ng'
  | 'ph'

/** A rule that finds one kind of entity in text. Written from the standard that `source` names. */
export interface TextRecognizer {
  /** kebab-case, the file's name, e.g. `us-ssn`. */
  id: string
  /** Upper-case id of the entity, as in the table of entities. */
  entity: string
  title: string
  /** The standard or the official page. */
  source: string
  /** Name of the recognizer in Presidio that does the same, e.g. `UsSsnRecognizer`; null where it has none. */
  presidio: string | null
  locale: Locale
  /** ISO 639-1 codes in which its context words are; empty for any language. */
  languages: readonly string[]
  gate: Gate
  patterns: readonly TextPattern[]
  /** Over a match, as it stands in the text: true makes it certain (score 1), false drops it, null leaves the pattern's score. */
  validate?: (match: string, options: ValidateOptions) => Verdict
  /** Where shape and checksum are not enough to say it in regular expressions: gives candidates itself, instead of `patterns`. Linear in time. */
  find?: FindMatches
  /** Lower-case words or stems which, near a match, speak for it. */
  context: readonly string[]
  /** Lower-case words which, right before a match, say it is something else. */
  against?: readonly string[]
  /** Entities which its own may lie in and be reported all the same, e.g. the name in a machine readable zone. */
  within?: readonly string[]
  /** Tests and docs: each `found` text is one whole entity at the default threshold or above with its context; none is found in an `ignored` text. */
  examples: { found: readonly string[]; ignored: readonly string[] }
}

export interface ValidateOptions {
  /** Presidio's `strict_checksum` and the like: a failing check digit drops what is otherwise kept. */
  strict?: boolean
  /** Norwegian numbers by the control digits that come into use in 2032. */
  rulesOf2032?: boolean
}

export interface FindOptions {
  /** Regions for phone numbers written nationally, ISO 3166-1 alpha-2, upper case. */
  regions?: readonly string[]
  /** 0 possible, 1 valid, 2 strict grouping, 3 exact grouping: as in libphonenumber. */
  leniency?: 0 | 1 | 2 | 3
}

/** Finds matches in a whole text; pure. */
export interface FindMatches {
  (text: string, options: FindOptions): RawMatch[]
  /** The same as shapes and what is said of them, where it can be put so: then the scan of a text runs each only where it can match. */
  shapes?: readonly (JudgedShape | RunShape)[]
}

/** One regular expression for runs of characters within which something is looked for in code. */
export interface RunShape {
  /** With the flags `g` and `u`. */
  regex: RegExp
  /** What lies in the run from `start` to `end`, and where the search goes on. */
  read: (text: string, start: number, end: number, options: FindOptions) => { found: RawMatch | null; resume: number }
}

/** One regular expression and a judgement in code. */
export interface JudgedShape {
  name: string
  /** With the flags `g` and `u`; with a group named `entity`, the entity is that group. */
  regex: RegExp
  judge: (entity: string, text: string, start: number) => Judgement | null
  /**
   * Where the next match can begin, from an offset on; -1 for nowhere. For a shape that begins like any word, so that following it from every word would
   * cost more than all others together, and is better found by a character within.
   */
  nextStart?: (text: string, from: number) => number
}

/** What a rule in code says of a match: how sure, and what its check digit says. `end` cuts it short (UTF-16 offset in the text). */
export interface Judgement {
  score: number
  checksum: Verdict
  end?: number
}

/** A match before context. Offsets are UTF-16 code units, end exclusive. */
export interface RawMatch {
  start: number
  end: number
  score: number
  /** Name of the pattern. */
  pattern: string
  checksum: Verdict
}

/** Keeps the literal types of a recognizer. */
export function defineTextRecognizer(recognizer: TextRecognizer): TextRecognizer {
  return recognizer
}
