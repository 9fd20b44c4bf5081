import type { Entity } from '../contract/entities.ts'
import { normaliseName } from '../core/names.ts'
import { join, raw, sql, type Sql } from '../core/sql.ts'
import { textRecognizers } from './text/recognizers/index.ts'
import { vatRules } from './text/eu-vat-checks.ts'

/** What a cell that holds a kind looks like at least, in RE2. What counts beyond ten is left to the analysis of text, but for wallet addresses, which many digests resemble: long counts make the automaton large. */
interface RareKind {
  entity: Entity
  /** What says enough for the cell to be looked at. */
  alone?: string
  /** What does so beside one of the kind's context words. */
  besideWord?: string
}

const SIGN = '[ \u00a0.-]?'
/** Member states whose numbers begin with letters, or have one in second place. */
const LETTERED = /^(?:AT|ES|FR|IE)$/
const [lettered, others] = [true, false].map((is) => [...vatRules.keys()].filter((state) => LETTERED.test(state) === is).join('|'))
const VAT = `(?:(?:${others})${SIGN}|(?:${lettered})${SIGN}(?:[0-9A-Z]${SIGN}){0,2})(?:[0-9]${SIGN}){5}`
const MRZ = '[A-Z0-9]<<[A-Z0-9<]'
const HEX = '[0-9A-Fa-f]'
const KEY_NAME = '(?i:(?:api|access|secret|auth|client|app|account|service|private|storage)[_.-]?key|token|secret)'

/**
 * Kinds whose check is not in SQL: few cells hold any, so that DuckDB picks out of the whole column those which have the shape, and the analysis of text, with its
 * check digits and context words, judges these. Postal addresses, birth dates and names have no shape that says so little else.
 */
const kinds: readonly RareKind[] = [
  {
    entity: 'API_KEY',
    alone: [
      '(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{10}',
      'gh[pousr]_[A-Za-z0-9]{10}|github_pat_[A-Za-z0-9_]{10}',
      'gl(?:pat|dt|rt|ptt|soat)-[A-Za-z0-9_-]{10}',
      '(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10}|whsec_[A-Za-z0-9+/]{10}',
      '(?:xox[abeoprs]|xapp)-[A-Za-z0-9-]{10}|(?i:hooks\\.slack\\.com/)',
      'AIza[A-Za-z0-9_-]{10}|GOCSPX-[A-Za-z0-9_-]{10}|ya29\\.[A-Za-z0-9_-]{10}',
      'sk-[A-Za-z0-9_-]{10}|SG\\.[A-Za-z0-9_-]{10}|(?:SK|AC)[0-9a-f]{10}',
      'npm_[A-Za-z0-9]{10}|pypi-[A-Za-z0-9_-]{10}|hf_[A-Za-z0-9]{10}',
      'shp(?:at|ca|pa|ss)_[0-9a-fA-F]{10}|do[opr]_v1_[0-9a-f]{10}|dapi[0-9a-f]{10}',
      'key-[0-9a-f]{10}|[0-9a-f]{10}-us[0-9]',
      `${KEY_NAME}["']? ?(?:=|:) ?[=>]?["' ]{0,2}[A-Za-z0-9+/_-]{10}`,
    ].join('|'),
  },
  {
    entity: 'CONNECTION_STRING',
    alone: '://[^\\s:/@"\'<>]*:[^\\s/@"\'<>]+@|(?i:password|pwd|accountkey|sharedaccesskey)=',
  },
  { entity: 'CRYPTO', alone: '\\b(?:[13][1-9A-HJ-NP-Za-km-z]{25,34}\\b|(?i:bc1[02-9ac-hj-np-z]{8})|0[xX][0-9A-Fa-f]{40}\\b)' },
  { entity: 'DK_CVR', besideWord: '[1-9][0-9](?:[0-9]{6}|(?: [0-9]{2}){3}|(?: [0-9]{3}){2})' },
  { entity: 'DK_ECPR', alone: '[0-3][0-9][01][0-9]{3}-?[0-9][A-Z]{2}[0-9]', besideWord: '[6-9][0-9][01][0-9]{3}[- ]?[0-9]{4}' },
  { entity: 'DK_LICENSE_PLATE', besideWord: '[A-HJ-NPR-Z]{2} ?[0-9]{2} ?[0-9]{3}' },
  { entity: 'DK_PASSPORT', besideWord: '[1-9A-Z][0-9]{8}' },
  { entity: 'DK_PNUMBER', besideWord: '1[0-9]{9}' },
  {
    entity: 'EU_VAT',
    alone: VAT,
  },
  { entity: 'IMEI', alone: '[0-9]{2}[ -][0-9]{6}[ -][0-9]{6}[ -][0-9]', besideWord: '[0-9]{15}' },
  { entity: 'JWT', alone: 'eyJ[A-Za-z0-9_-]{10}' },
  { entity: 'MAC_ADDRESS', alone: `${HEX}{2}(?:[:-]${HEX}{2}){5}|${HEX}{4}\\.${HEX}{4}\\.${HEX}{4}` },
  { entity: 'MRZ', alone: MRZ },
  { entity: 'PASSPORT_NUMBER', alone: MRZ, besideWord: '[A-Z]{1,2}[0-9]{6}' },
  {
    entity: 'PASSWORD',
    alone: '(?i:pass(?:word|wd|phrase|wort|ord)|pwd|adgangskode|kodeord|l[öÖ]senord|salasana|kennwort|lykilor[ðÐ])[^:=]{0,12}[:=]',
  },
  { entity: 'PRIVATE_KEY', alone: 'PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File' },
  { entity: 'SE_ORGANISATIONSNUMMER', alone: '[1-35-9][0-9][2-9][0-9]{3}-[0-9]{4}', besideWord: '[1-35-9][0-9][2-9][0-9]{7}' },
]

