import { Link } from '@tanstack/react-router'
import { Check } from 'lucide-react'

export type StepId = 'file' | 'read' | 'target' | 'review'
const STEPS: { id: StepId; label: string }[] = [
  { id: 'file', label: 'File' },
  { id: 'read', label: 'Read as' },
  { id: 'target', label: 'Target' },
  { id: 'review', label: 'Review' },
]

/** Four named steps, each with an address; free return. */
export function WizardSteps({ current, uploadId }: { current: StepId; uploadId: string | undefined }) {
  const at = STEPS.findIndex(({ id }) => id === current)
  return (
    <nav aria-label="Steps of the upload" className="mb-5">
      <ol className="flex flex-wrap items-center gap-x-2 gap-y-2">
        {STEPS.map(({ id, label }, index) => {
          const inner = (
            <>
              <span
                aria-hidden
                className={`grid size-5 place-items-center rounded-full border text-label ${index <= at ? 'border-text' : 'border-control'} ${index === at ? 'bg-text text-canvas' : ''}`}
              >
                {index < at ? <Check size={12} /> : index + 1}
              </span>
              {label}
            </>
          )
          return (
            <li key={id} className="inline-flex items-center gap-2">
              {index > 0 && <span aria-hidden className="h-px w-5 bg-control" />}
              {uploadId === undefined || index === at ? (
                <span
                  aria-current={index === at ? 'step' : undefined}
                  className={`inline-flex items-center gap-2 ${index === at ? 'font-medium' : 'text-text-3'}`}
                >
                  {inner}
                </span>
              ) : (
                <Link
                  to="/uploads/new"
                  search={{ draft: uploadId, step: id }}
                  className="inline-flex min-h-6 items-center gap-2 text-text-2 hover:text-text hover:underline"
                >
                  {inner}
                </Link>
              )}
            </li>
          )
        })}
      </ol>
    </nav>
  )
}
