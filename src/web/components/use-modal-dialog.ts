import { type RefObject, useEffect, useRef } from 'react'

/**
 * Opens a native dialog over the page as it appears, at the first field where it is a form, and brings the focus back to where it was once it is
 * gone, however it went. A browser does that only for a dialog that is closed, not for one that an answer takes off the page.
 */
export function useModalDialog(): RefObject<HTMLDialogElement | null> {
  const ref = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const before = document.activeElement
    ref.current?.showModal()
    ref.current?.querySelector<HTMLElement>(':scope > form :is(input, select, textarea):not(:disabled)')?.focus()
    return () => focusAgain(before)
  }, [])
  return ref
}

/** What was pressed may be gone with what it was for: then the page's heading, as after a navigation. */
function focusAgain(before: Element | null): void {
  if (document.activeElement !== null && document.activeElement !== document.body) return
  const to = before instanceof HTMLElement && before !== document.body && before.isConnected ? before : document.querySelector('h1')
  to?.focus()
}
