import type { ColumnProfile, Profile } from '../contract/datasets.ts'
import type { Lake } from '../lake/lake.ts'
import { findProfile, saveProfile } from '../store/dataset-queries.ts'
import { type PinnedSnapshot, snapshotName } from '../store/snapshots.ts'
import type { Platform } from './platform.ts'
import { profileColumn } from './profile/profile-column.ts'

/** Profiles that are being computed: two callers who ask for the same snapshot wait for one computation. */
const underWay = new Map<string, Promise<Profile>>()

/** The profile of a snapshot over all its rows; computed once and kept, because a snapshot never changes. Values are not withheld here. */
export async function profileSnapshot(platform: Pick<Platform, 'db' | 'lake' | 'now'>, pinned: PinnedSnapshot): Promise<Profile> {
  const { db, lake, now } = platform
  const kept = await findProfile(db, pinned.snapshotId)
  if (kept !== undefined && isComplete(kept.profile as Profile)) return kept.profile as Profile
  const key = `${lake.folder}#${pinned.snapshotId}`
  const running = underWay.get(key)
  if (running !== undefined) return running
  const computing = computeProfile(lake, pinned, now()).finally(() => underWay.delete(key))
  underWay.set(key, computing)
  const profile = await computing
  await saveProfile(db, pinned.snapshotId, profile, new Date(profile.profiledAt))
  return profile
}

/** One that an older version kept lacks what was added since, and is computed anew. */
function isComplete({ columns }: Profile): boolean {
  return columns.every(({ text }) => text !== undefined)
}

/** The profile as a caller may see it. @param withheld columns whose values are not for the caller */
export function withholdValues(profile: Profile, withheld: ReadonlySet<string>): Profile {
  const columns = profile.columns.map((column) => (withheld.has(column.name) ? withoutValues(column) : column))
  return { ...profile, columns }
}

function withoutValues({ name, type, nulls }: ColumnProfile): ColumnProfile {
  const nothing = { distinct: null, min: null, max: null, mean: null, quartiles: null, deviation: null, histogram: null, text: null }
  return { name, type, nulls, ...nothing, top: [], withheld: true }
}

async function computeProfile(lake: Lake, pinned: PinnedSnapshot, at: Date): Promise<Profile> {
  return lake.session(async (session) => {
    const scan = lake.scan(pinned)
    const columns: ColumnProfile[] = []
    for (const column of pinned.columns) columns.push(await profileColumn(session, scan, column, pinned.rows))
    return { snapshotId: snapshotName(pinned.snapshotId), rows: pinned.rows, profiledAt: at.toISOString(), columns }
  })
}
