import type { Dimension, QualitySummary } from '../../contract/quality.ts'
import { formatScore } from '../format/percent.ts'
import { type Receipt, measured } from '../measured.ts'
import { Empty } from './empty.tsx'
import { Num } from './num.tsx'
import { ShareBar } from './share-bar.tsx'
import { StatusMark } from './status-badge.tsx'

const DIMENSIONS: { id: Dimension; title: string; asks: string }[] = [
  { id: 'completeness', title: 'Completeness', asks: 'Are the values there?' },
  { id: 'uniqueness', title: 'Uniqueness', asks: 'Is each row once?' },
  { id: 'timeliness', title: 'Timeliness', asks: 'Is it recent enough?' },
  { id: 'validity', title: 'Validity', asks: 'Do values fit their rules?' },
  { id: 'accuracy', title: 'Accuracy', asks: 'Do values agree with a reference?' },
  { id: 'consistency', title: 'Consistency', asks: 'Do values agree with each other?' },
]

/** The six dimensions as bars. What nobody measured has no length and no mark, and says why. */
export function Dimensions({
  quality,
  receipt,
}: {
  quality: Pick<QualitySummary, 'score' | 'dimensions' | 'reasons' | 'measured'>
  receipt: Receipt
}) {
  const reasons = Object.keys(quality.reasons).length
  if (quality.measured === 0 && reasons === 0)
    return <Empty kind="never-measured">Not measured: no rule ran on any of the six dimensions.</Empty>
  return (
    <div className="px-4 py-3">
      <p className="mb-3 flex flex-wrap items-baseline gap-x-2">
        <Num
          m={measured(quality.score, receipt)}
          label="quality score"
          as="score"
          formula="mean of the dimensions that were measured"
          className={quality.score === null ? '' : 'text-figure font-medium proportional-nums'}
        />
        <span className="text-text-2">
          {quality.measured === 0 ? 'No rule measured any dimension.' : `from ${quality.measured} of 6 dimensions`}
        </span>
      </p>
      <ul className="grid gap-1">
        {DIMENSIONS.map(({ id, title, asks }) => {
          const score = quality.dimensions[id]
          return (
            <li key={id} className="grid min-h-8 grid-cols-[7rem_minmax(3rem,1fr)_4rem] items-center gap-x-3 text-cell">
              <span title={asks}>{title}</span>
              {score === null ? (
                <span className="col-span-2 flex items-start gap-1.5 py-1 text-text-3">
                  <span className="pt-[3px]">
                    <StatusMark mark="none" size={12} />
                  </span>
                  <span>not measured. {reason(quality.reasons[id])}</span>
                </span>
              ) : (
                <>
                  <ShareBar share={score} width="100%" />
                  <span className="text-right">
                    <Num
                      m={measured(score, receipt)}
                      label={title.toLowerCase()}
                      as={formatScore}
                      formula="share of rows that break none of the dimension's rules, rounded down"
                    />
                  </span>
                </>
              )}
            </li>
          )
        })}
      </ul>
    </div>
  )
}

function reason(why: string | undefined): string {
  return why ?? 'No rule was there to measure it.'
}
