import { Link } from '@tanstack/react-router'
import { Check } from 'lucide-react'

interface Step<Id extends string> {
  id: Id
  label: string
}

/** Named steps, each with an address of its own in the same page; free return to those that are open. */
export function WizardSteps<Id extends string>(props: {
  label: string
  steps: readonly Step<Id>[]
  current: Id
  /** Whether a step can be gone to already. */
  open: (step: Id) => boolean
}) {
  const { label, steps, current, open } = props
  const at = steps.findIndex(({ id }) => id === current)
  return (
    <nav aria-label={label} className="mb-5">
      <ol className="flex flex-wrap items-center gap-x-2 gap-y-2">
        {steps.map(({ id, label: word }, index) => {
          const inner = (
            <>
              <span
                aria-hidden
                className={`grid size-5 place-items-center rounded-full border text-label ${index <= at ? 'border-text' : 'border-control'} ${index === at ? 'bg-text text-canvas' : ''}`}
              >
                {index < at ? <Check size={12} /> : index + 1}
              </span>
              {word}
            </>
          )
          return (
            <li key={id} className="inline-flex items-center gap-2">
              {index > 0 && <span aria-hidden className="h-px w-5 bg-control" />}
              {index === at || !open(id) ? (
                <span
                  aria-current={index === at ? 'step' : undefined}
                  className={`inline-flex items-center gap-2 ${index === at ? 'font-medium' : 'text-text-3'}`}
                >
                  {inner}
                </span>
              ) : (
                <Link
                  to="."
                  search={((old: object) => ({ ...old, step: id })) as never}
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
