import { AtlasError } from '../../core/errors.ts'
import { toAtlasError } from '../errors.ts'

/** An error as Presidio's clients know it: a status and a sentence, sent as `{"error": …}`. */
export class PresidioError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** 422: a parameter that Presidio's anonymizer calls invalid. */
export function invalidParameter(message: string): PresidioError {
  return new PresidioError(422, message)
}

/** Any error with the status and the sentence that a client of Presidio gets. What is not for callers says nothing of its inside. */
export function toPresidioError(error: unknown): PresidioError {
  if (error instanceof PresidioError) return error
  const known = error instanceof AtlasError ? error : toAtlasError(error)
  return new PresidioError(known.status, known.code === 'internal' ? 'Internal server error' : known.message)
}
