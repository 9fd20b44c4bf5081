import type { LayerScore } from '../../contract/quality-overview.ts'
import type { Layer } from '../../contract/names.ts'
import { meanOf } from './share.ts'

interface ScoredDataset {
  dataset: string
  layer: Layer
  score: number | null
  coverage: { columns: number; of: number } | null
}

interface DayScore {
  datasetId: number
  layer: Layer
  /** ISO date. */
  day: string
  score: number | null
}

/**
 * The datasets of one layer together. A dataset without a score is in none of the figures but the number of datasets.
 * @param days by day, as they were measured
 */
export function layerScore(layer: Layer, datasets: readonly ScoredDataset[], days: readonly DayScore[]): LayerScore {
  const own = datasets.filter((each) => each.layer === layer)
  const scored = own.flatMap(({ dataset, score }) => (score === null ? [] : [{ dataset, score }]))
  const covered = own.flatMap(({ coverage }) => coverage ?? [])
  const [worst = null] = scored.toSorted((a, b) => a.score - b.score || (a.dataset < b.dataset ? -1 : 1))
  return {
    layer,
    datasets: own.length,
    scored: scored.length,
    score: meanOf(scored.map(({ score }) => score)),
    worst,
    coverage: covered.length === 0 ? null : { columns: sum(covered.map(({ columns }) => columns)), of: sum(covered.map(({ of }) => of)) },
    trend: trendOf(days.filter((day) => day.layer === layer)),
  }
}

/** At the end of each day every dataset has the score that it had last. */
function trendOf(days: readonly DayScore[]): LayerScore['trend'] {
  const current = new Map<number, number | null>()
  return [...Map.groupBy(days, ({ day }) => day)].map(([day, measured]) => {
    for (const { datasetId, score } of measured) current.set(datasetId, score)
    const scores = [...current.values()].filter((score) => score !== null)
    return { day, score: meanOf(scores), datasets: scores.length }
  })
}

function sum(values: readonly number[]): number {
  return values.reduce((total, each) => total + each, 0)
}
