import { formatCount } from '../format/count.ts'
import { formatLocal } from '../format/instant.ts'
import { userLocale } from '../format/locale.ts'
import type { Measured, Scope } from '../measured.ts'
import { useTimeZone } from '../state/session.ts'
import { CopyButton } from './copy-button.tsx'

/** What stands behind a number: value in full, time, scope, formula, and what made it. */
export function ReceiptBody({
  m,
  label,
  text,
  formula,
}: {
  m: Extract<Measured<number>, { s: 'ok' }>
  label: string
  text: string
  formula?: string | undefined
}) {
  const zone = useTimeZone()
  const full = new Intl.NumberFormat(userLocale(), { maximumFractionDigits: 15 }).format(m.v)
  return (
    <div className="text-cell">
      <div className="mb-2 flex items-start justify-between gap-2">
        <div>
          <div className="text-text-2">{label}</div>
          <div className="text-section font-bold">{text}</div>
        </div>
        <CopyButton text={String(m.v)} label="Copy value" />
      </div>
      <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1">
        <Fact name="In full">{full}</Fact>
        <Fact name="As of">
          <time dateTime={m.asOf}>{formatLocal(Date.parse(m.asOf), zone)}</time>
        </Fact>
        <Fact name="Scope">{scopeInWords(m.scope)}</Fact>
        {formula !== undefined && <Fact name="Made as">{formula}</Fact>}
        <Fact name="Made by">
          <Source kind={m.src.kind} id={m.src.id} />
        </Fact>
      </dl>
    </div>
  )
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <dt className="text-text-3">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  )
}

function scopeInWords(scope: Scope): string {
  const counted = formatCount(scope.rows)
  const unit = scope.unit ?? 'rows'
  if (scope.how === 'full') return `all ${unit} (${counted})`
  const of = scope.of === null ? 'an unknown number of' : formatCount(scope.of)
  return `${scope.how}: ${counted} of ${of} ${unit}`
}

function Source({ kind, id }: { kind: string; id: string }) {
  if (kind === 'run') {
    return (
      <a className="link font-mono" href={`/runs/${encodeURIComponent(id)}`}>
        run {id}
      </a>
    )
  }
  return (
    <span>
      {kind} <code className="font-mono">{id}</code>
    </span>
  )
}
