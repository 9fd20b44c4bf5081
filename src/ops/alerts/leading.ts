import type { Kysely } from 'kysely'
import { askLeader, LEADER, type LeaseHolder, releaseLeases, takeLeases } from '../../store/alert-leases.ts'
import type { Schema } from '../../store/schema.ts'
import type { AlertRuleDefinition } from './alert-rule.ts'

export interface LeadingOptions {
  db: Kysely<Schema>
  holder: LeaseHolder
  /** Names this machine: what is true of one is seen by a process on it alone. */
  host: string
}

/** What this process is to do, beside others of the same Atlas. */
export interface Leading {
  /** Takes or keeps what this process can have. @returns whether there is news: something was won, or another process asked for a look */
  renew(): Promise<boolean>
  /** Whether this process looks at rules of that kind. */
  looksAt(kind: Pick<AlertRuleDefinition, 'about'>): boolean
  /** Whether this process sends. */
  readonly sends: boolean
  /** Tells the process that looks that something has happened here. */
  ask(): Promise<void>
  /** Lets another process have it all. */
  release(): Promise<void>
}

/**
 * One process of all looks at rules and sends, and one on each machine looks at what is true of that machine. Both are leases that end with their holder.
 * They only save work: rules and messages are claimed one by one, so that two processes that both believe to lead double nothing.
 */
export function createLeading({ db, holder, host }: LeadingOptions): Leading {
  const machine = `machine ${host}`
  let held = new Map<string, number>()
  return {
    async renew() {
      const before = held
      held = new Map((await takeLeases(db, [LEADER, machine], holder)).map(({ name, asked }) => [name, asked]))
      return [...held].some(([name, asked]) => before.get(name) !== asked)
    },
    looksAt: ({ about }) => held.has(about === 'machine' ? machine : LEADER),
    get sends() {
      return held.has(LEADER)
    },
    ask: () => askLeader(db),
    async release() {
      held = new Map()
      await releaseLeases(db, holder.id)
    },
  }
}
