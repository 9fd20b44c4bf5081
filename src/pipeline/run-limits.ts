import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { RunLimits } from '../contract/pipelines.ts'
import { durationMs } from '../core/duration-ms.ts'
import { AtlasError } from '../core/errors.ts'
import type { RunRow } from '../store/runs.ts'
import type { RunEnd } from './execute-run.ts'
import type { RunEnvironment } from './run-context.ts'

const UNITS = { MB: 1e6, GB: 1e9, MiB: 2 ** 20, GiB: 2 ** 30 } as const
/** The longest timer of JavaScript. */
const MOST_MS = 2 ** 31 - 1

/**
 * Carries out a run within the limits of its pipeline. `time` counts from the claim; a run that is at it still is stopped with AtlasError `run.time_limit`.
 * `memory` gives it a DuckDB of its own, beside that of all others: DuckDB's limit is one of an instance, not of a connection.
 */
export async function withinLimits(
  environment: RunEnvironment,
  row: Pick<RunRow, 'id' | 'fencing_token' | 'definition'>,
  signal: AbortSignal,
  execute: (environment: RunEnvironment, signal: AbortSignal) => Promise<RunEnd>,
): Promise<RunEnd> {
  const { time, memory } = row.definition.limits ?? {}
  const { signal: limited, stop } = timeLimit(time, signal)
  const spill = path.join(environment.scratch, `${row.id}.${row.fencing_token}.duckdb`)
  const lake = memory === undefined ? null : environment.lake.limited(bytesOf(memory), spill)
  try {
    return await execute(lake === null ? environment : { ...environment, lake }, limited)
  } finally {
    stop()
    lake?.close()
    if (lake !== null) await rm(spill, { recursive: true, force: true }).catch(() => undefined)
  }
}

function timeLimit(time: RunLimits['time'], signal: AbortSignal): { signal: AbortSignal; stop(): void } {
  if (time === undefined) return { signal, stop: () => undefined }
  const over = new AbortController()
  const reason = new AtlasError(
    'run.time_limit',
    `The run took longer than ${time}, which is all that its pipeline allows; nothing was published.`,
  )
  const timer = setTimeout(() => over.abort(reason), Math.min(MOST_MS, durationMs(time)))
  return { signal: AbortSignal.any([signal, over.signal]), stop: () => clearTimeout(timer) }
}

function bytesOf(size: string): number {
  const [, count, unit] = /^(\d+(?:\.\d+)?)\s*(MB|GB|MiB|GiB)$/.exec(size) ?? []
  return Math.floor(Number(count) * UNITS[unit as keyof typeof UNITS])
}
