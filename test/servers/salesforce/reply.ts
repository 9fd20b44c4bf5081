import type { Refusal } from './refusal.ts'

/** An answer before it goes on the wire. */
export interface Reply {
  status: number
  headers: Record<string, string>
  body: Buffer
  /** The same body compressed, where it is at hand. */
  gzipped?: Buffer | undefined
}

export interface Request {
  method: string
  /** Path without the query. */
  path: string
  query: URLSearchParams
  headers: Record<string, string | string[] | undefined>
  body: string
}

export function jsonReply(value: unknown, status = 200, headers: Record<string, string> = {}): Reply {
  return textReply(JSON.stringify(value), 'application/json;charset=UTF-8', status, headers)
}

export function textReply(text: string, contentType: string, status = 200, headers: Record<string, string> = {}): Reply {
  return { status, headers: { 'content-type': contentType, ...headers }, body: Buffer.from(text) }
}

export function refusalReply({ status, errorCode, message }: Refusal): Reply {
  return jsonReply([{ errorCode, message }], status)
}
