import { Link } from '@tanstack/react-router'
import { PanelLeft } from 'lucide-react'
import { useSession } from '../state/session.ts'
import { AlertBadge } from './alert-badge.tsx'
import { navigation } from './navigation.ts'
import { Wordmark } from './wordmark.tsx'

/** The navigation: 224 px, or 56 px with icons. Areas that a role can never use are left out. */
export function Sidebar({ collapsed, onToggle, inSheet = false }: { collapsed: boolean; onToggle: () => void; inSheet?: boolean }) {
  const permissions = useSession()?.permissions ?? []
  return (
    <div className="flex h-full flex-col">
      <div className={`flex h-12 items-center ${collapsed ? 'justify-center' : 'px-4'}`}>
        <a href="/" aria-label="Atlas, dashboard" className="rounded-control">
          <Wordmark small={collapsed} />
        </a>
      </div>
      <nav aria-label="Main" className="flex-1 overflow-y-auto px-2 py-2">
        {navigation.map(({ group, entries }) => {
          const allowed = entries.filter((entry) => permissions.includes(entry.permission))
          if (allowed.length === 0) return null
          return (
            <div key={group} className="mb-3">
              {!collapsed && <div className="px-2 pb-1 text-label text-text-3">{group}</div>}
              <ul>
                {allowed.map(({ to, label, Icon }) => (
                  <li key={to}>
                    <Link
                      to={to}
                      activeOptions={{ exact: to === '/', includeSearch: false }}
                      preload="intent"
                      title={collapsed ? label : undefined}
                      aria-label={collapsed ? label : undefined}
                      className={`flex min-h-8 items-center gap-2.5 rounded-control px-2 text-text-2 hover:bg-hover hover:text-text ${collapsed ? 'justify-center' : ''}`}
                      activeProps={{ 'className': 'bg-hover font-medium !text-text', 'aria-current': 'page' }}
                    >
                      <Icon size={16} aria-hidden />
                      {!collapsed && label}
                      {to === '/alerts' && <AlertBadge collapsed={collapsed} />}
                    </Link>
                  </li>
                ))}
              </ul>
            </div>
          )
        })}
      </nav>
      {!inSheet && (
        <div className="border-t border-line p-2">
          <button
            type="button"
            className={`flex min-h-8 w-full items-center gap-2.5 rounded-control px-2 text-text-3 hover:bg-hover hover:text-text ${collapsed ? 'justify-center' : ''}`}
            aria-label={collapsed ? 'Widen the sidebar' : 'Narrow the sidebar'}
            onClick={onToggle}
          >
            <PanelLeft size={16} aria-hidden />
            {!collapsed && <span aria-hidden>Narrow</span>}
          </button>
        </div>
      )}
    </div>
  )
}
