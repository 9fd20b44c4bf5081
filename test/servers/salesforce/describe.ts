import type { Org, SObject } from './org.ts'
import { Refusal } from './refusal.ts'
import { jsonReply, type Reply } from './reply.ts'

/** `/sobjects`: every object, without its fields. */
export function describeGlobal(org: Org, version: string): Reply {
  return jsonReply({ encoding: 'UTF-8', maxBatchSize: 200, sobjects: [...org.objects.values()].map((object) => head(object, version)) })
}

/** `/sobjects/X/describe`. */
export function describeObject(org: Org, name: string, version: string): Reply {
  const object = org.objects.get(name.toLowerCase())
  if (object === undefined) throw new Refusal(404, 'NOT_FOUND', 'The requested resource does not exist')
  return jsonReply({ ...head(object, version), fields: object.fields })
}

function head(object: SObject, version: string): Record<string, unknown> {
  const { name, label, keyPrefix, custom, queryable, replicateable } = object
  return {
    name,
    label,
    labelPlural: `${label}s`,
    keyPrefix,
    custom,
    queryable,
    replicateable,
    urls: { sobject: `/services/data/${version}/sobjects/${name}` },
  }
}
