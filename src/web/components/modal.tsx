import { X } from 'lucide-react'
import { type ReactNode, useId } from 'react'
import { useModalDialog } from './use-modal-dialog.ts'

/** A modal layer to look at something without leaving the page: a dialog in the middle, or a drawer at the right. Esc and its button close it. */
export function Modal(props: { title: ReactNode; side?: 'middle' | 'right'; width?: number; onClose: () => void; children: ReactNode }) {
  const { title, side = 'middle', width = 560, onClose, children } = props
  const ref = useModalDialog()
  const id = useId()
  const place =
    side === 'middle' ? 'm-auto max-h-[min(720px,calc(100dvh-32px))] rounded-dialog border' : 'mr-0 ml-auto my-0 h-dvh max-h-none border-l'
  return (
    <dialog
      ref={ref}
      aria-labelledby={id}
      onClose={onClose}
      className={`overflow-auto border-control bg-surface p-0 text-text shadow-float ${place}`}
      style={{ width: `min(${width}px, calc(100vw - 32px))`, maxWidth: 'none' }}
    >
      <header className="sticky top-0 z-10 flex items-center justify-between gap-4 border-b border-line bg-surface px-4 py-2">
        <h2 id={id} className="min-w-0 text-section break-words">
          {title}
        </h2>
        <button type="button" className="btn btn-quiet" onClick={() => ref.current?.close()}>
          <X size={16} aria-hidden />
          <span className="sr-only">Close</span>
        </button>
      </header>
      {children}
    </dialog>
  )
}
