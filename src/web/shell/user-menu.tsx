import { useNavigate } from '@tanstack/react-router'
import { ChevronDown, KeyRound, LogOut, Monitor, Moon, Sun } from 'lucide-react'
import { useCallback, useRef, useState } from 'react'
import { Float } from '../components/float.tsx'
import { client, queryClient } from '../state/api.ts'
import { useSession } from '../state/session.ts'
import { type Theme, useTheme } from './theme.ts'

const THEMES: { id: Theme; label: string; Icon: typeof Sun }[] = [
  { id: 'system', label: 'System', Icon: Monitor },
  { id: 'light', label: 'Light', Icon: Sun },
  { id: 'dark', label: 'Dark', Icon: Moon },
]

/** Who is signed in, the theme, and the way out. */
export function UserMenu() {
  const [open, setOpen] = useState(false)
  const anchor = useRef<HTMLButtonElement>(null)
  const user = useSession()?.user
  const close = useCallback(() => setOpen(false), [])
  if (user == null) return null
  return (
    <>
      <button
        ref={anchor}
        type="button"
        className="btn btn-quiet"
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(true)}
      >
        <span aria-hidden className="grid size-6 place-items-center rounded-full bg-text text-label font-medium text-canvas">
          {initials(user.name || user.email)}
        </span>
        <span className="hidden max-w-32 truncate md:inline">{user.name || user.email}</span>
        <span className="sr-only">Your account</span>
        <ChevronDown size={14} aria-hidden className="text-text-3" />
      </button>
      {open && (
        <Float anchor={anchor} label="Your account" onClose={close} width={260} align="end">
          <Account />
        </Float>
      )}
    </>
  )
}

function Account() {
  const session = useSession()
  const [theme, setTheme] = useTheme()
  const navigate = useNavigate()
  const signOut = async () => {
    await client.call('POST /auth/sign-out').catch(() => undefined)
    queryClient.clear()
    await navigate({ to: '/sign-in' })
  }
  if (session?.user == null) return null
  return (
    <div className="grid gap-3">
      <div>
        <div className="font-medium">{session.user.name}</div>
        <div className="text-cell break-all text-text-2">{session.user.email}</div>
        <div className="text-label text-text-3">
          {session.user.role} · Atlas {session.server.version}
        </div>
      </div>
      <fieldset>
        <legend className="mb-1 text-label text-text-3">Theme</legend>
        <div className="grid grid-cols-3 rounded-control border border-control">
          {THEMES.map(({ id, label, Icon }) => (
            <label
              key={id}
              className={`flex min-h-8 cursor-pointer items-center justify-center gap-1 text-cell has-focus-visible:outline-2 has-focus-visible:outline-focus ${theme === id ? 'bg-text text-canvas' : 'hover:bg-hover'}`}
            >
              <input type="radio" name="theme" value={id} checked={theme === id} onChange={() => setTheme(id)} className="sr-only" />
              <Icon size={14} aria-hidden /> {label}
            </label>
          ))}
        </div>
      </fieldset>
      {session.needsPassword && (
        <a href="/sign-in/link" className="btn">
          <KeyRound size={14} aria-hidden /> Set password
        </a>
      )}
      <button type="button" className="btn" onClick={() => void signOut()}>
        <LogOut size={14} aria-hidden /> Sign out
      </button>
    </div>
  )
}

function initials(name: string): string {
  const words = name.split(/[\s.@_-]+/).filter((word) => word !== '')
  return words
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join('')
}
