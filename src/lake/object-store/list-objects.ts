import type { StoredFile } from '../lake-files.ts'
import type { ObjectStore } from './object-store.ts'
import { isAbsent } from './store-error.ts'
import { abortUpload } from './upload-object.ts'

/** Every file of the lake in the bucket; other things that stand there are not ours, and left out. */
export async function* listObjects(store: ObjectStore): AsyncGenerator<StoredFile> {
  const start = store.key('')
  for (let after: string | undefined; ;) {
    const page = await store.call('the list of files', undefined, ({ client, sdk, bucket }) =>
      client.send(new sdk.ListObjectsV2Command({ Bucket: bucket, Prefix: start, ContinuationToken: after })),
    )
    for (const { Key = '', Size = 0, LastModified } of page.Contents ?? []) {
      const path = Key.slice(start.length)
      if (Key.startsWith(start) && isFilePath(path) && LastModified !== undefined) yield { path, sizeBytes: Size, modifiedAt: LastModified }
    }
    if (page.IsTruncated !== true || page.NextContinuationToken === undefined) return
    after = page.NextContinuationToken
  }
}

/** Removes a file; one that is not there is no error. */
export async function removeObject(store: ObjectStore, path: string): Promise<void> {
  await store.call(path, undefined, async ({ client, sdk, bucket }) => {
    await client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: store.key(path) })).catch((error: unknown) => {
      if (!isAbsent(error)) throw error
    })
  })
}

/** Gives up uploads in parts that were begun before a time and never ended: a killed process left them, and their parts are paid for. */
export async function sweepUploads(store: ObjectStore, olderThan: Date): Promise<void> {
  const start = store.key('')
  for (let [key, id] = [undefined, undefined] as (string | undefined)[]; ;) {
    const page = await store.call('the list of uploads', undefined, ({ client, sdk, bucket }) =>
      client.send(new sdk.ListMultipartUploadsCommand({ Bucket: bucket, Prefix: start, KeyMarker: key, UploadIdMarker: id })),
    )
    for (const { Key = '', UploadId = '', Initiated } of page.Uploads ?? []) {
      const path = Key.slice(start.length)
      if (Key.startsWith(start) && isFilePath(path) && Initiated !== undefined && Initiated <= olderThan)
        await abortUpload(store, path, UploadId)
    }
    if (page.IsTruncated !== true || page.NextKeyMarker === undefined) return
    key = page.NextKeyMarker
    id = page.NextUploadIdMarker
  }
}

/** E.g. `explore/customers/f_….parquet`. */
function isFilePath(path: string): boolean {
  return /^(explore|chart|navigate|quarantine)\/.+\.parquet$/.test(path)
}
