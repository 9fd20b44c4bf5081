import { DatasetContract, type SuggestedRule } from '../../contract/quality-contracts.ts'
import type { CheckResult } from '../../contract/quality.ts'
import { writeContract } from '../../quality/contract-file/write-contract.ts'
import { nameRules } from '../../quality/name-rules.ts'
import { type Suggestion, suggestRules } from '../../quality/suggest/suggest-rules.ts'
import { readDatasetFacts } from '../../store/dataset-queries.ts'
import { type PinnedSnapshot, snapshotName } from '../../store/snapshots.ts'
import type { Platform } from '../platform.ts'
import { profileSnapshot, withholdValues } from '../profile.ts'
import { columnsWithheld, isRaw } from '../raw-access.ts'
import { measureRules } from './measure-rules.ts'

/** Kinds of values by the personal data that was found. */
const kindOfEntity: Readonly<Record<string, string>> = {
  EMAIL_ADDRESS: 'email',
  PHONE_NUMBER: 'phone',
  DK_CPR: 'cpr',
  IBAN_CODE: 'iban',
  CREDIT_CARD: 'credit-card',
  IP_ADDRESS: 'ip-address',
}

/** Kinds of values by the form of every frequent value; the rule is measured before it is suggested. */
const kindOfForm: [RegExp, string][] = [
  [/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'uuid'],
  [/^https?:\/\//i, 'url'],
  [/^[^@\s]+@[^@\s]+\.[^@\s]+$/, 'email'],
]

/** A guess that more rows than this break is no rule of this data. */
const TOLERATED = 0.05

/**
 * Rules that the profile of a snapshot suggests, each with how it fares now. Values that not everybody may see are in none of them, whoever asks: a
 * rule is kept in Git and shown to everybody.
 */
export async function suggestFor(
  platform: Platform,
  pinned: PinnedSnapshot,
  signal: AbortSignal,
): Promise<{ dataset: string; snapshotId: string; rules: SuggestedRule[]; yaml: string }> {
  const profile = withholdValues(await profileSnapshot(platform, pinned), await columnsWithheld(platform, pinned))
  const kinds = await kindsOf(platform, pinned, profile.columns)
  const guessed = suggestRules(profile, kinds, platform.now())
  const names = nameRules(guessed.map(({ rule }) => rule))
  const named = guessed.map((suggestion, index) => ({ ...suggestion, rule: { ...suggestion.rule, id: names[index]! } }))
  const results = isRaw(pinned.name)
    ? []
    : (
        await measureRules(
          platform,
          pinned,
          named.map(({ rule }) => rule),
          signal,
        )
      ).results
  const byRule = new Map(results.map((result) => [result.rule, result]))
  const kept = named.filter((suggestion) => isLikely(suggestion, byRule.get(suggestion.rule.id)))
  const rules = kept.map(({ rule, why }) => ({ rule, why: `${why}${nowOf(byRule.get(rule.id))}` }))
  const snapshotId = snapshotName(pinned.snapshotId)
  const contract = DatasetContract.parse({ dataset: pinned.name, rules: rules.map(({ rule }) => rule) })
  const head = `Suggested from ${snapshotId} of ${pinned.name}, ${pinned.rows} rows.\nIt says what the data is, not what it should be: read each rule, and keep what is meant.`
  return {
    dataset: pinned.name,
    snapshotId,
    rules,
    yaml: writeContract(
      contract,
      rules.map(({ why }) => why),
      head,
    ),
  }
}

async function kindsOf(
  { db }: Platform,
  pinned: PinnedSnapshot,
  columns: readonly { name: string; top: { value: string }[] }[],
): Promise<Map<string, string>> {
  const { findings } = await readDatasetFacts(db, pinned)
  const found = (findings ?? []).flatMap(({ column, entity, action, within }): [string, string][] => {
    const kind = kindOfEntity[entity]
    return kind === undefined || action !== 'keep' || within !== 'column' ? [] : [[column, kind]]
  })
  const marked = pinned.columns.flatMap(({ name, pii }): [string, string][] => {
    const kind = pii?.action === 'keep' && pii.within === 'column' && pii.entity !== null ? kindOfEntity[pii.entity] : undefined
    return kind === undefined ? [] : [[name, kind]]
  })
  const formed = columns.flatMap(({ name, top }): [string, string][] => {
    const kind = kindOfForm.find(([form]) => top.length > 0 && top.every(({ value }) => form.test(value)))
    return kind === undefined ? [] : [[name, kind[1]]]
  })
  return new Map([...formed, ...marked, ...found])
}

function isLikely({ isGuess }: Suggestion, result: CheckResult | undefined): boolean {
  if (!isGuess || result === undefined) return !isGuess
  return result.status !== 'error' && result.eligible > 0 && result.failing / result.eligible <= TOLERATED
}

function nowOf(result: CheckResult | undefined): string {
  if (result === undefined || result.eligible === 0) return ''
  return ` Now ${result.failing} of ${result.eligible} rows break it.`
}
