import { queryOptions, useMutation } from '@tanstack/react-query'
import type { PipelineDefinition } from '../../contract/pipelines.ts'
import { client, queryClient } from './api.ts'

export function pipelineQuery(name: string) {
  return queryOptions({
    queryKey: ['pipelines', name],
    queryFn: ({ signal }) => client.call('GET /pipelines/:name', { params: { name }, signal }),
  })
}

export function versionsQuery(name: string) {
  return queryOptions({
    queryKey: ['pipelines', name, 'versions'],
    queryFn: ({ signal }) => client.call('GET /pipelines/:name/versions', { params: { name }, signal }),
  })
}

/** What is made from what. @param around id of a node: only it, and what is upstream and downstream of it */
export function graphQuery(around?: string) {
  return queryOptions({
    queryKey: ['graph', around ?? ''],
    queryFn: ({ signal }) => client.call('GET /graph', { query: { around }, signal }),
  })
}

const renew = async (): Promise<void> => {
  await Promise.all(['pipelines', 'graph', 'schedules'].map((key) => queryClient.invalidateQueries({ queryKey: [key] })))
}

/** Stores a definition as the next version. */
export function useSavePipeline() {
  return useMutation({
    mutationFn: (body: PipelineDefinition) => client.call('PUT /pipelines/:name', { params: { name: body.name }, body }),
    onSuccess: renew,
  })
}

/** Pauses or resumes a pipeline. */
export function usePausePipeline({ name, paused }: { name: string; paused: boolean }) {
  const key = paused ? 'POST /pipelines/:name/resume' : 'POST /pipelines/:name/pause'
  return useMutation({ mutationFn: () => client.call(key, { params: { name } }), onSuccess: renew })
}

/** Starts a run of a stored pipeline. */
export function useRunPipeline(name: string) {
  return useMutation({ mutationFn: () => client.call('POST /runs', { body: { pipelineName: name } }), onSuccess: renew })
}

/** Takes a pipeline out of the hands of its file. */
export function useReleasePipeline(name: string) {
  return useMutation({ mutationFn: () => client.call('POST /pipelines/:name/release', { params: { name } }), onSuccess: renew })
}

/** Makes an older version the newest one. */
export function useRestoreVersion(name: string, version: number) {
  return useMutation({
    mutationFn: () => client.call('POST /pipelines/:name/versions/:version/restore', { params: { name, version } }),
    onSuccess: renew,
  })
}
