import type { Kysely } from 'kysely'
import type { z } from 'zod'
import type { AlertKind, AlertRuleKind, AlertSeverity } from '../../contract/alert-rules.ts'
import type { Schema } from '../../store/schema.ts'

/** What rules may look at. */
export interface AlertWorld {
  db: Kysely<Schema>
  /** By the clock of the database. */
  now: Date
  /** Names this machine: what is true of one is not true of another. */
  host: string
  /** Bytes free where the lake is, on this machine. */
  freeBytes(): Promise<number>
}

/** One thing that a rule saw. Texts hold names, counts and codes alone, never a value from a row. */
export interface Finding {
  /** What it is about: a pipeline, a dataset, a source, a machine. A rule has at most one open alert for it. */
  subject: string
  /** Tells this occurrence from others of the same subject; `EPISODE` where it has none and lasts until it is over. */
  key: string
  at: Date
  /** Whether it still holds: an alert without such a finding has recovered. */
  active: boolean
  /** False for what only keeps an alert from being over: it opens none and is not counted. */
  opens?: boolean
  what: string
  /** Code of the error table; null without one. */
  cause: string | null
  next: string
  pipeline: string | null
  dataset: string | null
  runId: string | null
  /** Path in the web app. */
  link: string
}

/** A time at which a rule would have opened an alert. */
export interface PastFiring {
  subject: string
  at: Date
  pipeline: string | null
  dataset: string | null
}

/** The key of what has no occurrences that could be told apart. */
export const EPISODE = '-'

/** A kind of alert rule. One file each. */
export interface AlertRuleDefinition<Options = unknown> {
  id: AlertKind
  title: string
  /** What it looks for, and when it is over; for forms and docs. */
  description: string
  about: AlertRuleKind['about']
  severity: AlertSeverity
  options: z.ZodType<Options>
  find(world: AlertWorld, options: Options): Promise<Finding[]>
  /** Whether this process can tell that an alert is over; every process unless told. */
  owns?(subject: string, world: AlertWorld): boolean
  /** When it would have fired since a time, the newest first; or in words why nothing stored can tell. */
  past: ((world: AlertWorld, options: Options, since: Date) => Promise<PastFiring[]>) | string
}

/** Keeps the type of a rule's options together with its functions. */
export function defineAlertRule<Options>(rule: AlertRuleDefinition<Options>): AlertRuleDefinition<Options> {
  return rule
}
