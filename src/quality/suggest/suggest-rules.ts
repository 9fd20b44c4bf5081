import type { ColumnProfile, Profile } from '../../contract/datasets.ts'
import { CheckRule, type CheckRuleInput } from '../../contract/quality.ts'
import { suggestedPattern } from './suggested-pattern.ts'
import { suggestedRange } from './suggested-range.ts'

/** A rule that a profile suggests, and what was seen. */
export interface Suggestion {
  rule: CheckRule
  why: string
  /** True where the values are only thought to be so: the rule is left out when it turns out not to hold. */
  isGuess: boolean
}

/** With fewer rows than this, one value more would make another rule. */
const FEWEST_ROWS = 20
/** So many rows for each value make a list of values likely. */
const ROWS_PER_VALUE = 5
const CUT = '…'
/** What masking leaves, also where nobody remembers that a column was masked: the name of a kind for a value, or stars for letters. */
const MASK = /<[A-Z]+(?:_[A-Z]+)*>|\*{3}/

/**
 * Rules that the profile of a snapshot suggests. They say what the data is, not what it should be: each is to be read by a person.
 * @param kinds kind of value (as in semantic-type) of columns where one was found
 * @param masked columns whose values a policy replaced: nothing is said of values that Atlas made
 * @param now the clock
 */
export function suggestRules(profile: Profile, kinds: ReadonlyMap<string, string>, masked: ReadonlySet<string>, now: Date): Suggestion[] {
  const columns = profile.columns.flatMap((column) => {
    const isMasked = masked.has(column.name) || column.top.some(({ value }) => MASK.test(value))
    const seen = isMasked ? { ...column, withheld: true, min: null, max: null } : column
    return ofColumn(seen, profile.rows, isMasked ? undefined : kinds.get(column.name))
  })
  return [...ofTable(profile), ...columns, ...freshness(profile, now)]
}

function suggestion(why: string, rule: CheckRuleInput, isGuess = false): Suggestion {
  return { rule: CheckRule.parse(rule), why, isGuess }
}

function ofTable({ columns, rows }: Profile): Suggestion[] {
  const listed = columns.map(({ name, type }) => ({ name, type }))
  return [
    suggestion(`These are the ${columns.length} columns now. One that is added warns.`, { check: 'schema', options: { columns: listed } }),
    suggestion(`There are ${rows} rows now; a load that brings none should not pass.`, { check: 'row-count', options: { min: 1 } }),
    suggestion('Half of the rows gone, or twice as many, from one snapshot to the next is worth a look.', {
      check: 'row-count-change',
      severity: 'warning',
      options: { maxDropPercent: 50, maxRisePercent: 100 },
    }),
  ]
}

function ofColumn(column: ColumnProfile, rows: number, kind: string | undefined): Suggestion[] {
  const { name, nulls } = column
  const present = rows - nulls
  if (rows === 0 || present === 0) return []
  return [
    ...notNull(column, rows),
    ...unique(column, present),
    ...semantic(name, kind),
    ...(present < FEWEST_ROWS ? [] : values(column, present, kind)),
  ]
}

function notNull({ name, nulls }: ColumnProfile, rows: number): Suggestion[] {
  if (nulls === 0) return [suggestion(`No NULL in ${rows} rows.`, { check: 'not-null', options: { column: name } })]
  const share = (nulls / rows) * 100
  if (share > 5) return []
  const percent = Math.max(1, Math.ceil(share * 2))
  const why = `${nulls} of ${rows} rows are NULL (${share.toFixed(2)} %); the limit is about twice that.`
  return [suggestion(why, { check: 'not-null', severity: 'warning', options: { column: name }, warn: { percent } })]
}

function unique({ name, type, distinct }: ColumnProfile, present: number): Suggestion[] {
  if (distinct === null || distinct !== present || present < 2 || !isKeyType(type)) return []
  return [
    suggestion(`Every one of the ${present} values is there once: it may be a key.`, { check: 'unique', options: { columns: [name] } }),
  ]
}

function semantic(name: string, kind: string | undefined): Suggestion[] {
  if (kind === undefined) return []
  return [
    suggestion(
      `Its values look like ${kind}.`,
      { check: 'semantic-type', severity: 'warning', options: { column: name, type: kind } },
      true,
    ),
  ]
}

/** A list, a range or a pattern, where the values speak for one. */
function values(column: ColumnProfile, present: number, kind: string | undefined): Suggestion[] {
  const { name, distinct, top, withheld } = column
  if (withheld || distinct === null) return []
  const isFew = distinct <= top.length && present / distinct >= ROWS_PER_VALUE && top.every(({ value }) => !value.endsWith(CUT))
  if (isFew && isListType(column.type))
    return [
      suggestion(`Only ${distinct} different ${distinct === 1 ? 'value' : 'values'} in ${present} rows.`, {
        check: 'set',
        severity: 'warning',
        options: { column: name, values: top.map(({ value }) => value).toSorted() },
      }),
    ]
  const range = suggestedRange(column)
  if (range !== null) return [suggestion(range.why, { check: 'range', severity: 'warning', options: { column: name, ...range.limits } })]
  const pattern = column.type === 'VARCHAR' && kind === undefined ? suggestedPattern(top.map(({ value }) => value)) : null
  if (pattern === null) return []
  return [
    suggestion(
      'Its most frequent values are all built alike.',
      { check: 'pattern', severity: 'warning', options: { column: name, pattern } },
      true,
    ),
  ]
}

/** The time column whose newest value is closest to now. */
function freshness({ columns }: Profile, now: Date): Suggestion[] {
  const dated = columns.flatMap(({ name, type, max }) => {
    if (!type.startsWith('TIMESTAMP') || max === null) return []
    const newest = new Date(
      `${max
        .replace(' ', 'T')
        .replace(/(\.\d{3})\d+/, '$1')
        .replace(/([+-]\d{2})$/, '$1:00')}${type.includes('ZONE') ? '' : 'Z'}`,
    )
    const ageHours = (now.getTime() - newest.getTime()) / 3_600_000
    return ageHours >= 0 && ageHours < 24 * 90 ? [{ name, type, ageHours }] : []
  })
  const [newest] = dated.toSorted((one, other) => one.ageHours - other.ageHours)
  if (newest === undefined) return []
  const maxAgeHours = Math.max(24, Math.ceil((newest.ageHours * 2) / 24) * 24)
  const hasZone = newest.type.includes('ZONE')
  const why = `The newest is ${newest.ageHours.toFixed(1)} hours old.${hasZone ? '' : ' The column has no time zone: say in which its clock runs.'}`
  const options = { column: newest.name, maxAgeHours, ...(hasZone ? {} : { zone: 'UTC' }) }
  return [suggestion(why, { check: 'freshness', severity: 'warning', options })]
}

function isKeyType(type: string): boolean {
  return /^(VARCHAR|UUID|(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER)$)/.test(type)
}

function isListType(type: string): boolean {
  return type === 'VARCHAR' || type.startsWith('ENUM')
}
