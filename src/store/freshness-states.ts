import type { Kysely } from 'kysely'
import { type FreshnessState, judgeFreshness } from '../core/graph/freshness.ts'
import { listFreshnessTargets, readDataOrigins, readPulses } from './freshness-targets.ts'
import { listPendingBuilds } from './pending-builds.ts'
import type { Schema } from './schema.ts'

/** By dataset: pipelines that make what it needs and was never published. */
export type Unpublished = ReadonlyMap<string, readonly string[]>

/** How a target stands, and the file that holds it. */
export type StandingTarget = FreshnessState & { file: string | null }

/** How every freshness target stands. */
export async function readFreshness(db: Kysely<Schema>, now: Date, unpublished: Unpublished = new Map()): Promise<StandingTarget[]> {
  const targets = await listFreshnessTargets(db)
  if (targets.length === 0) return []
  const origins = await readDataOrigins(
    db,
    targets.map(({ dataset }) => dataset),
  )
  const makers = [...[...origins.values()].flat().flatMap(({ pipeline }) => pipeline ?? []), ...[...unpublished.values()].flat()]
  const [pulses, pending] = await Promise.all([readPulses(db, [...new Set(makers)]), listPendingBuilds(db)])
  const held = new Map(pending.map(({ transform, state, reason }) => [`navigate.${transform}`, state === 'held' ? reason : null]))
  return targets.map(({ dataset, within, withinMs, since, file }) => {
    const facts = {
      dataset,
      within,
      withinMs,
      since,
      origins: origins.get(dataset) ?? [],
      pulses,
      held: held.get(dataset) ?? null,
      unpublished: unpublished.get(dataset) ?? [],
    }
    return { ...judgeFreshness(facts, now), file }
  })
}

/** A freshness target that is not met. */
export interface MissedTarget {
  dataset: string
  /** As it was set, such as 2h. */
  within: string
  asOf: Date | null
  missedSince: Date
  reason: string
}

/** The freshness targets that are not met now, and why as far as Atlas knows. */
export async function missedTargets(db: Kysely<Schema>, now: Date): Promise<MissedTarget[]> {
  const states = await readFreshness(db, now)
  return states.flatMap(({ dataset, within, asOf, missedSince, reason }) =>
    missedSince === null ? [] : [{ dataset, within, asOf, missedSince, reason: reason ?? 'No run has brought newer data.' }],
  )
}
