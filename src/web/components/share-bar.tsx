/** A share as a bar, beside its number. What is missing from the whole shows as the empty track. */
export function ShareBar({ share, width = 48, tone = 'var(--color-text-2)' }: { share: number; width?: number | string; tone?: string }) {
  // A failure must stay visible: anything below the whole leaves at least one pixel of track, anything above nothing one pixel of bar.
  const filled = share >= 1 ? 100 : share <= 0 ? 0 : Math.min(99, Math.max(1, share * 100))
  return (
    <span aria-hidden className="bar inline-block h-2 shrink-0 overflow-hidden rounded-[1px] bg-line align-middle" style={{ width }}>
      <span className="block h-full" style={{ width: `${filled}%`, background: tone }} />
    </span>
  )
}
