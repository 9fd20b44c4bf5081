import { CopyButton } from './copy-button.tsx'

/** An id, cut in the middle; whole on hover, and to copy. */
export function IdText({ id, keep = 8, copy = false }: { id: string; keep?: number; copy?: boolean }) {
  const short = id.length > keep + 6 ? `${id.slice(0, Math.ceil(keep / 2) + 2)}…${id.slice(-Math.floor(keep / 2))}` : id
  const text = (
    <code className="font-mono" title={id}>
      {short}
    </code>
  )
  if (!copy) return text
  return (
    <span className="inline-flex items-center gap-1 align-middle">
      {text}
      <CopyButton text={id} label={`Copy ${id}`} />
    </span>
  )
}
