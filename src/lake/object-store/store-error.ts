import { AtlasError } from '../../core/errors.ts'

interface SdkError {
  name: string
  status: number | undefined
}

const DENIED = new Set([
  'AccessDenied',
  'AllAccessDisabled',
  'AuthorizationHeaderMalformed',
  'CredentialsProviderError',
  'InvalidAccessKeyId',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
])
/** Such an answer may be another one with fresh credentials. */
const STALE = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidToken',
  'RequestExpired',
  'TokenRefreshRequired',
])
const WRONG_PLACE = new Set(['NoSuchBucket', 'InvalidBucketName', 'PermanentRedirect', 'IllegalLocationConstraintException'])

/** Whether fresh credentials may help. The answer to a HEAD has no body, and so no code. */
export function maySpeakOfCredentials(error: unknown): boolean {
  const { name, status } = factsOf(error)
  return (
    STALE.has(name) || name === 'CredentialsProviderError' || (isNameless(name) && (status === 400 || status === 401 || status === 403))
  )
}

/** Whether the store says that the name is taken. 409 is said while another upload of it ends. */
export function isTaken(error: unknown): boolean {
  const { name, status } = factsOf(error)
  return name === 'PreconditionFailed' || name === 'ConditionalRequestConflict' || status === 412
}

/** Whether the store says that there is no such object, or no such upload any more. */
export function isAbsent(error: unknown): boolean {
  const { name, status } = factsOf(error)
  return name === 'NoSuchKey' || name === 'NotFound' || name === 'NoSuchUpload' || (status === 404 && name !== 'NoSuchBucket')
}

/** Says for people what the store refused. Nothing of what the SDK knows of the request goes on: it holds signatures. */
export function toStoreError(error: unknown, place: string, subject: string): AtlasError {
  if (error instanceof AtlasError) return error
  const { name, status } = factsOf(error)
  const cause = new Error(`${name}${status === undefined ? '' : ` (HTTP ${status})`}`)
  const about = `${subject} in ${place}`
  if (DENIED.has(name) || maySpeakOfCredentials(error) || status === 401 || status === 403)
    return new AtlasError('lake.store_denied', `The object store refused ${about}: ${reasonOf(name)}`, { cause })
  if (WRONG_PLACE.has(name) || status === 301)
    return new AtlasError('lake.store_missing', `The object store has no such bucket, or has it elsewhere: ${about} (${name}).`, { cause })
  if (isAbsent(error)) return new AtlasError('lake.file_missing', `The object store does not have ${about}.`, { cause })
  if (name === 'NotImplemented' || status === 501)
    return new AtlasError('lake.store_unsuitable', `The object store does not know how to do what was asked for ${about} (${name}).`, {
      cause,
    })
  if (name === 'BadDigest' || name === 'XAmzContentChecksumMismatch' || name === 'XAmzContentSHA256Mismatch')
    return new AtlasError('lake.upload_damaged', `What came to the object store of ${about} is not what was sent.`, { cause })
  return new AtlasError('lake.store_unreachable', `The object store did not do its part for ${about}: ${cause.message}.`, { cause })
}

/** @throws AtlasError `run.cancelled` where the signal has aborted */
export function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelled(signal)
}

export function cancelled(signal: AbortSignal, cause?: unknown): AtlasError {
  if (signal.reason instanceof AtlasError) return signal.reason
  const safe = cause === undefined ? undefined : new Error(factsOf(cause).name)
  return new AtlasError('run.cancelled', 'The work was cancelled; nothing was published.', { cause: safe })
}

function reasonOf(name: string): string {
  if (name === 'CredentialsProviderError') return 'no credentials were found.'
  if (STALE.has(name)) return `the credentials have expired or are gone, and asking for fresh ones gave none that it takes (${name}).`
  if (name === 'RequestTimeTooSkewed') return 'the clock of this machine is wrong (RequestTimeTooSkewed).'
  return isNameless(name) ? 'access is denied.' : `${name}.`
}

function isNameless(name: string): boolean {
  return (
    name === 'Unknown' || name === 'UnknownError' || name === 'Error' || name === '403' || name === 'Forbidden' || name === 'BadRequest'
  )
}

function factsOf(error: unknown): SdkError {
  const { name, code, $metadata } = error as { name?: unknown; code?: unknown; $metadata?: { httpStatusCode?: number } }
  const status = $metadata?.httpStatusCode
  // Errors of the network are known by their code, e.g. ECONNREFUSED.
  return { name: status === undefined && typeof code === 'string' ? code : String(name), status }
}
