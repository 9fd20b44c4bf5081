import type { RunDetail } from '../../../contract/runs.ts'
import { Num } from '../../components/num.tsx'
import { ProblemText } from '../../components/problem-view.tsx'
import { StatusBadge, StatusMark } from '../../components/status-badge.tsx'
import { formatCount } from '../../format/count.ts'
import { isFinished } from '../../state/live.ts'
import { runNumbers } from '../../state/run-numbers.ts'

/** What happened in a sentence, and the rows: read = published + quarantined + deduplicated, or a red error. */
export function RunHeadline({ run }: { run: RunDetail }) {
  const warnings = run.report?.warnings ?? []
  return (
    <section aria-label="Summary" className="panel mb-4">
      {run.error !== null && (
        <div className="border-b border-line">
          <ProblemText problem={run.error} />
        </div>
      )}
      <NotRead run={run} />
      <Balance run={run} />
      {warnings.length > 0 && (
        <ul className="border-t border-line px-4 py-2 text-cell">
          {warnings.map((warning) => (
            <li key={warning} className="flex items-start gap-2 py-1">
              <StatusMark mark="warning" />
              <span>
                <span className="sr-only">Warning: </span>
                {warning}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

/** Which streams a run that went on without them did not read. The table of streams has the reason of each. */
function NotRead({ run }: { run: RunDetail }) {
  const streams = run.report?.streams ?? []
  const left = streams.filter(({ state }) => state !== 'succeeded')
  if (left.length === 0 || (run.state !== 'partial' && run.state !== 'rate_limited')) return null
  const names = left.map(({ name }) => name).join(', ')
  const rest = streams.length - left.length
  return (
    <p className="flex items-start gap-2 border-b border-line px-4 py-3">
      <StatusMark mark="warning" />
      <span>
        {formatCount(left.length)} of {formatCount(streams.length)} streams {left.length === 1 ? 'was' : 'were'} not read whole: {names}.{' '}
        {rest > 0 && 'The others are published. '}
        {left.some(({ state }) => state === 'partial')
          ? 'What was read of a stream in part is published too; the next run asks for the rest.'
          : `Of ${left.length === 1 ? 'it' : 'them'} readers see what they saw before.`}
      </span>
    </p>
  )
}

const NOTHING = 'Nothing was published; readers see what they saw before.'

function Balance({ run }: { run: RunDetail }) {
  const numbers = runNumbers(run)
  if (numbers.read.s !== 'ok') {
    const open = !isFinished(run)
    return (
      <p className="px-4 py-3 text-text-2">
        {open
          ? 'Rows are counted as the run goes; the sum stands here when it has read them all.'
          : `The rows of the source were not counted. ${NOTHING}`}
      </p>
    )
  }
  const { read, published, quarantined, deduplicated, discarded } = numbers
  const rest = unaccounted(run)
  // Rows that were not published are not part of a sum: only a run that ended well has to add up, and has to know each part.
  const sums = run.state === 'succeeded'
  const [equals, plus] = !sums ? ['·', '·'] : rest === 0 ? ['=', '+'] : ['≠', '+']
  return (
    <div className="flex flex-wrap items-center gap-x-6 gap-y-2 px-4 py-3">
      <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <Part m={read} name="rows read" label="rows read from the source" />
        <Sign>{equals}</Sign>
        <Part m={published} name="published to chart" label="rows published to chart" />
        {(sums || quarantined.s === 'ok') && (
          <>
            <Sign>{plus}</Sign>
            <Part m={quarantined} name="quarantined" label="rows quarantined" />
          </>
        )}
        {(deduplicated.s === 'ok' ? deduplicated.v > 0 : sums) && (
          <>
            <Sign>{plus}</Sign>
            <Part m={deduplicated} name="deduplicated" label="rows with a key that a later row has" />
          </>
        )}
        {discarded.s === 'ok' && discarded.v > 0 && (
          <>
            <Sign>{plus}</Sign>
            <Part m={discarded} name="discarded" label="rows that the contract of a stream discards" />
          </>
        )}
      </p>
      {sums && rest !== null && <StatusBadge mark={rest === 0 ? 'ok' : 'failed'} word={rest === 0 ? 'adds up' : 'does not add up'} />}
      {isFinished(run) && !sums && !saysNothing(run) && (run.publishedRows === null || run.publishedRows === 0) && (
        <span className="text-text-2">{NOTHING}</span>
      )}
    </div>
  )
}

/** Whether the error above has already said it. */
function saysNothing({ error }: RunDetail): boolean {
  return `${error?.detail} ${error?.next}`.includes('Nothing was published')
}

/** Rows read that are neither published, quarantined, deduplicated nor discarded; null while a part is not known. */
function unaccounted(run: RunDetail): number | null {
  const { sourceRows, publishedRows, quarantinedRows, deduplicatedRows, discardedRows } = run
  if (sourceRows === null || publishedRows === null || quarantinedRows === null || deduplicatedRows === null || discardedRows === null)
    return null
  return sourceRows - publishedRows - quarantinedRows - deduplicatedRows - discardedRows
}

function Part({ m, name, label }: { m: Parameters<typeof Num>[0]['m']; name: string; label: string }) {
  return (
    <span className="inline-flex items-baseline gap-1.5">
      <Num m={m} label={label} className="text-section font-bold" />
      <span className="text-text-2">{name}</span>
    </span>
  )
}

function Sign({ children }: { children: string }) {
  return <span className="text-text-3">{children}</span>
}
