import { type ReactNode, useId } from 'react'
import { useModalDialog } from './use-modal-dialog.ts'

/** A modal question (native dialog: focus stays inside, Esc closes). The caller's buttons come after its text; Cancel is always there. */
export function AskDialog(props: {
  title: string
  children: ReactNode
  confirm: string
  busy?: boolean
  onConfirm?: () => void
  /** The id of a form inside that the confirmation sends, in place of `onConfirm`. */
  form?: string
  onClose: () => void
}) {
  const ref = useModalDialog()
  const id = useId()
  return (
    <dialog
      ref={ref}
      role="alertdialog"
      aria-labelledby={id}
      onClose={props.onClose}
      className="m-auto w-[min(480px,calc(100vw-32px))] rounded-dialog border border-control bg-surface p-0 text-text shadow-float"
    >
      <div className="p-5">
        <h2 id={id} className="text-section">
          {props.title}
        </h2>
        <div className="mt-2 text-text-2">{props.children}</div>
        <div className="mt-5 flex flex-wrap justify-end gap-2">
          <button type="button" className="btn" autoFocus onClick={() => ref.current?.close()}>
            Close
          </button>
          <button
            type={props.form === undefined ? 'button' : 'submit'}
            form={props.form}
            className="btn btn-danger"
            disabled={props.busy}
            onClick={props.onConfirm}
          >
            {props.confirm}
          </button>
        </div>
      </div>
    </dialog>
  )
}
