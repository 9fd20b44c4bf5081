import { useQuery } from '@tanstack/react-query'
import { Cable, Cloud, Database, FileText, Globe, type LucideIcon, RadioTower, Sheet } from 'lucide-react'
import { useState } from 'react'
import type { ConnectorInfo } from '../../../contract/sources.ts'
import { Empty } from '../../components/empty.tsx'
import { Load } from '../../components/panel.tsx'
import { SearchBox } from '../../components/search-box.tsx'
import { connectorsQuery } from '../../state/source-queries.ts'

const ICONS: Partial<Record<ConnectorInfo['id'], LucideIcon>> = {
  files: FileText,
  postgresql: Database,
  mysql: Database,
  rest_api: Globe,
  google_sheets: Sheet,
  salesforce: Cloud,
  kafka: RadioTower,
}

/** The kinds of source, to search and to choose from. */
export function ConnectorGallery() {
  const query = useQuery(connectorsQuery)
  const [wanted, setWanted] = useState<string>()
  return (
    <section className="panel max-w-[960px]" aria-label="Kinds of source">
      <div className="flex min-h-11 flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-line px-4 py-2">
        <h2 className="text-section">Where is the data?</h2>
        <SearchBox label="Search" placeholder="database, sheet, API…" value={wanted} onChange={setWanted} />
      </div>
      <Load query={query} what="the kinds of source" lines={6}>
        {(connectors) => <Kinds connectors={connectors} wanted={wanted} onClear={() => setWanted(undefined)} />}
      </Load>
    </section>
  )
}

function Kinds({ connectors, wanted, onClear }: { connectors: ConnectorInfo[]; wanted: string | undefined; onClear: () => void }) {
  const words = (wanted ?? '').toLowerCase().split(/\s+/)
  const found = connectors.filter(({ id, title, description }) => {
    const text = `${id} ${title} ${description}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
  if (found.length === 0) {
    const clear = (
      <button type="button" className="btn" onClick={onClear}>
        Clear search
      </button>
    )
    return (
      <Empty kind="filtered" action={clear}>
        No kind of source fits “{wanted}”. What it is called elsewhere may help: a database, a sheet, an API, a file.
      </Empty>
    )
  }
  return (
    <ul className="grid lg:grid-cols-2">
      {found.map((connector) => (
        <Kind key={connector.id} connector={connector} />
      ))}
    </ul>
  )
}

function Kind({ connector: { id, title, description } }: { connector: ConnectorInfo }) {
  const Icon = ICONS[id] ?? Cable
  return (
    <li className="-mt-px border-t border-line">
      <a href={`/sources/new?kind=${id}&step=settings`} className="flex h-full items-start gap-3 px-4 py-3 hover:bg-hover">
        <Icon size={20} strokeWidth={1.75} aria-hidden className="mt-0.5 text-text-2" />
        <span>
          <span className="block font-medium">{title}</span>
          <span className="block text-text-2">{description}</span>
        </span>
      </a>
    </li>
  )
}
