import type { Clock } from './clock.ts'
import type { Org } from './org.ts'
import { Refusal } from './refusal.ts'
import { jsonReply, type Reply, type Request } from './reply.ts'

const DAYS_30 = 30 * 86_400_000
const IDS = 600_000

/** `/sobjects/X/deleted` and `/updated`: at most thirty days back, at most 600,000 ids. */
export function listChanges(org: Org, clock: Clock, name: string, kind: 'deleted' | 'updated', { query }: Request): Reply {
  const object = org.objects.get(name.toLowerCase())
  if (object === undefined) throw new Refusal(404, 'NOT_FOUND', 'The requested resource does not exist')
  if (!object.replicateable) throw new Refusal(400, 'INVALID_TYPE_FOR_OPERATION', `entity type ${object.name} does not support replication`)
  const [startMs, endMs] = [Date.parse(query.get('start') ?? ''), Date.parse(query.get('end') ?? '')]
  const nowMs = clock.now().getTime()
  if (!(startMs < endMs)) throw new Refusal(400, 'INVALID_REPLICATION_DATE', 'startDate before endDate')
  if (endMs - startMs > DAYS_30 || startMs < nowMs - DAYS_30)
    throw new Refusal(400, 'INVALID_REPLICATION_DATE', 'startDate cannot be more than 30 days ago')
  const stamp = (ms: number): string => new Date(ms).toISOString().replace('Z', '+0000')
  const within = (ms: number): boolean => ms >= startMs && ms < endMs
  if (kind === 'updated') {
    const ids = [...object.rows.values()].filter((row) => within(Date.parse(String(row.values['SystemModstamp'])))).map((row) => row.Id)
    if (ids.length > IDS) throw new Refusal(400, 'EXCEEDED_ID_LIMIT', 'too many ids')
    return jsonReply({ ids, latestDateCovered: stamp(endMs) })
  }
  const inBin = [...object.rows.values()].flatMap((row) => (row.deletedAtMs === null ? [] : [{ id: row.Id, deletedAtMs: row.deletedAtMs }]))
  const found = [...inBin, ...object.purged].filter((one) => within(one.deletedAtMs))
  if (found.length > IDS) throw new Refusal(400, 'EXCEEDED_ID_LIMIT', 'too many ids')
  return jsonReply({
    deletedRecords: found.map((one) => ({ id: one.id, deletedDate: stamp(one.deletedAtMs) })),
    earliestDateAvailable: stamp(nowMs - DAYS_30),
    latestDateCovered: stamp(endMs),
  })
}
