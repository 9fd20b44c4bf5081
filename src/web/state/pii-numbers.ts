import type { PiiOverview } from '../../contract/pii-review.ts'
import { type Measured, type Receipt, all } from '../measured.ts'

const QUERY = { kind: 'query', id: 'GET /api/v1/pii/overview' } as const

/** What stands behind the totals: the published snapshots as they were when the answer came. */
export function piiReceipt(overview: PiiOverview, asOf: string): Receipt {
  const { classified, total } = overview.datasets
  return { asOf, scope: { rows: classified, of: total, how: classified === total ? 'full' : 'sample', unit: 'datasets' }, src: QUERY }
}

/** The totals with their receipts; never where no dataset was looked at, because a count of 0 would read as "none found". */
export function piiNumbers(overview: PiiOverview, asOf: string) {
  const receipt = piiReceipt(overview, asOf)
  const of = (v: number): Measured<number> => (overview.datasets.classified === 0 ? { s: 'never' } : { s: 'ok', v, ...receipt })
  const { columns, review, datasets } = overview
  return {
    classified: { s: 'ok', v: datasets.classified, asOf, scope: all(datasets.total, 'datasets'), src: QUERY } satisfies Measured<number>,
    personal: of(columns.personal),
    protected: of(columns.protected),
    kept: of(columns.kept),
    open: of(review.open),
    decided: of(review.decided),
  }
}
