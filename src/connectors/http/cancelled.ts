import { AtlasError } from '../../core/errors.ts'

/** The error of a read that was told to stop. */
export function cancelled(signal: AbortSignal): AtlasError {
  if (signal.reason instanceof AtlasError) return signal.reason
  return new AtlasError('run.cancelled', 'The read was cancelled; nothing was published.', { cause: signal.reason })
}

/** @throws AtlasError `run.cancelled` when the signal has been given */
export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled(signal)
}
