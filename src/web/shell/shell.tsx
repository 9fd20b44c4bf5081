import { Outlet, useNavigate, useRouter, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { ErrorBoundary } from '../components/error-boundary.tsx'
import { startLive } from '../state/live.ts'
import { useSession } from '../state/session.ts'
import { Header } from './header.tsx'
import { IgnoredSearch } from './ignored-search.tsx'
import { Sidebar } from './sidebar.tsx'

const NARROW = 'atlas.sidebar'

/** The frame of every page for those who are signed in. */
export function Shell() {
  const [collapsed, setCollapsed] = useState(() => localStorage.getItem(NARROW) === 'narrow')
  const sheet = useRef<HTMLDialogElement>(null)
  const path = useRouterState({ select: (state) => state.location.pathname })
  useLeaveWhenSignedOut()
  useInternalLinks()
  useEffect(() => {
    const stop = new AbortController()
    startLive(stop.signal)
    return () => stop.abort()
  }, [])
  useEffect(() => sheet.current?.close(), [path])
  const toggle = () => {
    localStorage.setItem(NARROW, collapsed ? 'wide' : 'narrow')
    setCollapsed(!collapsed)
  }
  return (
    <div className="flex min-h-screen">
      <a
        href="#content"
        className="sr-only z-50 rounded-control bg-text p-3 text-canvas focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <aside className={`sticky top-0 hidden h-screen shrink-0 lg:block ${collapsed ? 'w-14' : 'w-56'}`} aria-label="Sidebar">
        <Sidebar collapsed={collapsed} onToggle={toggle} />
      </aside>
      <dialog
        ref={sheet}
        aria-label="Menu"
        className="m-0 h-screen max-h-none w-64 border-r border-line bg-canvas p-0 text-text lg:hidden"
        onClick={(event) => event.target === sheet.current && sheet.current.close()}
      >
        <Sidebar collapsed={false} onToggle={toggle} inSheet />
      </dialog>
      <div className="flex min-w-0 flex-1 flex-col border-line lg:border-l">
        <Header onMenu={() => sheet.current?.showModal()} />
        <main id="content" tabIndex={-1} className="min-w-0 flex-1 px-4 py-6 outline-none sm:px-6">
          <IgnoredSearch />
          <ErrorBoundary key={path}>
            <Outlet />
          </ErrorBoundary>
        </main>
      </div>
    </div>
  )
}

function useLeaveWhenSignedOut(): void {
  const session = useSession()
  const navigate = useNavigate()
  const gone = session !== undefined && session.user === null
  useEffect(() => {
    if (gone) void navigate({ to: '/sign-in', search: { to: location.pathname + location.search } })
  }, [gone, navigate])
}

/** Plain links to pages of the app (a number's receipt, an item's link from the server) stay inside the app. */
function useInternalLinks(): void {
  const router = useRouter()
  useEffect(() => {
    const onClick = (event: MouseEvent) => {
      const link = (event.target as Element).closest?.('a[href^="/"]')
      if (link == null || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
        return
      const href = link.getAttribute('href')!
      if (/^\/(api|docs)\b/.test(href) || link.hasAttribute('download') || link.hasAttribute('target')) return
      event.preventDefault()
      router.history.push(href)
    }
    document.addEventListener('click', onClick)
    return () => document.removeEventListener('click', onClick)
  }, [router])
}
