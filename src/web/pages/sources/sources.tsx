import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { PageHeader } from '../../components/page-header.tsx'
import { Load, Panel } from '../../components/panel.tsx'
import { pollWhilePaused } from '../../state/live.ts'
import { useMay } from '../../state/session.ts'
import { sourcesQuery } from '../../state/source-queries.ts'
import { ConnectorGallery } from './connector-gallery.tsx'
import { SourcesTable } from './sources-table.tsx'

/** Which sources deliver on time, which do not, and why? */
export function Sources() {
  const query = useQuery({ ...sourcesQuery, refetchInterval: pollWhilePaused })
  const may = useMay('sources.edit')
  const some = query.data !== undefined && query.data.length > 0
  return (
    <>
      <PageHeader
        title="Sources"
        documentTitle="Sources"
        actions={
          some &&
          may && (
            <a href="/sources/new" className="btn btn-primary">
              <Plus size={14} aria-hidden /> Add source
            </a>
          )
        }
      />
      {query.data !== undefined && !some && !query.isError ? (
        <div data-empty="first-use" className="grid gap-4">
          <p className="max-w-[72ch] text-text-2">
            No source yet. A source is set up once; its streams are then read again and again, and each reading says what became of every
            row.
            {!may && ' Your role does not include adding one; an editor or admin can.'}
          </p>
          {may && <ConnectorGallery />}
        </div>
      ) : (
        <Panel title="All sources">
          <Load query={query} what="the sources" lines={6}>
            {(sources) => <SourcesTable sources={sources} />}
          </Load>
        </Panel>
      )}
    </>
  )
}
