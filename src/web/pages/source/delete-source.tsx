import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Source, SourceDependents } from '../../../contract/sources.ts'
import { AskDialog } from '../../components/dialog.tsx'
import { Load, Panel } from '../../components/panel.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { client, queryClient } from '../../state/api.ts'
import { useMay } from '../../state/session.ts'
import { dependentsQuery } from '../../state/source-queries.ts'

/** Ends a source: its settings and secrets go, its datasets stay. Says first what hangs on it, and asks for its name. */
export function DeleteSource({ source }: { source: Source }) {
  const [asking, setAsking] = useState(false)
  const may = useMay('sources.edit')
  return (
    <Panel title="Delete">
      <div className="flex flex-wrap items-center justify-between gap-3 px-4 py-3">
        <p className="max-w-[56ch] text-text-2">
          The source, its secrets and how far its streams were read are removed. Its datasets and runs stay. No row is deleted, here or in
          the source.
        </p>
        <button
          type="button"
          className="btn"
          disabled={!may}
          title={may ? undefined : 'Your role does not include changing sources'}
          onClick={() => setAsking(true)}
        >
          Delete source…
        </button>
      </div>
      {asking && <Ask source={source} onClose={() => setAsking(false)} />}
    </Panel>
  )
}

function Ask({ source: { name }, onClose }: { source: Source; onClose: () => void }) {
  const navigate = useNavigate()
  const [typed, setTyped] = useState('')
  const dependents = useQuery({ ...dependentsQuery(name), staleTime: 0 })
  const remove = useMutation({
    mutationFn: () => client.call('DELETE /sources/:name', { params: { name }, query: { confirm: typed } }),
    onSuccess: async () => {
      await navigate({ to: '/sources' })
      queryClient.removeQueries({ queryKey: ['sources', name] })
      void queryClient.invalidateQueries({ queryKey: ['sources'] })
    },
  })
  return (
    <AskDialog
      title={`Delete the source ${name}?`}
      confirm={remove.isPending ? 'Deleting' : `Delete ${name}`}
      busy={remove.isPending || typed !== name}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <Load query={dependents} what="what depends on it" lines={2}>
        {(found) => <Dependents found={found} />}
      </Load>
      <label className="mt-3 grid gap-1">
        <span className="text-cell font-medium text-text">
          Type <code className="font-mono">{name}</code> to delete it
        </span>
        <input className="input font-mono" autoComplete="off" value={typed} onChange={(event) => setTyped(event.target.value.trim())} />
      </label>
      {remove.isError && <ProblemView error={remove.error} what="Nothing was deleted" />}
    </AskDialog>
  )
}

const PARTS: { key: keyof SourceDependents; effect: string }[] = [
  { key: 'datasets', effect: 'These datasets stay as they are and are not renewed any more' },
  { key: 'transforms', effect: 'These transforms read them' },
  { key: 'pipelines', effect: 'These pipelines read the source and will fail' },
]

function Dependents({ found }: { found: SourceDependents }) {
  const some = PARTS.filter(({ key }) => found[key].length > 0)
  if (some.length === 0) return <p>Nothing depends on it.</p>
  return (
    <ul className="grid gap-2">
      {some.map(({ key, effect }) => (
        <li key={key}>
          {effect}: <span className="font-mono break-words text-text">{found[key].join(', ')}</span>
        </li>
      ))}
    </ul>
  )
}
