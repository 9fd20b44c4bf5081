import type { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Caller } from '../access/caller.ts'
import type { Endpoint, Infer } from '../contract/endpoint.ts'
import type { EventStream } from './event-stream.ts'
import type { Platform } from './platform.ts'

/** What a handler knows of the request beside its validated parts. */
export interface RequestContext {
  /** Who asks. Never null where the endpoint's permission is not `public`. */
  caller: Caller
  /** The client's address, for the audit and the throttle. */
  address: string
  /** Aborted when the client has gone. */
  signal: AbortSignal
  /** Sets or (null) clears the session cookie of the reply. */
  setSessionCookie(secret: string | null): void
  /** The request itself, for streams alone. */
  http: FastifyRequest
}

type PublicContext = Omit<RequestContext, 'caller'> & { caller: Caller | null }

export type Input<E extends Endpoint> = (E extends { permission: 'public' } ? PublicContext : RequestContext) & {
  params: PartOf<E, 'params'>
  query: PartOf<E, 'query'>
  body: PartOf<E, 'body'>
}

type PartOf<E, Part extends string> = E extends { [key in Part]: infer S } ? Infer<S> : undefined

/** A download: bytes with a name. The stream is destroyed when the client goes. */
export interface Download {
  stream: Readable
  fileName: string
  contentType: string
  sizeBytes: number
  /** Set for a page to be read in the browser: shown in place, under a policy of its own. A file is saved. */
  shownUnder?: { contentSecurityPolicy: string }
}

/** Fills an open event stream; resolves when there is nothing more to send. Null in its place answers 204: do not come back. */
export type EventSource = (stream: EventStream) => Promise<void>

type Output<E extends Endpoint> = E extends { stream: 'sse' }
  ? EventSource | null
  : E extends { stream: 'file' }
    ? Download
    : E extends { reply: infer S extends z.ZodType }
      ? z.input<S>
      : void

export type Handler<E extends Endpoint> = (input: Input<E>, platform: Platform) => Promise<Output<E>> | Output<E>

/** A handler for every endpoint of a table: a missing one does not compile, a reply of another shape neither. */
export type Handlers<T extends Record<string, Endpoint>> = { [Key in keyof T]: Handler<T[Key]> }
