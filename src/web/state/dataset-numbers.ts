import type { DatasetSummary, Profile } from '../../contract/datasets.ts'
import { type Receipt, allRows, measured } from '../measured.ts'

/** What stands behind the figures of a dataset: its snapshot, and the run that published it. */
export function datasetReceipt(dataset: DatasetSummary): Receipt {
  const src =
    dataset.runId === null
      ? ({ kind: 'query', id: `snapshot ${dataset.snapshotId}` } as const)
      : ({ kind: 'run', id: dataset.runId } as const)
  return { asOf: dataset.updatedAt, scope: allRows(dataset.rows), src }
}

/** The figures of a dataset with their receipts. */
export function datasetNumbers(dataset: DatasetSummary) {
  const receipt = datasetReceipt(dataset)
  return {
    rows: measured(dataset.rows, receipt),
    columns: measured(dataset.columns, receipt),
    size: measured(dataset.sizeBytes, receipt),
    quarantined: measured(dataset.quarantined, receipt),
    score: measured(dataset.qualityScore, receipt),
    piiColumns: measured(dataset.piiColumns, receipt),
  }
}

/** The receipt of a figure of a profile. */
export function profileReceipt(profile: Profile): Receipt {
  return { asOf: profile.profiledAt, scope: allRows(profile.rows), src: { kind: 'scan', id: `profile of ${profile.snapshotId}` } }
}
