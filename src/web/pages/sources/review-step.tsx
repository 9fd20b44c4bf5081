import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { ConnectorInfo } from '../../../contract/sources.ts'
import { ProblemError } from '../../../client/problem-error.ts'
import { Field } from '../../components/field.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { client, queryClient } from '../../state/api.ts'
import { useMay } from '../../state/session.ts'
import { discoverQuery, sourcesQuery } from '../../state/source-queries.ts'
import { DatasetCollisions } from './dataset-collisions.tsx'
import { ReviewLine, RulesInWords } from './review-lines.tsx'
import { SettingsInWords } from './settings-in-words.tsx'
import { type SourceDraft, forgetSourceDraft, suggestStreams } from './source-draft.ts'
import { suggestSourceName } from './suggest-name.ts'

const NAME = /^[a-z_][a-z0-9_]{0,62}$/
const NAME_RULE = 'A name has lower-case letters, digits and _, starts with a letter or _, and has at most 63 characters.'

interface Props {
  connector: ConnectorInfo
  draft: SourceDraft
  change: (part: Partial<SourceDraft>) => void
  go: (step: 'settings' | 'streams' | 'modes') => void
}

/** All choices in one place, each with its way back; then the source is made, and read if wanted. */
export function ReviewStep({ connector, draft, change, go }: Props) {
  const sources = useQuery(sourcesQuery)
  // The streams were asked for on the way here; after a reload they are asked for again.
  const found = useQuery({
    ...discoverQuery({ connector: connector.id, settings: draft.settings }, draft.revision),
    enabled: draft.streams === null,
  })
  const streams = draft.streams ?? (found.data === undefined ? null : suggestStreams(found.data.streams))
  const name = draft.name ?? suggestSourceName(connector.id, draft.settings, sources.data?.map((source) => source.name) ?? [])
  const create = useCreate(connector, draft, name, streams)
  const may = useMay('sources.edit')
  const mayRead = useMay('runs.start')
  const taken = sources.data?.some((source) => source.name === name) === true || isTaken(create.error)
  const error = !NAME.test(name)
    ? NAME_RULE
    : name === 'new'
      ? 'That is the address of this page: choose another name.'
      : taken
        ? `There is a source ${name} already.`
        : undefined
  const ready = may && error === undefined && streams !== null && streams.length > 0 && !create.isPending
  return (
    <div className="grid max-w-[720px] gap-5">
      <Field label="Name" error={error} hint="Also the name of the pipeline that reads it.">
        {(ids) => (
          <input
            {...ids}
            className="input max-w-80 font-mono"
            value={name}
            onChange={(event) => change({ name: event.target.value.trim() })}
          />
        )}
      </Field>
      <Field label="Description" hint="What is in it, and who to ask. Optional.">
        {(ids) => (
          <input {...ids} className="input" value={draft.description} onChange={(event) => change({ description: event.target.value })} />
        )}
      </Field>
      <dl className="panel divide-y divide-line">
        <ReviewLine name="Kind">{connector.title}</ReviewLine>
        <ReviewLine name="Settings" onEdit={() => go('settings')}>
          <SettingsInWords schema={connector.settings} settings={draft.settings} />
        </ReviewLine>
        <ReviewLine name="Streams" onEdit={() => go('streams')}>
          {streams === null ? <span className="text-text-3">not chosen yet</span> : <RulesInWords rules={streams} />}
        </ReviewLine>
      </dl>
      {streams !== null && error === undefined && (
        <DatasetCollisions name={name} rules={streams} onChange={(next) => change({ streams: next })} />
      )}
      <p className="text-text-2">
        A run looks for personal data in every row and masks it by policy on the way to chart. Rows that do not fit go to quarantine with
        their reason. Atlas only reads: nothing is changed in the source.
      </p>
      {create.isError && !isTaken(create.error) && (
        <div className="panel">
          <ProblemView error={create.error} what="Could not create the source" />
        </div>
      )}
      <div className="flex flex-wrap gap-2">
        <button
          type="button"
          className="btn btn-primary"
          disabled={!ready || !mayRead}
          title={!may ? 'Your role does not include changing sources' : mayRead ? undefined : 'Your role does not include starting runs'}
          onClick={() => create.mutate(true)}
        >
          {create.isPending ? 'Creating' : 'Create and read now'}
        </button>
        <button type="button" className="btn" disabled={!ready} onClick={() => create.mutate(false)}>
          Create without reading
        </button>
        <button type="button" className="btn" onClick={() => go('modes')}>
          Back
        </button>
      </div>
    </div>
  )
}

function isTaken(error: unknown): boolean {
  return error instanceof ProblemError && error.code === 'source.exists'
}

/** Creates the source and, when asked, starts its first run; then goes to what was made. */
function useCreate(connector: ConnectorInfo, draft: SourceDraft, name: string, streams: SourceDraft['streams']) {
  const navigate = useNavigate()
  return useMutation({
    mutationFn: async (read: boolean) => {
      const body = { name, connector: connector.id, description: draft.description, settings: draft.settings, streams: streams ?? [] }
      await client.call('POST /sources', { body })
      forgetSourceDraft(connector.id)
      // The source stands from here on. A first run that cannot start is told on its page, which has the button to try again.
      return read ? client.call('POST /sources/:name/sync', { params: { name }, body: {} }).catch(() => null) : null
    },
    onSuccess: async (run) => {
      void queryClient.invalidateQueries({ queryKey: ['sources'] })
      await (run === null
        ? navigate({ to: '/sources/$name', params: { name } })
        : navigate({ to: '/runs/$runId', params: { runId: run.id } }))
    },
  })
}
