import type { Entity } from '../contract/pii.ts'
import type { PiiVerdict } from '../contract/pii-review.ts'
import type { Time } from './column.ts'

export interface PiiDecisionsTable {
  /** layer.name: of chart, or of navigate where a transform made it. */
  dataset: string
  column: string
  /** What was detected. */
  entity: Entity
  decision: PiiVerdict
  /** What it is, where it was corrected. */
  corrected_entity: Entity | null
  reason: string
  by: string
  at: Time
}
