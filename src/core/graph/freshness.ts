/** What a source gave to a dataset, directly or through others. */
export interface Origin {
  dataset: string
  pipeline: string | null
  /** When what the dataset was made from was read. */
  readAt: Date
  /** When what is published now was read: later, where the dataset was not built anew since. */
  newestAt: Date
}

/** How a pipeline is. */
export interface Pulse {
  openRunId: string | null
  lastState: string | null
  lastCode: string | null
  lastFinishedAt: Date | null
  durationMs: number | null
  paused: 'source_paused' | 'pipeline_paused' | 'pipeline_missing' | null
}

export interface FreshnessFacts {
  dataset: string
  within: string
  withinMs: number
  /** When the target was set. */
  since: Date
  origins: readonly Origin[]
  pulses: ReadonlyMap<string, Pulse>
  /** Why its transform is not built, where it is held. */
  held: string | null
  /** Pipelines that make what it needs and was never published. */
  unpublished: readonly string[]
}

export interface FreshnessState {
  dataset: string
  within: string
  state: 'fresh' | 'updating' | 'missed' | 'unmeasured'
  /** When the oldest of the data it was made from was read; null when it was never published. */
  asOf: Date | null
  missedSince: Date | null
  reason: string | null
  /** Pipelines whose data must be read again for it to stay within the target, now. */
  due: string[]
  /** Whether newer data is there, and only transforms are to be built anew. */
  isBehind: boolean
}

const LONGEST_PAUSE_MS = 3_600_000

/**
 * How a freshness target stands. The age of a dataset is that of the oldest data it was made from, from when reading it began.
 * A pipeline is due before its data is too old, by as long as its last run took twice, and by a tenth of the target at least; one that failed is asked
 * again after a quarter of the target, an hour at most.
 */
export function judgeFreshness(facts: FreshnessFacts, now: Date): FreshnessState {
  const { dataset, within, withinMs, since, origins } = facts
  const oldest = origins.length === 0 ? null : Math.min(...origins.map(({ readAt }) => readAt.getTime()))
  const lateAt = (oldest ?? since.getTime()) + withinMs
  const isMissed = now.getTime() > lateAt
  const stale = origins.filter((origin) => now.getTime() >= dueAt(origin, origin.readAt, facts))
  const unread = stale.filter((origin) => now.getTime() >= dueAt(origin, origin.newestAt, facts))
  const due = [...unread.flatMap(({ pipeline }) => pipeline ?? []), ...facts.unpublished].filter((pipeline) =>
    isAskable(facts.pulses.get(pipeline), facts.unpublished.includes(pipeline), withinMs, now),
  )
  const isUpdating = stale.some(({ pipeline }) => pipeline !== null && (facts.pulses.get(pipeline)?.openRunId ?? null) !== null)
  const state = isMissed ? 'missed' : oldest === null ? 'unmeasured' : isUpdating ? 'updating' : 'fresh'
  return {
    dataset,
    within,
    state,
    asOf: oldest === null ? null : new Date(oldest),
    missedSince: isMissed ? new Date(lateAt) : null,
    reason: isMissed ? missedBecause(facts, stale) : null,
    due: [...new Set(due)],
    isBehind: stale.length > unread.length,
  }
}

function dueAt({ pipeline }: Origin, readAt: Date, { withinMs, pulses }: FreshnessFacts): number {
  const takesMs = (pipeline === null ? null : pulses.get(pipeline)?.durationMs) ?? 0
  const aheadMs = Math.min(withinMs / 2, Math.max(withinMs / 10, 2 * takesMs))
  return readAt.getTime() + withinMs - aheadMs
}

function isAskable(pulse: Pulse | undefined, isUnpublished: boolean, withinMs: number, now: Date): boolean {
  if (pulse === undefined || pulse.openRunId !== null || pulse.paused !== null) return false
  if (pulse.lastFinishedAt === null || (isGood(pulse) && !isUnpublished)) return true
  return now.getTime() - pulse.lastFinishedAt.getTime() >= retryPause(withinMs)
}

/** After how many ms something that failed is tried again for a target. */
export function retryPause(withinMs: number): number {
  return Math.min(LONGEST_PAUSE_MS, Math.max(60_000, withinMs / 4))
}

function isGood({ lastState }: Pulse): boolean {
  return lastState === 'succeeded' || lastState === 'partial'
}

const PAUSED: Record<NonNullable<Pulse['paused']>, (pipeline: string) => string> = {
  source_paused: (pipeline) => `The source of ${pipeline} is paused.`,
  pipeline_paused: (pipeline) => `The pipeline ${pipeline} is paused.`,
  pipeline_missing: (pipeline) => `There is no pipeline and no saved source ${pipeline} any more.`,
}

function missedBecause({ dataset, origins, pulses, held }: FreshnessFacts, stale: readonly Origin[]): string {
  if (held !== null) return held
  if (origins.length === 0) return `${dataset} has never been published.`
  for (const { pipeline, dataset: origin } of stale) {
    if (pipeline === null) return `${origin} was made by no run that is kept.`
    const pulse = pulses.get(pipeline)
    if (pulse === undefined) continue
    if (pulse.paused !== null) return PAUSED[pulse.paused](pipeline)
    if (pulse.openRunId !== null) return `Run ${pulse.openRunId} of ${pipeline} is not done yet.`
    if (pulse.lastState !== null && !isGood(pulse))
      return `The last run of ${pipeline} ${pulse.lastState}${pulse.lastCode === null ? '' : `: ${pulse.lastCode}`}.`
  }
  return 'No run has brought newer data.'
}
