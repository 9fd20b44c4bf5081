import { DatasetContract, type KnownRule, type SuggestedRule } from '../../contract/quality-contracts.ts'
import type { CheckResult, CheckRule } from '../../contract/quality.ts'
import { writeContract } from '../../quality/contract-file/write-contract.ts'
import { withoutKnown } from '../../quality/suggest/without-known.ts'
import { type Suggestion, suggestRules } from '../../quality/suggest/suggest-rules.ts'
import { readDatasetFacts } from '../../store/dataset-queries.ts'
import { placeOf } from '../../store/quality-rules.ts'
import { type PinnedSnapshot, snapshotName } from '../../store/snapshots.ts'
import type { Platform } from '../platform.ts'
import { profileSnapshot, withholdValues } from '../profile.ts'
import { columnsWithheld, isRaw } from '../raw-access.ts'
import { listRules } from './list-rules.ts'
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
 * Rules that the profile of a snapshot suggests, each with how it fares now, without those that the dataset has already. Values that not everybody may
 * see are in none of them, whoever asks: a rule is kept in Git and shown to everybody.
 */
export async function suggestFor(
  platform: Platform,
  pinned: PinnedSnapshot,
  signal: AbortSignal,
): Promise<{ dataset: string; snapshotId: string; rules: SuggestedRule[]; known: KnownRule[]; yaml: string }> {
  const profile = withholdValues(await profileSnapshot(platform, pinned), await columnsWithheld(platform, pinned))
  const { kinds, masked } = await findingsOf(platform, pinned, profile.columns)
  const { added, known } = withoutKnown(suggestRules(profile, kinds, masked, platform.now()), await listRules(platform.db, pinned.name))
  const results = isRaw(pinned.name) ? [] : await measure(platform, pinned, added, signal)
  const byRule = new Map(results.map((result) => [result.rule, result]))
  const kept = added.filter((suggestion) => isLikely(suggestion, byRule.get(suggestion.rule.id)))
  const rules = kept.map(({ rule, why }) => ({ rule, why: `${why}${nowOf(byRule.get(rule.id))}` }))
  const contract = DatasetContract.parse({ dataset: pinned.name, rules: rules.map(({ rule }) => rule) })
  const comments = rules.map(({ why }) => why)
  const yaml = writeContract(contract, comments, headOf(pinned, known))
  return { dataset: pinned.name, snapshotId: snapshotName(pinned.snapshotId), rules, known, yaml }
}

async function measure(platform: Platform, pinned: PinnedSnapshot, added: readonly { rule: CheckRule }[], signal: AbortSignal) {
  const rules = added.map(({ rule }) => rule)
  return (await measureRules(platform, pinned, rules, signal)).results
}

/** What stands above the file. */
function headOf({ name, rows, snapshotId }: PinnedSnapshot, known: readonly KnownRule[]): string {
  const lines = [
    `Suggested from ${snapshotName(snapshotId)} of ${name}, ${rows} rows.`,
    'It says what the data is, not what it should be: read each rule, and keep what is meant.',
  ]
  if (known.length > 0) lines.push('Left out, because the dataset has a rule about it:')
  for (const place of new Set(known.map(placeOf)))
    lines.push(
      `  ${place}: ${known
        .filter((one) => placeOf(one) === place)
        .map(({ rule }) => rule)
        .join(', ')}`,
    )
  if (known.some(({ origin }) => origin === 'file')) lines.push('A dataset has one contract: put what you keep into the file above.')
  return lines.join('\n')
}

/** Kinds of values by column, and the columns whose values a policy replaced. */
async function findingsOf(
  { db }: Platform,
  pinned: PinnedSnapshot,
  columns: readonly { name: string; top: { value: string }[] }[],
): Promise<{ kinds: Map<string, string>; masked: Set<string> }> {
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
  const changed = (findings ?? []).filter(({ action }) => action !== 'keep').map(({ column }) => column)
  const masked = pinned.columns.filter(({ pii }) => pii != null && pii.action !== 'keep').map(({ name }) => name)
  return { kinds: new Map([...formed, ...marked, ...found]), masked: new Set([...changed, ...masked]) }
}

function isLikely({ isGuess }: Suggestion, result: CheckResult | undefined): boolean {
  if (!isGuess || result === undefined) return !isGuess
  return result.status !== 'error' && result.eligible > 0 && result.failing / result.eligible <= TOLERATED
}

function nowOf(result: CheckResult | undefined): string {
  if (result === undefined || result.eligible === 0) return ''
  return ` Now ${result.failing} of ${result.eligible} rows break it.`
}
