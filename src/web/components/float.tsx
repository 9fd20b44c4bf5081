import { type ReactNode, type RefObject, useEffect, useRef } from 'react'

const GAP = 6
const EDGE = 8

/** A floating layer beside its anchor (native popover: top layer, Esc and a click elsewhere close it). Focus goes back to the anchor. */
export function Float(props: {
  anchor: RefObject<HTMLElement | null>
  label: string
  onClose: () => void
  children: ReactNode
  width?: number
  align?: 'start' | 'end'
}) {
  const ref = useRef<HTMLDivElement>(null)
  const { onClose, anchor, width = 320 } = props
  useEffect(() => {
    const layer = ref.current
    const beside = anchor.current
    if (layer === null || beside === null) return
    layer.showPopover()
    place(layer, beside, props.align ?? 'start')
    const toggled = (event: Event) => {
      if ((event as ToggleEvent).newState !== 'closed') return
      if (document.activeElement === document.body || layer.contains(document.activeElement)) beside.focus()
      onClose()
    }
    const moved = () => place(layer, beside, props.align ?? 'start')
    // Its content may come later and be taller than what stood there first.
    const grown = new ResizeObserver(moved)
    grown.observe(layer)
    layer.addEventListener('toggle', toggled)
    addEventListener('scroll', moved, { capture: true, passive: true })
    addEventListener('resize', moved)
    return () => {
      grown.disconnect()
      layer.removeEventListener('toggle', toggled)
      removeEventListener('scroll', moved, { capture: true })
      removeEventListener('resize', moved)
    }
  }, [anchor, onClose, props.align])
  return (
    <div
      ref={ref}
      popover="auto"
      role="dialog"
      aria-label={props.label}
      className="float max-w-[calc(100vw-16px)] p-3 text-left font-normal whitespace-normal"
      style={{ width }}
    >
      {props.children}
    </div>
  )
}

/** Below the anchor, or above it where there is no room; never outside the window. */
function place(layer: HTMLElement, beside: HTMLElement, align: 'start' | 'end'): void {
  const at = beside.getBoundingClientRect()
  const size = layer.getBoundingClientRect()
  const below = at.bottom + GAP + size.height <= innerHeight || at.top - GAP - size.height < 0
  const left = align === 'start' ? at.left : at.right - size.width
  layer.style.top = `${below ? at.bottom + GAP : at.top - GAP - size.height}px`
  layer.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - size.width - EDGE))}px`
}
