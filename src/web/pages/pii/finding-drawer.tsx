import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { ReviewedFinding } from '../../../contract/pii-review.ts'
import { Empty } from '../../components/empty.tsx'
import { DatasetLabel } from '../../components/layer-mark.tsx'
import { Modal } from '../../components/modal.tsx'
import { Load } from '../../components/panel.tsx'
import { StatusBadge } from '../../components/status-badge.tsx'
import { formatFailRate, formatScore } from '../../format/percent.ts'
import { entityName } from '../../format/pii-words.ts'
import { piiColumnQuery } from '../../state/pii-queries.ts'
import { DecideForm } from './decide-form.tsx'
import { Examples } from './examples.tsx'
import { Found } from './findings-table.tsx'
import { partsOf } from './selection.ts'
import { actionInWords } from './words.ts'

type Engine = NonNullable<NonNullable<ReviewedFinding['finding']>['engine']>
const ENGINES: Record<Engine, string> = { rules: 'rules', onnx: 'a token classifier of your own', presidio: 'a Presidio analyzer' }

/** One finding: on what evidence, what was done to it, what a steward says. Its address is `sel`. */
export function FindingDrawer({ sel }: { sel: string }) {
  const navigate = useNavigate({ from: '/pii' })
  const parts = partsOf(sel)
  const close = () => void navigate({ search: (old) => ({ ...old, sel: undefined }), resetScroll: false })
  return (
    <Modal side="right" width={560} title={parts === null ? 'No such finding' : `${parts.dataset}.${parts.column}`} onClose={close}>
      {parts === null ? <Empty kind="filtered">The address names no finding.</Empty> : <OneFinding key={sel} {...parts} />}
    </Modal>
  )
}

function OneFinding({ dataset, column, entity }: { dataset: string; column: string; entity: string }) {
  const query = useQuery(piiColumnQuery(dataset, column))
  const asOf = new Date(query.dataUpdatedAt).toISOString()
  return (
    <Load query={query} what="the finding" lines={6}>
      {({ findings }) => {
        const one = findings.find((finding) => finding.entity === entity)
        if (one === undefined)
          return (
            <Empty kind="filtered">
              {entityName(entity)} is not found in {column} of {dataset} any more, and nothing was decided about it.
            </Empty>
          )
        return <Detail finding={one} others={findings.filter((other) => other !== one)} asOf={asOf} />
      }}
    </Load>
  )
}

function Detail({ finding, others, asOf }: { finding: ReviewedFinding; others: ReviewedFinding[]; asOf: string }) {
  const { dataset, entity, finding: found } = finding
  return (
    <div className="grid gap-5 p-4">
      <dl className="grid grid-cols-[8rem_minmax(0,1fr)] gap-x-3 gap-y-2">
        <dt className="text-text-3">Kind</dt>
        <dd className="font-medium">{entityName(entity)}</dd>
        <dt className="text-text-3">Dataset</dt>
        <dd>
          <a className="link" href={`/datasets/${encodeURIComponent(dataset)}?tab=pii`}>
            <DatasetLabel name={dataset} />
          </a>
        </dd>
        {found === null ? (
          <>
            <dt className="text-text-3">Evidence</dt>
            <dd>Nothing is found now; the decision stands alone.</dd>
          </>
        ) : (
          <Evidence finding={finding} found={found} asOf={asOf} />
        )}
      </dl>
      {others.length > 0 && (
        <p className="text-cell text-text-2">In the same column: {others.map((other) => entityName(other.entity)).join(', ')}.</p>
      )}
      <Examples finding={finding} />
      <DecideForm finding={finding} />
    </div>
  )
}

function Evidence({ finding, found, asOf }: { finding: ReviewedFinding; found: NonNullable<ReviewedFinding['finding']>; asOf: string }) {
  return (
    <>
      <dt className="text-text-3">Found in</dt>
      <dd>
        <Found finding={finding} asOf={asOf} /> cells ({formatFailRate(found.matches, found.rows)})
        {found.sampled != null && (
          <span className="mt-1 block text-cell text-text-2">
            A sample: with 95 % confidence it stands in at most {formatScore(found.sampled.missBound)} of the rows beyond what was seen.
          </span>
        )}
      </dd>
      <dt className="text-text-3">Where</dt>
      <dd>{found.within === 'text' ? 'inside longer text' : 'the cells are of this kind'}</dd>
      {found.engine !== undefined && (
        <>
          <dt className="text-text-3">Found by</dt>
          <dd>{ENGINES[found.engine]}</dd>
        </>
      )}
      {found.detectedAs !== undefined && (
        <>
          <dt className="text-text-3">Detected as</dt>
          <dd>{entityName(found.detectedAs)}; a steward corrected it</dd>
        </>
      )}
      <dt className="text-text-3">Evidence</dt>
      <dd>
        <ul className="list-disc pl-4">
          {found.evidence.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </dd>
      <dt className="text-text-3">Done</dt>
      <dd>{found.action === 'keep' ? <StatusBadge mark="warning" word={actionInWords(found)} /> : actionInWords(found)}</dd>
    </>
  )
}
