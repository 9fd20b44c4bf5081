import type { TransformCatalog } from '../core/graph/transform-catalog.ts'
import { forgetEvents } from '../store/event-triggers.ts'
import { advanceBackfills } from './backfills/advance-backfills.ts'
import { type RunNews, startDispatcher } from './dependencies/dispatcher.ts'
import type { FiringOptions } from './fire-schedules.ts'
import { meetTargets } from './freshness/meet-targets.ts'
import { type Loop, startLoop } from './loop.ts'
import { firePublished } from './triggers/on-published.ts'
import { watchFiles } from './triggers/watch-files.ts'

export interface OrchestrationOptions extends FiringOptions {
  events: RunNews
  /** Every transform that there is now. */
  readCatalog(): Promise<TransformCatalog>
  onFault(error: unknown, where: string): void
}

/** Targets are looked at this often: the shortest is a minute. */
const TARGETS_MS = 20_000
const FILES_MS = 2_000
const BACKFILLS_MS = 5_000
/** A signed call counts for five minutes; the other events are known by what they are about. */
const REMEMBERED_MS = 86_400_000

/** Everything that queues runs beside the clock, in this process: what reads what was published, what becomes too old, and what triggers wait for. */
export function startOrchestration(options: OrchestrationOptions): Loop {
  const rounds = (where: string, pauseMs: number, round: () => Promise<unknown>): Loop =>
    startLoop({ round: () => round().then(() => pauseMs), retryMs: pauseMs, onError: (error) => options.onFault(error, where) })
  const backfills = rounds('backfills', BACKFILLS_MS, () => advanceBackfills(options))
  // The next partition begins when one has ended.
  const unsubscribe = options.events.subscribe((event) => {
    if (event.kind === 'run' && event.run.trigger === 'backfill' && event.run.finishedAt !== null) backfills.wake()
  })
  const loops: Loop[] = [
    backfills,
    startDispatcher({
      ...options,
      onPublished: (db, publications) => firePublished(db, publications, options),
      onError: (error) => options.onFault(error, 'dependencies'),
    }),
    rounds('freshness', TARGETS_MS, () => meetTargets(options)),
    rounds('file triggers', FILES_MS, () => watchFiles(options)),
    rounds('events', REMEMBERED_MS / 24, () => forgetEvents(options.db, new Date(options.now().getTime() - REMEMBERED_MS))),
  ]
  return {
    wake: () => loops.forEach((loop) => loop.wake()),
    stop: async () => {
      unsubscribe()
      await Promise.all(loops.map((loop) => loop.stop()))
    },
  }
}
