import { AtlasError } from '../../core/errors.ts'
import { ApiError } from './api-error.ts'
import type { Field } from './field-types.ts'
import type { Session } from './session.ts'

export interface ObjectHead {
  name: string
  label: string
  custom: boolean
  queryable: boolean
  replicateable: boolean
}

export interface ObjectDescription extends ObjectHead {
  fields: Field[]
}

/** The fields that tell when a row was changed, the best first: any change by anybody, by a user, its creation, a sign-in. */
const CURSORS = ['SystemModstamp', 'LastModifiedDate', 'CreatedDate', 'LoginTime']

/** Every object of the organisation that the user can see, one request. @throws AtlasError `source.*` */
export async function listObjects(session: Session): Promise<ObjectHead[]> {
  const { sobjects } = (await session.json({ path: '/sobjects' })) as { sobjects?: ObjectHead[] }
  if (!Array.isArray(sobjects)) throw new AtlasError('source.unexpected_answer', 'Salesforce lists no objects.')
  return sobjects
}

/** One object with its fields. @throws AtlasError `source.stream_not_found` and other `source.*` */
export async function describeObject(session: Session, name: string): Promise<ObjectDescription> {
  try {
    return (await session.json({ path: `/sobjects/${encodeURIComponent(name)}/describe` })) as ObjectDescription
  } catch (error) {
    if (!(error instanceof ApiError) || error.httpStatus !== 404) throw error
    throw new AtlasError('source.stream_not_found', `The organisation has no object ${JSON.stringify(name)} that its user can see.`, {
      cause: error,
    })
  }
}

/** Fields that rows can be found anew by, the best first: only those that Salesforce lets a query filter by. */
export function cursorFields({ fields }: ObjectDescription): string[] {
  return CURSORS.filter((name) => fields.some((field) => field.name === name && field.filterable))
}

/** True for the stamps that Salesforce itself sets: no row has one that lies in the future. */
export function isSystemStamp(name: string): boolean {
  return CURSORS.includes(name)
}

/** Rows of each object as Salesforce estimates them; empty when it does not say. */
export async function estimateRows(session: Session, names: readonly string[]): Promise<Map<string, number>> {
  try {
    const query: Record<string, string> = names.length > 0 && names.length <= 100 ? { sObjects: names.join(',') } : {}
    const { sObjects = [] } = (await session.json({ path: '/limits/recordCount', query })) as {
      sObjects?: { name: string; count: number }[]
    }
    return new Map(sObjects.map(({ name, count }) => [name, count]))
  } catch (error) {
    if (error instanceof ApiError) return new Map()
    throw error
  }
}
