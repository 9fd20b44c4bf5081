import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'

export interface LakePlace {
  lakeId: string
  /** `folder`, or the URL of a bucket. */
  place: string
}

/** Where the files of this database's lake were when it was opened last; null while they have never been anywhere but in a folder. */
export async function readLakePlace(db: Kysely<Schema>): Promise<LakePlace | null> {
  const row = await db.selectFrom('lake_place').select(['lake_id', 'place']).executeTakeFirst()
  return row === undefined ? null : { lakeId: row.lake_id, place: row.place }
}

/** Notes where the files are. The id that was noted first stays. @returns what is noted now */
export async function noteLakePlace(db: Kysely<Schema>, { lakeId, place }: LakePlace): Promise<LakePlace> {
  await db
    .insertInto('lake_place')
    .values({ lake_id: lakeId, place })
    .onConflict((conflict) => conflict.column('only_one').doUpdateSet({ place, since: new Date() }))
    .execute()
  return (await readLakePlace(db)) ?? { lakeId, place }
}
