interface FormButtonsProps {
  /** What sending the form does, as verb and object: Save rule. */
  submit: string
  /** The same while it goes on: Saving. */
  busyWord: string
  busy: boolean
  /** True while something is missing that the form has no field for, or that has no error of its own. */
  disabled?: boolean
  onCancel: () => void
}

/** The end of a form in a dialog: leave it, or send it. */
export function FormButtons({ submit, busyWord, busy, disabled = false, onCancel }: FormButtonsProps) {
  return (
    <div className="flex flex-wrap justify-end gap-2">
      <button type="button" className="btn" onClick={onCancel}>
        Cancel
      </button>
      <button type="submit" className="btn btn-primary" disabled={busy || disabled}>
        {busy ? busyWord : submit}
      </button>
    </div>
  )
}
