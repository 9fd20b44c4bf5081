import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Reading } from '../../../contract/uploads.ts'
import { Load } from '../../components/panel.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { StatusMark } from '../../components/status-badge.tsx'
import { formatCount } from '../../format/count.ts'
import { client, queryClient } from '../../state/api.ts'
import { useMay } from '../../state/session.ts'
import { type Draft, forgetDraft } from './draft.ts'
import type { PreviewQuery } from './new-upload.tsx'
import type { StepId } from './upload-steps.tsx'

interface Props {
  uploadId: string
  draft: Draft
  preview: PreviewQuery
  onBack: () => void
  onEdit: (step: StepId) => void
}

/** All choices in one place, each with its way back; then the start. */
export function ReviewStep({ uploadId, draft, preview, onBack, onEdit }: Props) {
  const navigate = useNavigate()
  const may = useMay('runs.start')
  const start = useMutation({
    mutationFn: (reading: Partial<Reading>) =>
      client.call('POST /runs', {
        body: {
          uploadId,
          dataset: draft.dataset,
          reading,
          stream: {
            mode: draft.mode,
            keys: draft.keys,
            columns: Object.fromEntries(Object.entries(draft.types).map(([name, type]) => [name, { type }])),
          },
        },
      }),
    onSuccess: async (run) => {
      forgetDraft(uploadId)
      void queryClient.invalidateQueries({ queryKey: ['runs'] })
      await navigate({ to: '/runs/$runId', params: { runId: run.id } })
    },
  })
  return (
    <Load query={preview} what="the preview" lines={6}>
      {(data) => {
        const ambiguous = data.columns.reduce((sum, column) => sum + column.ambiguous, 0)
        const declared = Object.entries(draft.types)
        return (
          <div className="grid max-w-[640px] gap-4">
            <dl className="panel divide-y divide-line">
              <Line name="Read as" onEdit={() => onEdit('read')}>
                {readingInWords(data.reading)}
                {ambiguous > 0 && (
                  <span className="mt-1 flex items-center gap-1.5 text-warn">
                    <StatusMark mark="warning" size={14} /> {formatCount(ambiguous)} {ambiguous === 1 ? 'cell' : 'cells'} of the preview fit
                    two readings; the run goes by the majority of the column and counts them
                  </span>
                )}
              </Line>
              <Line name="Columns" onEdit={() => onEdit('read')}>
                {formatCount(data.columns.length)} columns
                {declared.length > 0 && (
                  <span className="block text-text-2">declared: {declared.map(([name, type]) => `${name} ${type}`).join(', ')}</span>
                )}
              </Line>
              <Line name="Into" onEdit={() => onEdit('target')}>
                <span className="font-mono">{draft.dataset}</span>,{' '}
                {draft.mode === 'replace' ? 'replacing what is there' : 'appended to what is there'}
              </Line>
              <Line name="Key" onEdit={() => onEdit('target')}>
                {draft.keys.length === 0 ? 'none; every row is kept' : <span className="font-mono">{draft.keys.join(', ')}</span>}
              </Line>
            </dl>
            <p className="text-text-2">
              The run looks for personal data in every row and masks it by policy on the way to chart. Rows that do not fit go to quarantine
              with file, line and reason. Nothing is published before the checks have run.
            </p>
            {start.isError && (
              <div className="panel">
                <ProblemView error={start.error} what="Could not start" />
              </div>
            )}
            <div className="flex gap-2">
              <button
                type="button"
                className="btn btn-primary"
                disabled={!may || start.isPending}
                title={may ? undefined : 'Your role does not include starting runs'}
                onClick={() => start.mutate(data.reading)}
              >
                {start.isPending ? 'Starting' : 'Start run'}
              </button>
              <button type="button" className="btn" onClick={onBack}>
                Back
              </button>
            </div>
          </div>
        )
      }}
    </Load>
  )
}

function Line({ name, onEdit, children }: { name: string; onEdit: () => void; children: ReactNode }) {
  return (
    <div className="flex items-start gap-4 px-4 py-3">
      <dt className="w-20 shrink-0 text-text-3">{name}</dt>
      <dd className="min-w-0 flex-1">
        <span className="flex items-start justify-between gap-3">
          <span className="min-w-0">{children}</span>
          <button type="button" className="link" onClick={onEdit}>
            Edit<span className="sr-only"> {name.toLowerCase()}</span>
          </button>
        </span>
      </dd>
    </div>
  )
}

const SEPARATORS: Record<string, string> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' }

function readingInWords(reading: Reading): string {
  if (reading.format !== 'csv') return reading.format === 'excel' ? `Excel, dates ${reading.dateOrder}` : reading.format.toUpperCase()
  return [
    `CSV in ${reading.encoding}`,
    `${SEPARATORS[reading.delimiter] ?? JSON.stringify(reading.delimiter)} between values`,
    reading.decimal === ',' ? 'decimal comma' : 'decimal point',
    `dates ${reading.dateOrder.replace('-', ' ')}`,
    reading.header ? 'first row has names' : 'no header',
    ...(reading.compression === 'none' ? [] : [reading.compression]),
  ].join(', ')
}
