import type { z } from 'zod'

/**
 * What a caller must be allowed to do. `public` needs no sign-in, `self` needs any signed-in caller;
 * every other entry is granted by a role (see `src/access/roles.ts`).
 */
export type Permission =
  | 'public'
  | 'self'
  | 'datasets.read'
  | 'datasets.read_raw'
  | 'datasets.export'
  | 'runs.read'
  | 'runs.start'
  | 'uploads.write'
  | 'sources.read'
  | 'sources.edit'
  | 'sources.read_local_files'
  | 'quarantine.edit'
  | 'sql.run'
  | 'transforms.edit'
  | 'pipelines.edit'
  | 'schedules.edit'
  | 'alerts.act'
  | 'alerts.edit'
  | 'pii.analyze'
  | 'pii.review'
  | 'quality.edit'
  | 'users.manage'
  | 'tokens.manage'
  | 'audit.read'
  | 'settings.edit'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** `METHOD /path/:param`, relative to `/api/v1`. The one name of an endpoint everywhere. */
export type EndpointKey = `${Method} /${string}`

export interface Endpoint {
  /** One line, shown in OpenAPI and docs. */
  summary: string
  /** Longer text for the docs: limits, errors worth knowing. */
  description?: string
  permission: Permission
  params?: z.ZodObject
  query?: z.ZodObject
  body?: z.ZodType
  /** JSON reply. Left out for `stream` endpoints. */
  reply?: z.ZodType
  /** HTTP status of success; 200 unless told. */
  status?: 200 | 201 | 202 | 204
  /** `sse`: text/event-stream; `file`: a download; `multipart`: takes a multipart/form-data body and replies JSON. */
  stream?: 'sse' | 'file' | 'multipart'
  /** What a JSON body may have at most; 1 MiB unless told. */
  bodyLimitBytes?: number
  /** The body is also kept as it was sent, for a signature over it: `rawBody` of the request. */
  keepsBody?: true
}

export type Endpoints = Record<EndpointKey, Endpoint>

/** Keeps the literal types of a table of endpoints. An endpoint without a permission does not compile. */
export function endpoints<const T extends Endpoints>(table: T): T {
  return table
}

export type Infer<T> = T extends z.ZodType ? z.output<T> : undefined
export type InferInput<T> = T extends z.ZodType ? z.input<T> : undefined
