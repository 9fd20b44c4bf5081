import { Check, Copy } from 'lucide-react'
import { useState } from 'react'

/** Copies a text; says so in its own place. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), 2_000)
  }
  return (
    <button
      type="button"
      className="grid size-6 place-items-center self-center rounded-control text-text-3 hover:bg-hover hover:text-text"
      title={label}
      onClick={() => void copy()}
    >
      {copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
      <span className="sr-only" role="status">
        {copied ? 'Copied' : ''}
      </span>
      <span className="sr-only">{label}</span>
    </button>
  )
}
