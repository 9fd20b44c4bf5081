import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

export interface Tab {
  id: string
  label: ReactNode
}

interface TabsProps {
  tabs: readonly Tab[]
  current: string
  label: string
  /** Where the page itself chooses the tab to open with, so that each choice of the viewer has to be written. */
  chosenByPage?: boolean
}

/** Tabs as links: the URL holds which one is open. The first is the default and leaves the URL clean. */
export function Tabs({ tabs, current, label, chosenByPage = false }: TabsProps) {
  return (
    <nav aria-label={label} className="mb-4 flex gap-1 overflow-x-auto border-b border-line">
      {tabs.map((tab, index) => (
        <Link
          key={tab.id}
          to="."
          search={((old: { at?: string }) => ({ at: old.at, tab: index === 0 && !chosenByPage ? undefined : tab.id })) as never}
          aria-current={tab.id === current ? 'page' : undefined}
          resetScroll={false}
          className={`-mb-px inline-flex min-h-9 items-center gap-1.5 border-b-2 px-3 whitespace-nowrap ${
            tab.id === current ? 'border-text font-medium text-text' : 'border-transparent text-text-2 hover:border-control hover:text-text'
          }`}
        >
          {tab.label}
        </Link>
      ))}
    </nav>
  )
}
