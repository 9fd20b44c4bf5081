import { PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll } from 'vitest'
import type { SealedFile } from '../../../src/lake/lake-files.ts'
import { lakeFilesSuite } from '../../suites/lake-files-suite.ts'
import { openTestFiles } from '../../support/object-files.ts'
import { describeStore, startStore, type TestStore } from '../../support/seaweedfs.ts'

describeStore('with a real store', () => {
  let store: TestStore
  beforeAll(async () => {
    store = await startStore()
    Object.assign(process.env, store.env)
  })
  afterAll(() => store.stop())

  lakeFilesSuite(
    'a bucket',
    async () => {
      const bucket = await store.createBucket()
      const place = { endpoint: store.endpoint, bucket }
      const recorded = new Map<string, SealedFile>()
      const { files } = await openTestFiles(place, { recorded })
      return {
        files,
        reopen: async () => (await openTestFiles(place, { recorded })).files,
        damage: async (file, content) => {
          await store.client.send(new PutObjectCommand({ Bucket: bucket, Key: `some/lake/${file}`, Body: content }))
        },
        record: (file, sealed) => void recorded.set(file, sealed),
      }
    },
    { before: () => Promise.resolve(), after: () => Promise.resolve() },
  )
})
