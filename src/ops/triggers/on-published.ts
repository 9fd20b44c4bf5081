import type { Transaction } from 'kysely'
import type { Run } from '../../contract/runs.ts'
import type { Publication } from '../../store/publications.ts'
import type { Schema } from '../../store/schema.ts'
import { snapshotName } from '../../store/snapshots.ts'
import { cancelOlder, fireTrigger, type TriggerOptions } from './fire-trigger.ts'

/**
 * Sets off the triggers that wait for what was published, in the order of the publications.
 * @returns the runs queued, and what is to be done once they are durable
 */
export async function firePublished(
  db: Transaction<Schema>,
  publications: readonly Publication[],
  options: TriggerOptions,
): Promise<{ runs: Run[]; afterwards: () => Promise<void> }> {
  const triggers = await db
    .selectFrom('event_triggers')
    .selectAll()
    .where('kind', '=', 'dataset')
    .where('paused', '=', false)
    .orderBy('id')
    .forUpdate()
    .execute()
  const runs: Run[] = []
  const older: string[] = []
  for (const { dataset, snapshot_id: snapshotId, run_id: upstream, published_at: at } of publications) {
    for (const trigger of triggers) {
      // What was published before somebody waited for it is no event.
      if (trigger.event.kind !== 'dataset' || trigger.event.dataset !== dataset || at < trigger.created_at) continue
      const cause = { datasets: [dataset], ...(upstream === null ? {} : { upstream }) }
      const fired = await fireTrigger(db, trigger, { key: snapshotName(snapshotId), by: trigger.created_by, cause }, options)
      if (fired?.run != null) runs.push(fired.run)
      older.push(...(fired?.older ?? []))
    }
  }
  return { runs, afterwards: () => cancelOlder(options, older, 'an event') }
}
