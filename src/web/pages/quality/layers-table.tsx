import { Link } from '@tanstack/react-router'
import type { LayerScore, QualityOverview } from '../../../contract/quality-overview.ts'
import { DatasetLabel, LayerName } from '../../components/layer-mark.tsx'
import { Num } from '../../components/num.tsx'
import { Sparkline } from '../../components/sparkline.tsx'
import { Heads } from '../../components/heads.tsx'
import { Table } from '../../components/table.tsx'
import { formatCount } from '../../format/count.ts'
import { formatScore } from '../../format/percent.ts'
import { measured } from '../../measured.ts'

/** The layers with the mean of their datasets' scores, the worst beside it so that the mean hides nothing. */
export function LayersTable({ overview }: { overview: QualityOverview }) {
  return (
    <Table
      label="Quality by layer"
      head={
        <Heads of={['Layer', { name: 'Mean score', right: true }, 'Worst', { name: 'Columns with a rule', right: true }, 'Day by day']} />
      }
    >
      {overview.layers.map((layer) => (
        <Row key={layer.layer} layer={layer} asOf={overview.asOf} />
      ))}
    </Table>
  )
}

function Row({ layer, asOf }: { layer: LayerScore; asOf: string }) {
  const { datasets, scored, score, worst, coverage, trend } = layer
  const receipt = {
    asOf,
    scope: { rows: scored, of: datasets, how: scored === datasets ? 'full' : 'sample', unit: 'datasets with a score' },
    src: { kind: 'query', id: 'GET /api/v1/quality/overview' },
  } as const
  return (
    <tr>
      <th scope="row" className="pin">
        <LayerName layer={layer.layer} />
      </th>
      <td className="right">
        <Num m={measured(score, receipt)} label={`mean score of ${layer.layer}`} as="score" formula="mean of the scores of its datasets" />
        {score !== null && (
          <span className="block text-label text-text-3">
            {formatCount(scored)} of {formatCount(datasets)} datasets
          </span>
        )}
      </td>
      <td>
        {worst === null ? (
          <span className="text-text-3">—</span>
        ) : (
          <Link to="/datasets/$name" params={{ name: worst.dataset }} search={{ tab: 'quality' }} className="hover:underline">
            <DatasetLabel name={worst.dataset} /> <span className="text-text-2">{formatScore(worst.score)}</span>
          </Link>
        )}
      </td>
      <td className="right">
        {coverage === null ? <span className="text-text-3">—</span> : `${formatCount(coverage.columns)} of ${formatCount(coverage.of)}`}
      </td>
      <td>
        <Sparkline points={trend.map((day) => day.score)} of={`mean score of ${layer.layer} by day`} />
      </td>
    </tr>
  )
}
