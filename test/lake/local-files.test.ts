import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { openLocalFiles } from '../../src/lake/local-files.ts'
import { lakeFilesSuite } from '../suites/lake-files-suite.ts'

const folders: string[] = []

lakeFilesSuite(
  'a folder',
  async () => {
    const folder = await mkdtemp('/tmp/atlas-test-lake-')
    folders.push(folder)
    return {
      files: openLocalFiles(folder),
      reopen: () => Promise.resolve(openLocalFiles(folder)),
      damage: (file, content) => writeFile(path.join(folder, file), content),
      record: () => undefined,
    }
  },
  {
    before: () => Promise.resolve(),
    after: async () => void (await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })))),
  },
)
