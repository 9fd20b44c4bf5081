import { AtlasError, type ErrorCode } from '../../core/errors.ts'

/** An error as the driver, the socket or the TLS layer gives it. */
export interface DriverError extends Error {
  code?: string
  errno?: number
  sqlMessage?: string
}

/** Numbers of MySQL's and MariaDB's server errors. See https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html */
const SERVER: Record<number, ErrorCode> = {
  1045: 'source.sign_in_failed',
  1130: 'source.sign_in_failed',
  1251: 'source.sign_in_failed',
  1524: 'source.sign_in_failed',
  1698: 'source.sign_in_failed',
  1820: 'source.sign_in_failed',
  1862: 'source.sign_in_failed',
  3118: 'source.sign_in_failed',
  4151: 'source.sign_in_failed',
  3159: 'source.tls',
  1044: 'source.permission_denied',
  1142: 'source.permission_denied',
  1143: 'source.permission_denied',
  1227: 'source.permission_denied',
  1345: 'source.permission_denied',
  1356: 'source.permission_denied',
  1370: 'source.permission_denied',
  1449: 'source.permission_denied',
  1046: 'source.bad_settings',
  1049: 'source.bad_settings',
  1051: 'source.stream_not_found',
  1146: 'source.stream_not_found',
  1054: 'source.column_missing',
  1290: 'source.read_only',
  1792: 'source.read_only',
  1836: 'source.read_only',
  1205: 'source.timeout',
  1969: 'source.timeout',
  3024: 'source.timeout',
  1412: 'source.changed',
  1040: 'source.unreachable',
  1053: 'source.unreachable',
  1129: 'source.unreachable',
  1203: 'source.unreachable',
  1226: 'source.rate_limited',
  1927: 'source.unreachable',
  3169: 'source.unreachable',
}

const TLS =
  /^(HANDSHAKE_SSL_ERROR|HANDSHAKE_NO_SSL_SUPPORT|CERT_|ERR_TLS|ERR_SSL|EPROTO|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH)/

/** Whether the name could not be looked up. */
export function isNameError(error: DriverError): boolean {
  return error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN' || error.code === 'EAI_FAIL'
}

function codeOf(error: DriverError): ErrorCode {
  const byNumber = error.errno === undefined ? undefined : SERVER[error.errno]
  if (byNumber !== undefined) return byNumber
  const code = error.code ?? ''
  if (TLS.test(code)) return 'source.tls'
  if (code === 'ETIMEDOUT' || code === 'PROTOCOL_SEQUENCE_TIMEOUT') return 'source.timeout'
  if (code.startsWith('AUTH_SWITCH_') || code.startsWith('MYSQL_CLEAR_PASSWORD') || /unknown plugin/.test(error.message))
    return 'source.sign_in_failed'
  if (isServerError(error)) return 'source.bad_query'
  return 'source.unreachable'
}

function isServerError(error: DriverError): boolean {
  return error.sqlMessage !== undefined && error.errno !== undefined && error.errno >= 1000 && error.errno < 10_000
}

/**
 * The error of Atlas for what the server, the network or the driver said. `doing` says what was being done ("Table orders cannot be read"). The
 * server's own words are kept: they name users, tables and columns; the words of a wrong value, which it quotes, are left out.
 */
export function sourceError(thrown: unknown, doing: string): AtlasError {
  if (thrown instanceof AtlasError) return thrown
  const error = thrown as DriverError
  const code = codeOf(error)
  return new AtlasError(code, `${doing}: ${words(error, code)}.`, { cause: withoutStatement(error) })
}

function words(error: DriverError, code: ErrorCode): string {
  if (isServerError(error)) return `${serverWords(error.sqlMessage ?? '')} (error ${error.errno})`
  if (isNameError(error)) return 'the name of the host is not known'
  if (error.code === 'ECONNREFUSED') return 'nothing listens there (ECONNREFUSED)'
  if (code === 'source.timeout') return 'it did not answer in time'
  if (error.code === 'PROTOCOL_CONNECTION_LOST' || error.code === 'ECONNRESET' || error.code === 'EPIPE') return 'the connection was lost'
  if (error.code === 'HANDSHAKE_NO_SSL_SUPPORT')
    return 'the server does not offer TLS; set tls.mode to off only where the network is trusted'
  const detail = error.message.replace(/\.$/, '')
  return detail === '' ? (error.code ?? 'no reason given') : detail
}

/** "Incorrect DATE value: '…'" and "Duplicate entry '…'" quote values of rows. */
function serverWords(message: string): string {
  return message
    .replace(/^((?:Truncated )?[Ii]ncorrect .{1,40}? value|Duplicate entry)[\s\S]*$/, '$1')
    .replace(/\.$/, '')
    .slice(0, 500)
}

/** The driver hangs the statement on its errors; the statement may hold values. */
function withoutStatement(error: DriverError): Error {
  return Object.assign(new Error(words(error, codeOf(error))), { code: error.code, errno: error.errno })
}

/** The error of a read that was told to stop. */
export function cancelledError(signal: AbortSignal): AtlasError {
  if (signal.reason instanceof AtlasError) return signal.reason
  return new AtlasError('run.cancelled', 'The read was cancelled; nothing was published.', { cause: signal.reason })
}
