import type { Transaction } from 'kysely'
import { newId } from '../../core/ids.ts'
import {
  type AlertRow,
  countOccurrence,
  forgetEpisodes,
  forgetSeen,
  holdOpenAlerts,
  noteSeen,
  openAlert,
  recoverAlert,
  remindOfAlert,
} from '../../store/alert-changes.ts'
import type { AlertRuleRow } from '../../store/alert-rules.ts'
import { readDownstream } from '../../store/downstream.ts'
import type { Schema } from '../../store/schema.ts'
import { EPISODE, type Finding } from './alert-rule.ts'

/** No rule looks back further than this for what is over. */
const SEEN_MS = 30 * 86_400_000

interface Found {
  findings: readonly Finding[]
  /** Whether this process can tell that an alert is over. */
  owns(subject: string): boolean
  now: Date
  random(bytes: number): Uint8Array
}

/**
 * Turns what a rule saw into alerts: what was not seen before opens one or counts in the one that is open; an open one that nothing holds up any more
 * has recovered; one whose silence is over is told of again. Which occurrences were counted is kept row by row, so that the result is the same however
 * often and by how many processes this is done, and whatever the clock says.
 * @returns changes made
 */
export async function applyFindings(db: Transaction<Schema>, rule: AlertRuleRow, { findings, owns, now, random }: Found): Promise<number> {
  const open = await holdOpenAlerts(db, rule.id)
  const active = new Set(findings.filter((finding) => finding.active).map(({ subject }) => subject))
  const byTime = findings.filter(({ opens }) => opens !== false).toSorted((one, other) => one.at.getTime() - other.at.getTime())
  const fresh = await noteSeen(db, rule.id, byTime, now)
  let changes = 0
  for (const finding of fresh) {
    // What was over before this rule looked for the first time is no news.
    if (!rule.is_baselined && !finding.active) continue
    open.set(finding.subject, await tell(db, rule, open.get(finding.subject), finding, { now, random }))
    changes += 1
  }
  for (const alert of open.values()) {
    const isOver = !active.has(alert.subject) && owns(alert.subject)
    const isReminder = !isOver && alert.snoozed_until !== null && alert.snoozed_until <= now
    if (isOver) await recoverAlert(db, rule, alert, now)
    else if (isReminder) await remindOfAlert(db, rule, alert, now)
    if (isOver || isReminder) changes += 1
  }
  await forgetSeen(db, rule.id, new Date(now.getTime() - SEEN_MS), findings)
  await forgetEpisodes(db, rule.id, EPISODE, (subject) => !active.has(subject) && owns(subject))
  return changes
}

async function tell(
  db: Transaction<Schema>,
  rule: AlertRuleRow,
  alert: AlertRow | undefined,
  finding: Finding,
  { now, random }: Pick<Found, 'now' | 'random'>,
): Promise<AlertRow> {
  if (alert !== undefined) return countOccurrence(db, rule, alert, finding, now)
  const id = newId('al', now.getTime(), random)
  return openAlert(db, rule, { ...finding, id, downstream: await readDownstream(db, finding) }, now)
}
