import { StreamRule } from '../contract/pipelines.ts'
import type { Run } from '../contract/runs.ts'
import { AtlasError } from '../core/errors.ts'
import { sourcePipeline } from '../store/source-pipeline.ts'
import type { SourceRow } from '../store/sources.ts'
import type { Platform } from './platform.ts'

export interface SyncWish {
  streams?: string[] | undefined
  full: boolean
  backfill?: { from: string; to: string } | undefined
}

/**
 * Starts a run of a saved source.
 * @throws AtlasError `source.paused`, `source.stream_not_found`, `source.cursor_invalid`, `request.invalid`
 */
export async function syncSource({ runs }: Pick<Platform, 'runs'>, source: SourceRow, wish: SyncWish, requestedBy: string): Promise<Run> {
  if (source.paused) throw new AtlasError('source.paused', `The source ${source.name} is paused.`)
  if (wish.full && wish.backfill !== undefined)
    throw new AtlasError('request.invalid', 'full and backfill exclude each other: a full sync reads everything.')
  const chosen = chooseStreams(source, wish.streams)
  const streams = wish.full ? restart(chosen) : wish.backfill === undefined ? chosen : backfill(chosen, wish.backfill)
  const definition = sourcePipeline(source, streams)
  return runs.start({ definition, trigger: 'api', requestedBy, workingFolder: process.cwd() })
}

/** The source's own rules for the streams named; every stream by default where it has no rules. */
function chooseStreams(source: SourceRow, names: readonly string[] | undefined): StreamRule[] {
  if (names === undefined) return source.streams
  return names.map((name) => {
    const rule = source.streams.find((candidate) => candidate.name === name)
    if (rule !== undefined) return rule
    if (source.streams.length === 0) return StreamRule.parse({ name })
    const chosen = source.streams.map((candidate) => candidate.name).join(', ')
    throw new AtlasError('source.stream_not_found', `The source ${source.name} has no chosen stream "${name}"; it has: ${chosen}.`)
  })
}

/** What the streams have reached is forgotten by the run itself: one that fails leaves it as it was. All streams by default are replaced each time. */
function restart(streams: readonly StreamRule[]): StreamRule[] {
  return streams.map((rule) => ({ ...rule, restart: true }))
}

function backfill(streams: readonly StreamRule[], window: { from: string; to: string }): StreamRule[] {
  const without = streams.filter(({ cursor }) => cursor === undefined)
  if (streams.length === 0 || without.length > 0) {
    const which = streams.length === 0 ? 'No stream is chosen' : `${without.map(({ name }) => name).join(', ')} has no cursor`
    throw new AtlasError('source.cursor_invalid', `${which}, and a backfill needs one.`, {
      next: 'Name streams that have a cursor, or give them one.',
    })
  }
  return streams.map((rule) => (rule.cursor === undefined ? rule : { ...rule, cursor: { ...rule.cursor, backfill: window } }))
}
