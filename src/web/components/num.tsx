import { Suspense, lazy, useCallback, useId, useRef, useState } from 'react'
import { formatBytes } from '../format/bytes.ts'
import { formatCount } from '../format/count.ts'
import { formatDuration } from '../format/duration.ts'
import { formatScore } from '../format/percent.ts'
import type { Measured } from '../measured.ts'
import { Float } from './float.tsx'
import { StatusMark } from './status-badge.tsx'

const ReceiptBody = lazy(() => import('./receipt-body.tsx').then((module) => ({ default: module.ReceiptBody })))

const FORMATS = { count: formatCount, bytes: formatBytes, duration: formatDuration, score: formatScore } satisfies Record<
  string,
  (value: number) => string
>

export interface NumProps {
  m: Measured<number>
  /** What the number is, for the receipt and for screen readers. */
  label: string
  as?: keyof typeof FORMATS | ((value: number) => string)
  /** How the value was made, in words or as a formula. */
  formula?: string
  className?: string
}

/** The only component that draws a number. Opens its receipt; says in words when there is no number. */
export function Num({ m, label, as = 'count', formula, className = '' }: NumProps) {
  const format = typeof as === 'function' ? as : FORMATS[as]
  if (m.s === 'ok') return <WithReceipt m={m} label={label} text={format(m.v)} formula={formula} className={className} />
  return (
    <span className={`inline-flex flex-wrap items-center gap-1 whitespace-nowrap text-text-3 ${className}`} data-measured={m.s}>
      <Absent m={m} isScore={as === 'score'} />
      {m.s === 'failed' && m.last?.s === 'ok' && (
        <span className="opacity-60">
          last known <WithReceipt m={m.last} label={label} text={format(m.last.v)} formula={formula} className="" />
        </span>
      )}
    </span>
  )
}

function Absent({ m, isScore }: { m: Measured<number>; isScore: boolean }) {
  switch (m.s) {
    case 'pending':
      return (
        <>
          <StatusMark mark="running" />
          <a className="link" href={`/runs/${encodeURIComponent(m.runId)}`}>
            being measured
          </a>
        </>
      )
    case 'failed':
      return (
        <>
          <StatusMark mark="error" />
          <span title={m.error.detail}>could not be measured</span>
        </>
      )
    case 'denied':
      return <span>no permission</span>
    default:
      return <span>{isScore ? 'no score' : 'not measured'}</span>
  }
}

type Ok = Extract<Measured<number>, { s: 'ok' }>

function WithReceipt({
  m,
  label,
  text,
  formula,
  className,
}: {
  m: Ok
  label: string
  text: string
  formula: string | undefined
  className: string
}) {
  const [open, setOpen] = useState(false)
  const anchor = useRef<HTMLButtonElement>(null)
  const id = useId()
  const close = useCallback(() => setOpen(false), [])
  return (
    <>
      <button
        ref={anchor}
        type="button"
        className={`num ${className}`}
        data-measured="ok"
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(true)}
      >
        {text}
        <span id={id} className="sr-only">
          {' '}
          {label}
        </span>
      </button>
      {open && (
        <Float anchor={anchor} label={`Receipt: ${label}`} onClose={close}>
          <Suspense fallback={<p>Receipt…</p>}>
            <ReceiptBody m={m} label={label} text={text} formula={formula} />
          </Suspense>
        </Float>
      )}
    </>
  )
}
