import { useRouterState } from '@tanstack/react-router'

const PAGES: Record<string, string> = {
  sources: 'Sources',
  uploads: 'Uploads',
  pipelines: 'Pipelines',
  runs: 'Runs',
  schedules: 'Schedules',
  quality: 'Quality',
  pii: 'PII',
  alerts: 'Alerts',
  datasets: 'Datasets',
}
/** Below a page; everything else there is a name. */
const PARTS: Record<string, string> = { new: 'New', streams: 'Streams', compare: 'Compare' }

/** Where the page stands, from the path alone. */
export function Breadcrumb() {
  const path = useRouterState({ select: (state) => state.location.pathname })
  const parts = path.split('/').filter((part) => part !== '')
  const crumbs =
    parts.length === 0
      ? [{ label: 'Dashboard', href: '/' }]
      : parts.map((part, index) => ({
          label: (index === 0 ? PAGES : PARTS)[part] ?? decodeURIComponent(part),
          href: `/${parts.slice(0, index + 1).join('/')}`,
        }))
  return (
    <nav aria-label="Breadcrumb" className="min-w-0 flex-1 overflow-hidden">
      <ol className="flex min-w-0 items-center gap-1.5 text-cell text-text-3">
        {crumbs.map(({ label, href }, index) => (
          <li key={href} className={`min-w-0 items-center gap-1.5 ${index < crumbs.length - 1 ? 'hidden sm:flex' : 'flex'}`}>
            {index > 0 && (
              <span aria-hidden className="hidden sm:inline">
                ›
              </span>
            )}
            {index < crumbs.length - 1 ? (
              <a href={href} className="hover:text-text hover:underline">
                {label}
              </a>
            ) : (
              <span aria-current="page" className="truncate text-text-2">
                {label}
              </span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  )
}
