import { type Kysely, type Transaction, sql } from 'kysely'
import { AtlasError } from '../core/errors.ts'
import { type AlertRow, noteChange } from './alert-changes.ts'
import type { Schema } from './schema.ts'

interface Act {
  by: string
  now: Date
  note?: string
}

/** Says who is on an alert; taking what another has is allowed. @throws AtlasError `alert.not_found`, `alert.over` */
export async function takeAlert(db: Kysely<Schema>, id: string, { by, now }: Act): Promise<void> {
  await act(db, id, async (transaction) => {
    await transaction.updateTable('alerts').set({ owner: by, taken_at: now, snoozed_until: null }).where('id', '=', id).execute()
    await noteChange(transaction, id, { change: 'taken', at: now, by }, [])
  })
}

/** Silences an alert until a time. @throws AtlasError `alert.not_found`, `alert.over` */
export async function snoozeAlert(db: Kysely<Schema>, id: string, until: Date, { by, now, note }: Act): Promise<void> {
  await act(db, id, async (transaction) => {
    await transaction.updateTable('alerts').set({ snoozed_until: until }).where('id', '=', id).execute()
    const words = `until ${until.toISOString().slice(0, 16).replace('T', ' ')} UTC`
    await noteChange(transaction, id, { change: 'snoozed', at: now, by, note: note === undefined ? words : `${words}: ${note}` }, [])
  })
}

/** Closes an alert with what was done; the next occurrence opens another. @throws AtlasError `alert.not_found`, `alert.over` */
export async function resolveAlert(db: Kysely<Schema>, id: string, { by, now, note = '' }: Act): Promise<void> {
  await act(db, id, async (transaction) => {
    await transaction
      .updateTable('alerts')
      .set({ state: 'resolved', ended_at: now, ended_by: by, note, snoozed_until: null })
      .where('id', '=', id)
      .execute()
    await noteChange(transaction, id, { change: 'resolved', at: now, by, note }, [])
    // Whoever closed it knows; what waits to be sent of it would come as news.
    await sql`delete from alert_messages where alert_id = ${id} and delivery_id is null`.execute(transaction)
  })
}

async function act(
  db: Kysely<Schema>,
  id: string,
  change: (transaction: Transaction<Schema>, alert: AlertRow) => Promise<void>,
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const alert = await transaction.selectFrom('alerts').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
    if (alert === undefined) throw new AtlasError('alert.not_found', `There is no alert ${id}.`)
    if (alert.state !== 'open') throw new AtlasError('alert.over', `The alert ${id} is ${alert.state}.`)
    await change(transaction, alert)
  })
}
