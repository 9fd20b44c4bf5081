import type { Kysely } from 'kysely'
import { AtlasError } from '../../core/errors.ts'
import { claimRule } from '../../store/alert-changes.ts'
import type { AlertRuleRow } from '../../store/alert-rules.ts'
import { databaseNow } from '../../store/database-clock.ts'
import type { Schema } from '../../store/schema.ts'
import type { AlertRuleDefinition, AlertWorld, Finding } from './alert-rule.ts'
import { applyFindings } from './apply-findings.ts'
import { alertRuleOf, parseRuleOptions } from './rules/index.ts'

export interface EvaluationOptions {
  db: Kysely<Schema>
  random(bytes: number): Uint8Array
  host: string
  freeBytes(): Promise<number>
  onError(error: unknown, ruleId: string): void
  /** Kinds of rules that this process looks at; all unless told. */
  looksAt?(kind: Pick<AlertRuleDefinition, 'about'>): boolean
  /** The database's clock unless told. */
  clock?: (db: Kysely<Schema>) => Promise<Date>
}

export interface Evaluation {
  /** Changes of alerts. */
  changes: number
  /** Rules that another process had. */
  passedOver: number
}

/**
 * Looks once at every enabled rule that is this process's to look at. Each is dealt with in one transaction that holds it, so that several processes on
 * one database neither double nor lose an occurrence; one that fails is told to `onError` and noted on the rule, and the others go on.
 */
export async function evaluateRules(options: EvaluationOptions): Promise<Evaluation> {
  const { db, clock = databaseNow, looksAt = () => true } = options
  const evaluation: Evaluation = { changes: 0, passedOver: 0 }
  const rules = await db.selectFrom('alert_rules').select(['id', 'kind']).where('enabled', '=', true).orderBy('id').execute()
  for (const { id } of rules.filter(({ kind }) => looksAt(alertRuleOf(kind)))) {
    try {
      const changes = await db.transaction().execute(async (transaction) => {
        const rule = await claimRule(transaction, id)
        if (rule === null) return null
        return evaluate(options, rule, { ...options, db: transaction, now: await clock(transaction) })
      })
      if (changes === null) evaluation.passedOver += 1
      else evaluation.changes += changes
    } catch (error) {
      options.onError(error, id)
      await noteFailure(db, id, error)
    }
  }
  return evaluation
}

async function evaluate(
  { random }: EvaluationOptions,
  rule: AlertRuleRow,
  world: AlertWorld & { db: Parameters<typeof applyFindings>[0] },
): Promise<number> {
  const { db, now } = world
  const kind = alertRuleOf(rule.kind)
  const found = await kind.find(world, parseRuleOptions(kind, rule.options))
  const changes = await applyFindings(db, rule, {
    findings: found.filter((finding) => isAsked(rule, finding)),
    owns: (subject) => kind.owns?.(subject, world) ?? true,
    now,
    random,
  })
  await db
    .updateTable('alert_rules')
    .set({ evaluated_at: now, evaluation_error: null, is_baselined: true })
    .where('id', '=', rule.id)
    .execute()
  return changes
}

/** Whether a rule is about that pipeline or dataset. A rule that names some leaves out what is about none. */
export function isAsked(
  { pipelines, datasets }: { pipelines: readonly string[]; datasets: readonly string[] },
  { pipeline, dataset }: Pick<Finding, 'pipeline' | 'dataset'>,
): boolean {
  if (pipelines.length === 0 && datasets.length === 0) return true
  return (pipeline !== null && pipelines.includes(pipeline)) || (dataset !== null && datasets.includes(dataset))
}

async function noteFailure(db: Kysely<Schema>, id: string, error: unknown): Promise<void> {
  const code = error instanceof AtlasError ? error.code : 'internal'
  // When the store is gone there is nowhere to note it; that no rule was looked at is seen by its age.
  await db
    .updateTable('alert_rules')
    .set({ evaluation_error: code })
    .where('id', '=', id)
    .execute()
    .catch(() => undefined)
}
