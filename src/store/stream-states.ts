import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'

/** What the last committed read of a stream returned as state; null when there was none. */
export async function readStreamState(db: Kysely<Schema>, pipeline: string, stream: string): Promise<unknown> {
  const row = await db
    .selectFrom('stream_states')
    .select('state')
    .where('pipeline', '=', pipeline)
    .where('stream', '=', stream)
    .executeTakeFirst()
  return row?.state ?? null
}

/** Forgets how far streams were read, cut-off reads included: the next run reads all of them again. All streams of the pipeline unless told. */
export async function forgetStreams(db: Kysely<Schema>, pipeline: string, streams?: readonly string[]): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    let states = transaction.deleteFrom('stream_states').where('pipeline', '=', pipeline)
    let checkpoints = transaction.deleteFrom('read_checkpoints').where('pipeline', '=', pipeline)
    if (streams !== undefined) {
      states = states.where('stream', 'in', [...streams])
      checkpoints = checkpoints.where('stream', 'in', [...streams])
    }
    await states.execute()
    await checkpoints.execute()
  })
}
