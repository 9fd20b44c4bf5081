import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { openLocalFiles } from '../../src/lake/local-files.ts'
import { openSharedFolder } from '../../src/lake/shared-folder.ts'
import { lakeFilesSuite } from '../suites/lake-files-suite.ts'

const folders: string[] = []
const places = [
  { name: 'a folder', open: openLocalFiles },
  { name: 'a folder that machines share', open: openSharedFolder },
]

for (const { name, open } of places)
  lakeFilesSuite(
    name,
    async () => {
      const folder = await mkdtemp('/tmp/atlas-test-lake-')
      folders.push(folder)
      const files = open(folder)
      await files.claim('lake_1')
      return {
        files,
        reopen: () => Promise.resolve(open(folder)),
        damage: (file, content) => writeFile(path.join(folder, file), content),
        record: () => undefined,
      }
    },
    {
      before: () => Promise.resolve(),
      after: async () => void (await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })))),
    },
  )
