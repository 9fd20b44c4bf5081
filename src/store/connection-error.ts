/** Codes of the operating system for a server that is not there, or not any more. */
const SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
])
/**
 * SQLSTATE (Postgres manual, appendix A): connection exception; shutdown, crash and starting up; too many connections;
 * wrong password or user; no such database; a database that takes no connections.
 */
const SQL_STATES = /^(08...|57P0[1-5]|53300|28...|3D000|55000)$/
/** What node-postgres throws without a code. */
const MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Cannot use a pool after|timeout expired|Query read timeout|The server does not support SSL)/

/** Whether the error means that the database does not answer (any more), as against one that answers with an error. */
export function isConnectionError(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isConnectionError)
  if (!(error instanceof Error)) return false
  const code = (error as { code?: unknown }).code
  if (code === 'store.unreachable') return true
  if (typeof code === 'string') return SYSTEM_CODES.has(code) || SQL_STATES.test(code)
  return MESSAGES.test(error.message)
}
