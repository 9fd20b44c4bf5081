import type { CheckResult, Dimension, QualitySummary } from '../../contract/quality.ts'
import { formatScore } from '../format/percent.ts'
import { type RuleCounts, ruleCountWords } from '../format/rule-counts.ts'
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

/**
 * The six dimensions as bars: the share of rows that break no rule, and below it what it rests on. What nobody measured has no length and no mark, and
 * says why.
 * @param checks results that the dimensions were made of
 */
export function Dimensions({
  quality,
  checks,
  receipt,
}: {
  quality: Pick<QualitySummary, 'score' | 'dimensions' | 'reasons' | 'measured'>
  checks: readonly CheckResult[]
  receipt: Receipt
}) {
  const reasons = Object.keys(quality.reasons).length
  if (quality.measured === 0 && reasons === 0)
    return <Empty kind="never-measured">Not measured: no rule ran on any of the six dimensions.</Empty>
  return (
    <div className="px-4 py-3">
      <Headline quality={quality} isDeclared={checks.some(({ origin }) => origin !== 'automatic')} receipt={receipt} />
      <ul className="grid gap-1">
        {DIMENSIONS.map(({ id, title, asks }) => {
          const score = quality.dimensions[id]
          return (
            <li key={id} className="grid min-h-8 grid-cols-[7rem_minmax(3rem,1fr)_4rem] items-center gap-x-3 py-0.5 text-cell">
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
                      formula="share of rows that break none of the dimension's rules, declared or not, rounded down"
                    />
                  </span>
                  <span className="col-span-2 col-start-2 text-label text-text-3">{ruleCountWords(countRules(checks, id))}</span>
                </>
              )}
            </li>
          )
        })}
      </ul>
    </div>
  )
}

/** The score and what it is the mean of. Without a declared rule there is none: what runs by itself is no promise that anybody made. */
function Headline({
  quality,
  isDeclared,
  receipt,
}: {
  quality: Pick<QualitySummary, 'score' | 'measured'>
  isDeclared: boolean
  receipt: Receipt
}) {
  const { score, measured: dimensions } = quality
  if (!isDeclared && dimensions > 0)
    return (
      <p className="mb-3 text-text-2">
        No score: nobody declared a rule. What runs by itself measured {dimensions} of 6 dimensions, each the share of rows that break no
        rule.
      </p>
    )
  return (
    <p className="mb-3 flex flex-wrap items-baseline gap-x-2">
      <Num
        m={measured(score, receipt)}
        label="quality score"
        as="score"
        formula="mean of the dimensions that were measured"
        className={score === null ? '' : 'text-figure font-medium proportional-nums'}
      />
      <span className="text-text-2">
        {dimensions === 0
          ? 'No rule measured any dimension.'
          : `mean of ${dimensions} of 6 dimensions, each the share of rows that break no rule`}
      </span>
    </p>
  )
}

function countRules(checks: readonly CheckResult[], dimension: Dimension): RuleCounts {
  const own = checks.filter((check) => check.dimension === dimension)
  const declared = own.filter(({ origin }) => origin !== 'automatic')
  const automatic = own.filter(({ origin, status }) => origin === 'automatic' && status !== 'not_run' && status !== 'error')
  return { rules: declared.length, passing: declared.filter(({ status }) => status === 'passed').length, automatic: automatic.length }
}

function reason(why: string | undefined): string {
  return why ?? 'No rule was there to measure it.'
}
