import type { Landing, ReadContext, ReadRequest } from '../connector.ts'
import type { Wait } from '../http/backoff.ts'
import type { SalesforceSettings, SalesforceStreamOptions } from './settings.ts'
import type { ReadPlan } from './read-plan.ts'
import type { Session } from './session.ts'

/** What one read of one stream works with. */
export interface ReadScope {
  session: Session
  settings: SalesforceSettings
  options: SalesforceStreamOptions
  plan: ReadPlan
  request: ReadRequest
  context: ReadContext
  landing: Landing
  wait: Wait
  warnings: string[]
  /** Says something to people, once. */
  warn(message: string): void
  /** A number for a file's name. */
  nextFile(): number
}