/**
 * What the first pass asks of every cell: less than the shapes say, so that RE2's automaton stays small. With the shapes themselves it takes four to
 * ten times as long. A run that is counted begins at a word, since in digests one could begin at each character.
 */
export const RARE_FIRST = [
  'A[KSB]IA|ACCA|gh[opsur]_|github_pat|gl(?:pat|dt|rt|ptt|soat)-|[srp]k_(?:live|test)|whsec_|xox|xapp|[sS][lL][aA][cC][kK]|AIza|GOCS|ya29|sk-|SG\\.',
  '(?:SK|AC)[0-9a-f]{4}|npm_|pypi-|hf_|shp|do[opr]_v|dapi|key-|-us[0-9]|PRIVATE KEY|PuTTY|eyJ|<<|[bB][cC]1|0[xX][0-9A-Fa-f]{4}|://[^ /]*@',
  '(?:[a-zA-Z]|\u00f0|\u00d0|\\*)["\' ]{0,3}[:=]|\\b[13][1-9A-HJ-NP-Za-km-z]{14}|[0-9]{6}-?[0-9][A-Z]{2}[0-9]|[0-9]{2}[ -][0-9]{6}[ -]',
  '[0-9A-Fa-f]{2}[:-][0-9A-Fa-f]{2}[:-][0-9A-Fa-f]{2}[:-]|[0-9A-Fa-f]{4}\\.[0-9A-Fa-f]{4}\\.',
  VAT,
  '[0-9]{8}|[0-9]{2}(?: [0-9]{2}){3}|[0-9]{2} [0-9]{3} [0-9]{3}|[0-9]{6}[- ]?[0-9]{4}|[A-Z]{2} ?[0-9]{2} ?[0-9]{3}|[A-Z][0-9]{6}',
].join('|')

/** Kinds that are looked for in every cell of a text column whose cells of their shape are few. */
export const rareKinds: ReadonlySet<Entity> = new Set(kinds.map(({ entity }) => entity))

/** Kinds whose shapes are short words or signs: their automata stay small side by side. That of all kinds grows so large over digests that it is given up. */
const SECRETS: ReadonlySet<Entity> = new Set(['API_KEY', 'CONNECTION_STRING', 'JWT', 'PASSWORD', 'PRIVATE_KEY'])

/** The shapes of some kinds, put together. */
interface Shapes {
  alone: string[]
  /** The words of each kind with its shape; those of all of them are one pattern each. */
  beside: { words: string; shape: string }[]
}

function shapesOf(asked: readonly RareKind[]): Shapes {
  const together = Object.groupBy(
    asked.filter((kind) => kind.alone !== undefined),
    ({ entity }) => (entity === 'CRYPTO' ? entity : SECRETS.has(entity) ? 'secrets' : 'numbers'),
  )
  return {
    alone: Object.values(together).map((those) => [...new Set(those.map((kind) => kind.alone))].join('|')),
    beside: asked.flatMap(({ entity, besideWord }) => (besideWord === undefined ? [] : [{ words: wordsOf(entity), shape: besideWord }])),
  }
}

function wordsOf(entity: Entity): string {
  const words = textRecognizers.filter((recognizer) => recognizer.entity === entity).flatMap(({ context }) => context)
  return [...new Set(words)].map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')
}

const allShapes = shapesOf(kinds)

/**
 * True of each cell that can hold one of these kinds. Where the column's name is a context word itself, the shape is enough. One pass over what is neither.
 * @param column name of the column
 * @param except kinds that are not asked for
 */
export function mayHoldRareKind(text: Sql, column: string, except: ReadonlySet<Entity> = new Set()): Sql {
  const { alone, beside } = except.size === 0 ? allShapes : shapesOf(kinds.filter(({ entity }) => !except.has(entity)))
  const has = (pattern: string) => sql`regexp_matches(${text}, ${pattern})`
  const isNamed = (words: string) => new RegExp(words, 'iu').test(`${column} ${normaliseName(column)}`)
  const hasWord = (words: string) => (isNamed(words) ? raw('true') : has(`(?i:${words})`))
  const all = (part: 'words' | 'shape') => [...new Set(beside.map((one) => one[part]))].join('|')
  const each = beside.map(({ words, shape }) => sql`(${hasWord(words)} and ${has(shape)})`)
  const worded = beside.length < 2 ? each : [sql`(${hasWord(all('words'))} and ${has(all('shape'))} and (${join(each, ' or ')}))`]
  const tests = [...alone.map(has), ...worded]
  return sql`(case when ${has(RARE_FIRST)} then ${tests.length === 0 ? raw('false') : join(tests, ' or ')} else false end)`
}
