import { useCallback, useRef, useState } from 'react'
import { formatLocal, formatRelative } from '../format/instant.ts'
import { useNow, useTimeZone } from '../state/session.ts'
import { CopyButton } from './copy-button.tsx'
import { Float } from './float.tsx'

/** An instant: relative up to seven days, then the date. Shows local time and UTC on hover, click or Enter. */
export function Time({ at, className = '' }: { at: string; className?: string }) {
  const [open, setOpen] = useState(false)
  const anchor = useRef<HTMLButtonElement>(null)
  const zone = useTimeZone()
  const now = useNow(10_000)
  const ms = Date.parse(at)
  const close = useCallback(() => setOpen(false), [])
  return (
    <>
      <button
        ref={anchor}
        type="button"
        className={`num ${className}`}
        aria-haspopup="dialog"
        aria-expanded={open}
        title={formatLocal(ms, zone)}
        onClick={() => setOpen(true)}
      >
        <time dateTime={at}>{formatRelative(ms, now, zone)}</time>
      </button>
      {open && (
        <Float anchor={anchor} label="Time" onClose={close} width={280}>
          <dl className="grid grid-cols-[auto_1fr_auto] items-center gap-x-3 text-cell">
            <dt className="text-text-3">Local</dt>
            <dd>{formatLocal(ms, zone)}</dd>
            <CopyButton text={formatLocal(ms, zone)} label="Copy local time" />
            <dt className="text-text-3">UTC</dt>
            <dd className="font-mono">{at}</dd>
            <CopyButton text={at} label="Copy UTC time" />
          </dl>
        </Float>
      )}
    </>
  )
}
