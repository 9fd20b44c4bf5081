import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Connector, ConnectorBody, ReadContext, Stream } from '../connectors/connector.ts'
import type { StreamRule } from '../contract/pipelines.ts'
import type { CheckedPart, DiscoveredStream, StreamPreview } from '../contract/sources.ts'
import { AtlasError } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { namedStream, planRequest } from '../pipeline/plan-request.ts'
import type { Platform } from './platform.ts'

/** What is asked of a source outside of a run. */
export interface Probe {
  /** Guarded: its errors hold no secret. */
  connector: Connector
  /** As the connector reads them: parsed, secrets open. */
  settings: unknown
  /** What budgets of requests are shared by. */
  name: string
  /** Aborted when the client has gone. */
  signal: AbortSignal
}

const LONGEST_MS = 60_000
const PREVIEW_ROWS = 50

/** Says whether the source can be read, part by part. A source that does not answer in time is a failed part. */
export async function testSource(platform: Platform, probe: Probe): Promise<CheckedPart[]> {
  const started = performance.now()
  try {
    const parts = await ask(platform, probe, (body, context) => body.check(probe.settings, context))
    return parts.map(({ durationMs, ...part }) => ({ ...part, durationMs: durationMs ?? null }))
  } catch (error) {
    if (!(error instanceof AtlasError) || error.code !== 'source.timeout') throw error
    return [{ part: 'connection', ok: false, detail: error.message, durationMs: Math.round(performance.now() - started) }]
  }
}

/** The streams of a source. */
export async function discoverStreams(platform: Platform, probe: Probe): Promise<DiscoveredStream[]> {
  const streams = await ask(platform, probe, (body, context) => body.discover(probe.settings, context))
  return streams.map((stream) => describeStream(probe.connector, stream))
}

/** The first rows of a stream, as in the source. */
export async function previewStream(platform: Platform, probe: Probe, rule: StreamRule): Promise<StreamPreview> {
  return ask(platform, probe, async (body, context) => {
    const streams = await body.discover(probe.settings, context, [rule.name])
    const stream = streams.find(({ name }) => name === rule.name) ?? queryStream(rule)
    const modes = stream.modes ?? probe.connector.modes
    // Rows that are only looked at need no key.
    const mode = modes.includes('replace') ? 'replace' : (modes[0] ?? rule.mode)
    const { request } = planRequest(probe.connector, stream, { ...rule, mode })
    const { columns, rows } = await body.preview(probe.settings, { ...request, cursor: rule.cursor ?? null }, context)
    return { columns, rows: rows.slice(0, PREVIEW_ROWS) }
  })
}

/** @throws AtlasError `source.stream_not_found` for a stream without a query of its own */
function queryStream(rule: StreamRule): Stream {
  if (rule.query === undefined) throw new AtlasError('source.stream_not_found', `The source has no stream "${rule.name}".`)
  return namedStream(rule.name)
}

function describeStream(connector: Connector, stream: Stream): DiscoveredStream {
  const columns = stream.columns?.map(({ name, type, sourceType, nullable }) => ({
    name,
    type,
    sourceType: sourceType ?? null,
    nullable: nullable ?? null,
  }))
  return {
    name: stream.name,
    title: stream.title ?? null,
    kind: stream.kind ?? 'file set',
    columns: columns ?? null,
    primaryKey: stream.primaryKey ?? [],
    cursors: stream.cursors ?? [],
    modes: [...(stream.modes ?? connector.modes)],
    rowEstimate: stream.rowEstimate,
    sizeBytes: stream.sizeBytes,
    details: stream.details ?? {},
  }
}

/** Asks the connector, in a folder of its own, for as long as somebody waits and a minute at most. */
async function ask<T>(
  platform: Platform,
  { connector, name, signal }: Probe,
  work: (body: ConnectorBody<unknown>, context: ReadContext) => Promise<T>,
): Promise<T> {
  const { folders, now, random, secrets, uploadPath } = platform
  const scratch = path.join(folders.scratch, newId('probe', now().getTime(), random))
  const late = AbortSignal.timeout(LONGEST_MS)
  const stop = AbortSignal.any([signal, late])
  await mkdir(scratch, { recursive: true, mode: 0o700 })
  try {
    const context: ReadContext = {
      signal: stop,
      scratch,
      workingFolder: process.cwd(),
      source: name,
      uploadPath,
      progress: () => undefined,
      log: () => undefined,
      fetch: platform.fetch,
      now,
      random,
      keepSecret: (old, renewed) => secrets.keepRenewed(old, renewed),
    }
    const body = await connector.load()
    return await Promise.race([work(body, context), aborted(stop)])
  } catch (error) {
    if (late.aborted && !signal.aborted)
      throw new AtlasError('source.timeout', `The source did not answer within ${LONGEST_MS / 1000} s.`, { cause: error })
    throw error
  } finally {
    await rm(scratch, { recursive: true, force: true }).catch(() => undefined)
  }
}

/** A connector that does not look at its signal must not hold up who waits. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(signal.reason as Error)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}
