import { useMutation } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { Entity } from '../../../contract/entities.ts'
import type { PiiExample, ReviewedFinding } from '../../../contract/pii-review.ts'
import { ProblemView } from '../../components/problem-view.tsx'
import { client } from '../../state/api.ts'
import { useMay } from '../../state/session.ts'

/** Values are taken off the page again after this long. */
const SHOWN_MS = 60_000

/** A few values, on request alone: shapes for most, in clear and written to the audit log for those with the right. They are kept nowhere. */
export function Examples({ finding }: { finding: ReviewedFinding }) {
  const { dataset, column, entity } = finding
  const may = useMay('pii.review')
  const inClear = useMay('datasets.read_raw')
  const show = useMutation({
    mutationFn: () => client.call('GET /pii/findings/examples', { query: { dataset, column, entity: entity as Entity } }),
    gcTime: 0,
  })
  const { reset, isSuccess } = show
  useEffect(() => {
    if (!isSuccess) return
    const timer = setTimeout(reset, SHOWN_MS)
    return () => clearTimeout(timer)
  }, [isSuccess, reset])
  return (
    <section aria-label="Examples" className="border-t border-line pt-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="text-cell">Examples</h3>
        <button
          type="button"
          className="btn"
          disabled={!may || show.isPending}
          title={may ? undefined : 'Your role does not include reviewing personal data'}
          onClick={() => (isSuccess ? reset() : show.mutate())}
        >
          {show.isPending ? 'Reading' : isSuccess ? 'Hide' : inClear ? 'Show values' : 'Show shapes'}
        </button>
      </div>
      {show.isError && <ProblemView error={show.error} what="No example was read" />}
      {isSuccess &&
        (show.data.examples.length === 0 ? (
          <p className="mt-2 text-text-2">The column holds no value in the rows that were read.</p>
        ) : (
          <ul className="mt-2 grid gap-1" aria-label="Values">
            {show.data.examples.map((example, index) => (
              // They have no key of their own, and never move.
              <li key={index} className="rounded-control bg-sunken px-2 py-1 font-mono text-cell break-all">
                <Marked example={example} />
              </li>
            ))}
          </ul>
        ))}
      <p className="mt-2 text-label text-text-3">
        {inClear
          ? 'Your role reads values in clear: each reading is written to the audit log. '
          : 'Letters and digits are hidden from your role. '}
        They leave the page after a minute.
      </p>
    </section>
  )
}

function Marked({ example: { text, found } }: { example: PiiExample }) {
  if (found === null) return text
  return (
    <>
      <span className="text-text-3">{text.slice(0, found.start)}</span>
      <mark className="bg-selected text-text">{text.slice(found.start, found.end)}</mark>
      <span className="text-text-3">{text.slice(found.end)}</span>
    </>
  )
}
