import type { Pipeline } from '../../../contract/stored-pipelines.ts'
import { RUN_MARKS, type Mark } from '../../components/status-badge.tsx'

/** How a pipeline is: what it was told, before what its last run did. */
export function pipelineState({ paused, lastRun }: Pick<Pipeline, 'paused' | 'lastRun'>): { mark: Mark; word: string } {
  if (paused) return { mark: 'paused', word: 'Paused' }
  return lastRun === null ? { mark: 'waiting', word: 'Never run' } : RUN_MARKS[lastRun.state]
}

/** What it reads: the saved source, or the kind of source that its definition has. */
export function sourceOf({ definition: { source } }: Pick<Pipeline, 'definition'>): string {
  return source.saved ?? source.connector
}

/** The tables that it makes, as far as its definition names them. */
export function outputsOf({ definition: { streams, transforms } }: Pick<Pipeline, 'definition'>): string {
  const named = streams.map(({ name, dataset }) => dataset ?? name)
  const made = transforms.map(({ name }) => `navigate.${name}`)
  return [...(named.length === 0 ? ['all of its streams'] : named), ...made].join(', ')
}

/** The commit as people write it. */
export function shortCommit(commit: string): string {
  return commit.slice(0, 7)
}
