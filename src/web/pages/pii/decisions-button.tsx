import { useMutation } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { ProblemView } from '../../components/problem-view.tsx'
import { saveText } from '../../format/csv.ts'
import { client } from '../../state/api.ts'
import { useMay } from '../../state/session.ts'

/** Every decision as a file of test cases: what a detector should find in each column, and what not. No values of rows. */
export function DecisionsButton() {
  const may = useMay('pii.review')
  const save = useMutation({
    mutationFn: async () => {
      const decided = await client.call('GET /pii/decisions/export')
      if (decided.cases.length > 0) saveText(`${JSON.stringify(decided, null, 2)}\n`, 'pii-decisions.json', 'application/json')
      return decided.cases.length
    },
  })
  return (
    <>
      <button
        type="button"
        className="btn"
        disabled={!may || save.isPending}
        title={
          may
            ? 'All decisions as test cases for a detector, as JSON; no values of rows'
            : 'Your role does not include deciding about findings'
        }
        onClick={() => save.mutate()}
      >
        <Download size={14} aria-hidden /> {save.isPending ? 'Collecting' : 'Decisions'}
      </button>
      {save.data === 0 && <span role="status">Nothing is decided yet.</span>}
      {save.isError && <ProblemView error={save.error} what="No file was made" />}
    </>
  )
}
