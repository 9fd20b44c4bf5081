import { Link } from '@tanstack/react-router'
import type { DimensionMark, ScorecardRow } from '../../../contract/quality-overview.ts'
import { DatasetLabel } from '../../components/layer-mark.tsx'
import { Num } from '../../components/num.tsx'
import { Sparkline } from '../../components/sparkline.tsx'
import { StatusMark } from '../../components/status-badge.tsx'
import { Heads } from '../../components/heads.tsx'
import { Table } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { formatCount } from '../../format/count.ts'
import { formatScore } from '../../format/percent.ts'
import { ruleCountWords } from '../../format/rule-counts.ts'
import { measured } from '../../measured.ts'
import { scorecardReceipt } from '../../state/quality-numbers.ts'
import { DIMENSION_HEADS, STATE_MARKS } from './words.ts'

/** One line a dataset: its six dimensions with their marks, its score with what holds it down, and how that went over time. */
export function ScorecardTable({ rows, asOf }: { rows: readonly ScorecardRow[]; asOf: string }) {
  return (
    <>
      <Table
        label="Scorecard"
        head={
          <Heads
            of={[
              'Dataset',
              { name: 'Score', right: true },
              ...DIMENSION_HEADS.map(({ head, asks }) => ({ name: head, title: asks })),
              'Trend',
              'Checked',
            ]}
          />
        }
      >
        {rows.map((row) => (
          <Row key={row.dataset} row={row} asOf={asOf} />
        ))}
      </Table>
      <p className="flex flex-wrap gap-x-4 gap-y-1 border-t border-line px-4 py-2 text-label text-text-2">
        {Object.values(STATE_MARKS).map(({ mark, word }) => (
          <span key={word} className="inline-flex items-center gap-1.5">
            <StatusMark mark={mark} size={12} /> {word.toLowerCase()}
          </span>
        ))}
        <span>The share is of rows that break no rule, declared or not. Below it: how the declared rules came out.</span>
      </p>
    </>
  )
}

function Row({ row, asOf }: { row: ScorecardRow; asOf: string }) {
  const receipt = scorecardReceipt(row, asOf)
  return (
    <tr>
      <th scope="row" className="pin">
        <Link to="/datasets/$name" params={{ name: row.dataset }} search={{ tab: 'quality' }} className="hover:underline">
          <DatasetLabel name={row.dataset} />
        </Link>
        <Badges row={row} />
      </th>
      <td className="right">
        {row.score === null && row.measuredAt !== null && row.state === 'none' ? (
          <span className="text-text-3">
            <span aria-hidden>—</span>
            <span className="block text-label">no rule declared</span>
          </span>
        ) : (
          <Num
            m={measured(row.score, receipt)}
            label={`score of ${row.dataset}`}
            as="score"
            formula="mean of the dimensions measured, held down by the worst broken rule"
          />
        )}
        {row.score !== null && (
          <span className="block max-w-36 truncate text-label text-text-3" title={row.cap?.rule}>
            {row.cap === null ? `from ${formatCount(row.measured)} of 6` : `held down by ${row.cap.rule}`}
          </span>
        )}
      </td>
      {DIMENSION_HEADS.map(({ id }) => (
        <td key={id}>
          <DimensionCell mark={row.dimensions[id]} />
        </td>
      ))}
      <td>
        <Sparkline points={row.trend.map(({ score }) => score)} of={`score of ${row.dataset}`} />
      </td>
      <td>{row.measuredAt === null ? <span className="text-text-3">never</span> : <Time at={row.measuredAt} />}</td>
    </tr>
  )
}

function Badges({ row }: { row: ScorecardRow }) {
  const { anomalies, piiColumns } = row
  const isPersonal = piiColumns !== null && piiColumns > 0
  if (anomalies === 0 && !isPersonal) return null
  return (
    <span className="mt-0.5 flex flex-wrap gap-x-3 text-label font-normal text-text-3">
      {anomalies > 0 && (
        <span className="inline-flex items-center gap-1 text-warn">
          <StatusMark mark="warning" size={12} /> {formatCount(anomalies)} unexpected
        </span>
      )}
      {isPersonal && (
        <span>
          personal data in {formatCount(piiColumns)} {piiColumns === 1 ? 'column' : 'columns'}
        </span>
      )}
    </span>
  )
}

/** The share of rows that break no rule, declared or not; below it how the declared ones came out, whose worst decides the mark. */
function DimensionCell({ mark }: { mark: DimensionMark }) {
  const { score, rules, reason } = mark
  if (rules === 0 && score === null)
    return (
      <span className="text-text-3" title={reason ?? 'No rule measures it.'}>
        <span aria-hidden>—</span>
        <span className="sr-only">no rule</span>
      </span>
    )
  return (
    <span className="block whitespace-nowrap" title={`${ruleCountWords(mark)}${reason === null ? '' : `. ${reason}`}`}>
      {score === null ? <span className="text-text-3">not measured</span> : formatScore(score)}
      <Declared mark={mark} />
    </span>
  )
}

function Declared({ mark: { state, rules, passing, failing } }: { mark: DimensionMark }) {
  if (rules === 0) return <span className="block text-label text-text-3">none declared</span>
  const { mark, word } = STATE_MARKS[state]
  const isBroken = (state === 'failed' || state === 'warned') && failing > 0
  return (
    <span className="flex items-center gap-1 text-label text-text-2">
      <StatusMark mark={mark} size={12} />
      <span className="sr-only">{word}:</span>
      {formatCount(passing)} of {formatCount(rules)} pass
      {isBroken && ` · ${formatCount(failing)} ${failing === 1 ? 'row' : 'rows'}`}
    </span>
  )
}
