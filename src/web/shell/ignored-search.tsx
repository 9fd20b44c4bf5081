import { useRouterState } from '@tanstack/react-router'

/** Says which parts of the address the page does not know; it shows its default instead. */
export function IgnoredSearch() {
  const { raw, known } = useRouterState({
    select: (state) => ({ raw: state.location.searchStr, known: JSON.stringify(state.matches.at(-1)?.search) }),
    structuralSharing: true,
  })
  const valid = JSON.parse(known ?? '{}') as Record<string, unknown>
  const ignored = [...new URLSearchParams(raw)].filter(([key, value]) => String(valid[key] ?? '') !== value)
  if (ignored.length === 0) return null
  return (
    <p role="status" className="mb-4 rounded-panel border border-line bg-warn-tint px-4 py-2 text-cell text-warn">
      The address asks for {ignored.map(([key, value]) => `${key}=${value.slice(0, 40)}`).join(', ')}, which this page does not know. It
      shows its default instead.
    </p>
  )
}
