import { CircleHelp, Globe, Menu } from 'lucide-react'
import { zoneName } from '../format/instant.ts'
import { useSession, useTimeZone } from '../state/session.ts'
import { Breadcrumb } from './breadcrumb.tsx'
import { LiveLine } from './live-line.tsx'
import { UserMenu } from './user-menu.tsx'

/** 48 px: environment, where you are, live state, zone, help, user. */
export function Header({ onMenu }: { onMenu: () => void }) {
  const environment = useSession()?.server.environment ?? null
  const zone = useTimeZone()
  return (
    <header className="sticky top-0 z-10 flex h-12 items-center gap-3 border-b border-line bg-canvas px-3 sm:px-6">
      <button type="button" className="btn btn-quiet lg:hidden" aria-label="Menu" onClick={onMenu}>
        <Menu size={18} aria-hidden />
      </button>
      {environment !== null && <span className="border-l-4 border-text bg-sunken px-2 py-0.5 text-label font-medium">{environment}</span>}
      <Breadcrumb />
      <LiveLine />
      <span className="hidden items-center gap-1 text-label text-text-3 sm:inline-flex" title={`All times are in ${zone}`}>
        <Globe size={13} aria-hidden /> {zoneName(zone)}
      </span>
      <a
        href="/docs"
        className="hidden size-8 place-items-center rounded-control text-text-3 hover:bg-hover hover:text-text sm:grid"
        title="Help and API reference"
      >
        <CircleHelp size={16} aria-hidden />
        <span className="sr-only">Help and API reference</span>
      </a>
      <UserMenu />
    </header>
  )
}
