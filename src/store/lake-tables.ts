import type { Generated } from 'kysely'
import type { Time } from './column.ts'

export interface LakePlaceTable {
  only_one: Generated<boolean>
  lake_id: string
  /** `folder`, or the URL of a bucket. */
  place: string
  since: Time
}
