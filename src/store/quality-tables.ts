import type { DatasetContract, RuleChange } from '../contract/quality-contracts.ts'
import type { RuleVersion } from '../contract/quality-rules.ts'
import type { CheckRule } from '../contract/quality.ts'
import type { Json, Time, TimeOrNull } from './column.ts'

export interface QualityContractsTable {
  /** layer.name */
  dataset: string
  file: string
  contract: Json<DatasetContract>
  version: number
  applied_by: string
  applied_at: Time
  removed_at: TimeOrNull
}

export interface QualityRulesTable {
  dataset: string
  /** Id of the rule within its dataset. */
  id: string
  rule: Json<CheckRule>
  enabled: boolean
  origin: 'file' | 'browser'
  /** The contract file; null for the browser. */
  source: string | null
  version: number
  changed_by: string
  changed_at: Time
  deleted_at: TimeOrNull
}

export interface QualityRuleVersionsTable {
  dataset: string
  id: string
  version: number
  change: RuleVersion['change']
  rule: Json<CheckRule>
  origin: 'file' | 'browser'
  source: string | null
  by: string
  at: Time
  reason: string
  changes: Json<RuleChange[]>
}

/** What a rule found in one file. */
export interface QualityStatesTable {
  file_id: string
  /** Of everything that the state depends on beside the file. */
  fingerprint: string
  state: Json<unknown>
  at: Time
}
