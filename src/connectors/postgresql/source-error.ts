import { AtlasError, type ErrorCode } from '../../core/errors.ts'

/** What an error of `pg`, of the server or of a socket has; any of it may be missing. */
interface RawError {
  code?: unknown
  message?: unknown
}

const NETWORK: Record<string, string> = {
  ENOTFOUND: 'the host is not known',
  EAI_AGAIN: 'the name look-up gave no answer',
  ECONNREFUSED: 'nothing listens there',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no way to the network',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOENT: 'there is no socket',
  EACCES: 'the socket may not be used',
}

const CODES: Record<string, ErrorCode> = {
  '28P01': 'source.sign_in_failed',
  '28000': 'source.sign_in_failed',
  '3D000': 'source.bad_settings',
  '42501': 'source.permission_denied',
  '42P01': 'source.stream_not_found',
  '3F000': 'source.stream_not_found',
  '42703': 'source.column_missing',
  '25006': 'source.read_only',
  '57014': 'source.timeout',
  '55P03': 'source.timeout',
  '25P03': 'source.timeout',
  '25P04': 'source.timeout',
  '40001': 'source.changed',
  '40P01': 'source.changed',
  '53300': 'source.unreachable',
  '57P01': 'source.unreachable',
  '57P02': 'source.unreachable',
  '57P03': 'source.unreachable',
}

/** Conditions that pass: doing the same again, from where it stopped, may help. */
const PASSING = new Set([
  '40001',
  '40P01',
  '57014',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '55P03',
  '25P03',
  '25P04',
  '72000',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
])

/** Words of `pg` for a connection that ended, which carry no code. */
const CUT = /Connection terminated|connection is closed|Client was closed|not queryable|rows, and \d+ arrived/

/** Says whether a read that failed like this is worth another attempt. */
export function isPassing(error: unknown): boolean {
  if (error instanceof AtlasError) return error.retry && error.code.startsWith('source.')
  const { code, message } = error as RawError
  if (typeof code === 'string' && (PASSING.has(code) || code.startsWith('08'))) return true
  return CUT.test(String(message))
}

/** Says whether the failure was a time limit on one statement: less at once may get through. */
export function isTimeLimit(error: unknown): boolean {
  return (error as RawError).code === '57014'
}

/** Says whether the server could not be reached at all: another of its addresses may do. */
export function isNetworkError(error: unknown): boolean {
  const { code } = error as RawError
  return typeof code === 'string' && (code in NETWORK || code === 'ETIMEDOUT')
}

/** Says whether the error is about the certificate or the TLS handshake. */
export function isTlsError(error: unknown): boolean {
  const { code, message } = error as RawError
  const name = typeof code === 'string' ? code : ''
  return (
    /^(CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO|ERR_OSSL)/.test(name) || /SSL connection|TLS/.test(String(message))
  )
}

/**
 * What went wrong, in Atlas's words. The server's own words are kept where they name things (tables, columns, users) and left out where they can
 * hold a value.
 * @param place what was being reached or read, e.g. `db.example.org:5432` or `the stream "orders"`
 */
export function sourceError(error: unknown, place: string): AtlasError {
  if (error instanceof AtlasError) return error
  const { code, message } = error as RawError
  const name = typeof code === 'string' ? code : ''
  const words = String(message)
  if (isTlsError(error)) return new AtlasError('source.tls', `${place}: ${words}${name === '' ? '' : ` (${name})`}.`)
  if (name in NETWORK) return new AtlasError('source.unreachable', `${place}: ${NETWORK[name]} (${name}).`)
  if (name === 'ETIMEDOUT' || /timeout expired|timed out/.test(words))
    return new AtlasError('source.timeout', `${place}: there was no answer in time.`)
  if (/rows, and .* arrived/.test(words)) return new AtlasError('source.incomplete', `${place}: ${words}.`)
  if (CUT.test(words) || name.startsWith('08')) return new AtlasError('source.unreachable', `${place}: the connection was cut.`)
  if (/password|SASL|SCRAM/i.test(words) && name === '')
    return new AtlasError('source.sign_in_failed', `${place}: the server asks for a password that was not given or is not accepted.`)
  // DuckDB's words quote the value.
  const [, kind] = /^([A-Z][A-Za-z ]+ Error): /.exec(words) ?? []
  if (kind !== undefined) return new AtlasError('source.unexpected_answer', `${place}: the rows that arrived cannot be taken (${kind}).`)
  if (!/^[0-9A-Z]{5}$/.test(name)) return new AtlasError('source.unexpected_answer', `${place}: ${firstLine(words)}`, { cause: error })
  if (name === '22021' || name === '22P05')
    return new AtlasError('source.value_out_of_range', `${place}: a text is not in the encoding that the database says (${name}).`, {
      next: 'Leave the column out, or correct the text in the database.',
    })
  return new AtlasError(
    CODES[name] ?? (/^(42|22|0A|21|54)/.test(name) ? 'source.bad_query' : 'source.unexpected_answer'),
    `${place}: ${ownWords(name, words)}`,
  )
}

/** Data exceptions (class 22) and constraint violations (23) quote values. */
function ownWords(code: string, words: string): string {
  return /^2[23]/.test(code) ? `a value does not fit the expression it is used in (${code}).` : `${firstLine(words)} (${code}).`
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}
