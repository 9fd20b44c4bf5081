import { AtlasError } from '../../core/errors.ts'
import type { ObjectStore } from './object-store.ts'
import { isAbsent, isTaken } from './store-error.ts'

/** Says which lake a bucket, or a prefix of it, belongs to. */
const MARKER = 'atlas-lake.json'

/**
 * Takes an empty place for a lake, or proves that it is the lake's: the files of another would be orphans here, and be collected.
 * @throws AtlasError `lake.not_this_one`, `lake.store_*`
 */
export async function claimBucket(store: ObjectStore, lakeId: string): Promise<void> {
  const owner = (await readMarker(store)) ?? (await writeMarker(store, lakeId)) ?? (await readMarker(store))
  if (owner === lakeId) return
  const message = `${store.place} holds another lake (${owner ?? 'unknown'}) than the one that this database knows (${lakeId}).`
  throw new AtlasError('lake.not_this_one', message)
}

/** @returns the lake's id; null where nothing stands */
async function readMarker(store: ObjectStore): Promise<string | null> {
  return store.call(MARKER, undefined, async ({ client, sdk, bucket }) => {
    const answer = await client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: store.key(MARKER) })).catch((error: unknown) => {
      if (isAbsent(error)) return null
      throw error
    })
    if (answer === null) return null
    const text = (await answer.Body?.transformToString()) ?? ''
    return /"lake"\s*:\s*"([\w-]+)"/.exec(text)?.[1] ?? 'unknown'
  })
}

/** @returns the id; null when another was first */
async function writeMarker(store: ObjectStore, lakeId: string): Promise<string | null> {
  return store.call(MARKER, undefined, async ({ client, sdk, bucket }) => {
    const input = { Bucket: bucket, Key: store.key(MARKER), Body: `${JSON.stringify({ lake: lakeId })}\n`, ContentType: 'application/json' }
    try {
      await client.send(new sdk.PutObjectCommand({ ...input, IfNoneMatch: '*' }))
      return lakeId
    } catch (error) {
      if (isTaken(error)) return null
      throw error
    }
  })
}

/** Reads from the bucket, which needs no more permissions than the lake itself. @returns what to call to ask; it gives a sentence for people */
export function bucketCheck(store: ObjectStore): () => Promise<string> {
  let versions: boolean | undefined
  return async () => {
    await readMarker(store)
    versions ??= await keepsVersions(store)
    return `${store.place} answers${versions ? '; it keeps versions, so files that Atlas destroys can still be read there' : ''}.`
  }
}

/** Who may not ask, or asks a store without versions, is told nothing. */
async function keepsVersions(store: ObjectStore): Promise<boolean> {
  return store
    .call('the bucket', undefined, async ({ client, sdk, bucket }) => {
      const { Status } = await client.send(new sdk.GetBucketVersioningCommand({ Bucket: bucket }))
      return Status === 'Enabled'
    })
    .catch(() => false)
}
