import type { Dataset } from '../../../contract/datasets.ts'

/** Why nothing is known about personal data here; for explore, where it is looked for instead. */
export function Unclassified({ dataset }: { dataset: Dataset }) {
  if (dataset.layer !== 'explore') return <>Not measured: this dataset was never classified.</>
  const chart = dataset.name.replace(/^explore/, 'chart')
  return (
    <>
      Not measured here: explore keeps every value as it came, in clear. Each run looks for personal data on the way to{' '}
      <a className="link" href={`/datasets/${encodeURIComponent(chart)}?tab=pii`}>
        {chart}
      </a>
      .
    </>
  )
}
