import { isEntity, type Entity } from '../../contract/entities.ts'
import type { Policy } from '../../contract/pii.ts'
import { sqlRecognizer } from '../recognizers/index.ts'
import { defaultLocales } from '../text/analyzer.ts'
import { textRecognizers } from '../text/recognizers/index.ts'

/** Kinds that say little about a person by themselves, or that only a sentence around them can tell: looked for where the policy names them. */
const QUIET: ReadonlySet<string> = new Set([
  'DATE_TIME',
  'URL',
  'LOCATION',
  'ORGANIZATION',
  'NRP',
  'TITLE',
  'AGE',
  'GENDER',
  'USERNAME',
  'BIC',
  'POSTAL_CODE',
])

/** What is looked for in samples: what the default profiles find and SQL does not look for in every row, and what the policy names. */
export function sampledEntities(policy: Pick<Policy, 'entities'> = { entities: {} }): Entity[] {
  const locales = new Set<string>(defaultLocales)
  const named = new Set(Object.keys(policy.entities))
  const wanted = textRecognizers.filter(({ entity, locale }) => named.has(entity) || (locales.has(locale) && !QUIET.has(entity)))
  // Names of persons are always looked for, by rules of their own (`judgePersons`).
  return [...new Set(wanted.map(({ entity }) => entity))]
    .filter(isEntity)
    .filter((entity) => entity !== 'PERSON' && sqlRecognizer(entity) === null)
}

/** What is looked for only where a policy names it: of the kinds that Atlas knows, those of other countries aside. */
export function notLookedFor(policy: Pick<Policy, 'entities'> = { entities: {} }): Entity[] {
  return [...QUIET].filter(isEntity).filter((entity) => !(entity in policy.entities))
}

/** Kinds that are no personal data by themselves: a column that holds nothing else is not counted as one that does. */
export const impersonalKinds: ReadonlySet<string> = new Set(['URL', 'DATE_TIME', 'ORGANIZATION'])
