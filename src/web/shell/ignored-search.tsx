import { useRouterState } from '@tanstack/react-router'

/** The address as it was opened; the router writes what it understood over it. */
const opened = typeof location === 'undefined' ? null : { path: location.pathname, query: new URLSearchParams(location.search) }

/** Says which parts of the opened address the page does not know; it shows its default instead. */
export function IgnoredSearch() {
  const here = useRouterState({ select: (state) => `${state.location.pathname} ${JSON.stringify(state.matches.at(-1)?._strictSearch)}` })
  if (opened === null) return null
  const [path, valid] = here.split(/ (.*)/s) as [string, string]
  const known = JSON.parse(valid === 'undefined' ? '{}' : valid) as Record<string, unknown>
  const asked = [...opened.query]
  const ignored = asked.filter(([key]) => !(key in known))
  // Once the viewer has chosen otherwise, the address that was opened is no longer the question.
  const moved = path !== opened.path || Object.entries(known).some(([key, value]) => opened.query.get(key) !== String(value))
  if (ignored.length === 0 || moved) return null
  return (
    <p role="status" className="mb-4 rounded-panel border border-line bg-warn-tint px-4 py-2 text-cell text-warn">
      The address asks for {ignored.map(([key, value]) => `${key}=${value.slice(0, 40)}`).join(', ')}, which this page does not know. It
      shows its default instead.
    </p>
  )
}
