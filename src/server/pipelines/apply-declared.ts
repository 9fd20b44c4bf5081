import type { Kysely } from 'kysely'
import { newId } from '../../core/ids.ts'
import { parseInterval } from '../../core/schedule/interval.ts'
import { changeAlertRule, deleteAlertRule, giveAlertRule, insertAlertRule } from '../../store/alert-rules.ts'
import { deleteFreshnessTarget, giveFreshnessTarget, saveFreshnessTarget } from '../../store/freshness-targets.ts'
import { changeSchedule, deleteSchedule, giveSchedule, insertSchedule } from '../../store/schedules.ts'
import type { Schema } from '../../store/schema.ts'
import type { Platform } from '../platform.ts'
import type { ComparedDeclared } from './compare-declared.ts'

type World = Pick<Platform, 'random' | 'now'>

/** Makes schedules, freshness targets and alert rules what files say. To be called in the transaction of the apply. */
export async function applyDeclared(world: World, db: Kysely<Schema>, by: string, found: ComparedDeclared): Promise<void> {
  await setSchedules(world, db, by, found)
  await setFreshness(world, db, by, found)
  await setAlerts(world, db, by, found)
}

async function setSchedules({ random, now }: World, db: Kysely<Schema>, by: string, { schedules }: ComparedDeclared): Promise<void> {
  for (const [index, { action, row, to, file }] of schedules.entries()) {
    if (row === null && to !== null)
      await insertSchedule(db, to, { id: newId('sch', now().getTime() + index, random), by, now: now(), file })
    else if (row !== null && to === null) await deleteSchedule(db, row.id)
    else if (row !== null && to !== null) {
      if (action === 'change') await changeSchedule(db, row.id, to, now())
      await giveSchedule(db, row.id, file)
    }
  }
}

async function setFreshness({ now }: World, db: Kysely<Schema>, by: string, { freshness }: ComparedDeclared): Promise<void> {
  // What one file no longer says another one may say from now on.
  for (const { dataset, within } of freshness) if (within === null) await deleteFreshnessTarget(db, dataset)
  for (const { dataset, within, file, pipeline } of freshness) {
    if (within === null) continue
    await saveFreshnessTarget(db, { dataset, within, withinSeconds: parseInterval(within) / 1000, by }, now())
    await giveFreshnessTarget(db, dataset, { file, pipeline })
  }
}

async function setAlerts({ random, now }: World, db: Kysely<Schema>, by: string, { alerts }: ComparedDeclared): Promise<void> {
  const at = now()
  for (const [index, { rule, to, changes, file, pipeline }] of alerts.entries()) {
    const holder = { file, pipeline }
    if (rule === null && to !== null) await insertAlertRule(db, newId('ar', at.getTime() + index, random), to, { by, at }, holder)
    else if (rule !== null && to === null) await deleteAlertRule(db, rule.id)
    else if (rule !== null && to !== null) {
      // One that is the same keeps what it has seen.
      if (changes.length > 0) await changeAlertRule(db, rule.id, to, { by, at })
      await giveAlertRule(db, rule.id, holder)
    }
  }
}
