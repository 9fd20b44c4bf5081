/** Atlas's mark: the three layers, in order. */
export function Wordmark({ small = false }: { small?: boolean }) {
  return (
    <span className="inline-flex items-center gap-2">
      <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden>
        <rect x="1" y="12" width="4" height="5" rx="1" fill="var(--color-explore)" />
        <rect x="7" y="7" width="4" height="10" rx="1" fill="var(--color-chart)" />
        <rect x="13" y="1" width="4" height="16" rx="1" fill="var(--color-navigate)" />
      </svg>
      {!small && <span className="text-section font-bold">Atlas</span>}
    </span>
  )
}
