import type { Reply } from './reply.ts'

/** What a request is for; faults are scripted by it. */
export type Route =
  | 'token'
  | 'versions'
  | 'objects'
  | 'describe'
  | 'query'
  | 'next-page'
  | 'job-create'
  | 'job-status'
  | 'job-results'
  | 'job-abort'
  | 'job-delete'
  | 'limits'
  | 'record-count'
  | 'deleted'
  | 'updated'
  | 'blob'
  | 'unknown'

export interface Fault {
  on: Route
  /** The request of this route that it hits, counted from when it was scripted; the first unless told. */
  at?: number
  /** How many requests one after the other; 1 unless told. */
  times?: number
  /** Only requests whose address or body holds this text. */
  when?: string
  /** Answers this instead. */
  reply?: { status: number; body?: string | Buffer; headers?: Record<string, string> }
  /** Sends that many bytes of the body, then breaks the connection. */
  resetAfter?: number
  /** Sends that many bytes of the body in chunks, then ends without the last chunk. */
  truncateAfter?: number
  /** Sends the body one byte at a time, this many milliseconds apart. */
  dripMs?: number
  /** Done just before the answer: changes the data or the clock in mid-read. */
  before?: () => void
}

export interface Faults {
  add(fault: Fault): void
  /** The fault that hits this request, if any. */
  hit(route: Route, text: string): Fault | null
}

export function createFaults(): Faults {
  const scripted: { fault: Fault; seen: number }[] = []
  return {
    add: (fault) => void scripted.push({ fault, seen: 0 }),
    hit: (route, text) => {
      for (const one of scripted) {
        const { fault } = one
        if (fault.on !== route || (fault.when !== undefined && !text.includes(fault.when))) continue
        one.seen++
        const first = fault.at ?? 1
        if (one.seen >= first && one.seen < first + (fault.times ?? 1)) return fault
      }
      return null
    },
  }
}

/** An error in Salesforce's own form. */
export function refused(status: number, errorCode: string, message = errorCode): NonNullable<Fault['reply']> {
  return { status, body: JSON.stringify([{ errorCode, message }]), headers: { 'content-type': 'application/json;charset=UTF-8' } }
}

export const TOTAL_REQUESTS = refused(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.')
export const CONCURRENT_REQUESTS = refused(403, 'REQUEST_LIMIT_EXCEEDED', 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.')
export const MAINTENANCE = {
  body: '<!DOCTYPE html><html><head><title>Salesforce maintenance</title></head><body></body></html>',
  headers: { 'content-type': 'text/html' },
}

export function faultReply({ reply }: Fault): Reply | null {
  if (reply === undefined) return null
  return { status: reply.status, headers: { ...reply.headers }, body: Buffer.from(reply.body ?? '') }
}
