import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { removeOrphans } from '../../src/lake/orphans.ts'
import type { LakeFiles, SealedFile } from '../../src/lake/lake-files.ts'
import { verifyFiles } from '../../src/lake/verify.ts'

/** One place for files, empty. */
export interface LakeFilesPlace {
  files: LakeFiles
  /** Opens the same place as another machine would, which has nothing of it. */
  reopen(): Promise<LakeFiles>
  /** Changes what is kept, as a fault of a disk would. */
  damage(file: string, content: Uint8Array): Promise<void>
  /** Lets the next machines know what was committed. */
  record(file: string, sealed: SealedFile): void
}

/** What every place for the files of a lake does the same. */
export function lakeFilesSuite(
  name: string,
  open: () => Promise<LakeFilesPlace>,
  setup: { before(): Promise<void>; after(): Promise<void> },
): void {
  describe(`files of the lake in ${name}`, () => {
    let place: LakeFilesPlace
    beforeAll(setup.before)
    afterAll(setup.after)
    beforeEach(async () => {
      place = await open()
    })

    const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex')

    async function put(file: string, content: Uint8Array): Promise<SealedFile> {
      await writeFile(await place.files.reserve(file), content)
      const sealed = await place.files.publish(file)
      place.record(file, sealed)
      return sealed
    }

    async function listed(files: LakeFiles): Promise<Record<string, number>> {
      const found: Record<string, number> = {}
      for await (const { path: file, sizeBytes } of files.list()) found[file] = sizeBytes
      return found
    }

    it.each([1, 1000, 8 * 2 ** 20, 8 * 2 ** 20 + 1, 20_000_000])('keeps %i bytes, and another machine reads them', async (size) => {
      const content = randomBytes(size)
      expect(await put('explore/t/f_1.parquet', content)).toEqual({ sizeBytes: size, sha256: sha256(content) })
      const other = await place.reopen()
      const release = await other.hold(['explore/t/f_1.parquet'])
      expect(sha256(await readFile(path.join(other.folder, 'explore/t/f_1.parquet')))).toBe(sha256(content))
      release()
      other.close()
    })

    it('lists what was published, and nothing that was only reserved and removed', async () => {
      await put('explore/t/f_1.parquet', randomBytes(10))
      await put('quarantine/explore/t/q_1.parquet', randomBytes(20))
      await writeFile(await place.files.reserve('chart/t/f_2.parquet'), 'half')
      await place.files.remove('chart/t/f_2.parquet')
      expect(await listed(place.files)).toEqual({ 'explore/t/f_1.parquet': 10, 'quarantine/explore/t/q_1.parquet': 20 })
      expect(existsSync(path.join(place.files.folder, 'chart/t/f_2.parquet'))).toBe(false)
    })

    it('destroys a file for everybody, and takes one that is not there for destroyed', async () => {
      await put('explore/t/f_1.parquet', randomBytes(10))
      await place.files.remove('explore/t/f_1.parquet')
      await place.files.remove('explore/t/f_1.parquet')
      await place.files.remove('explore/t/never.parquet')
      expect(await listed(place.files)).toEqual({})
      expect(existsSync(path.join(place.files.folder, 'explore/t/f_1.parquet'))).toBe(false)
    })

    it('verifies every byte: what is missing, shorter or changed is told from what is well', async () => {
      const kept: Record<string, Buffer> = {}
      for (const name of ['well', 'gone', 'cut', 'changed']) kept[name] = randomBytes(1000)
      const recorded = []
      for (const [name, content] of Object.entries(kept))
        recorded.push({ path: `explore/t/${name}.parquet`, ...(await put(`explore/t/${name}.parquet`, content)) })
      await place.files.remove('explore/t/gone.parquet')
      await place.damage('explore/t/cut.parquet', kept['cut']!.subarray(0, 999))
      await place.damage(
        'explore/t/changed.parquet',
        Buffer.concat([kept['changed']!.subarray(0, 999), Buffer.from([~kept['changed']![999]!])]),
      )
      expect((await verifyFiles(place.files, recorded)).map(({ path: file, code }) => `${file} ${code}`)).toEqual([
        'explore/t/gone.parquet lake.file_missing',
        'explore/t/cut.parquet lake.file_damaged',
        'explore/t/changed.parquet lake.file_damaged',
      ])
    })

    it('collects what no commit names once it is old enough, and leaves what is named or new', async () => {
      await put('explore/t/named.parquet', randomBytes(10))
      await put('explore/t/orphan.parquet', randomBytes(10))
      const named = (): Promise<Set<string>> => Promise.resolve(new Set(['explore/t/named.parquet']))
      expect(await removeOrphans(place.files, { named, olderThan: new Date(Date.now() - 60_000) })).toEqual([])
      expect(await removeOrphans(place.files, { named, olderThan: new Date(Date.now() + 60_000) })).toEqual(['explore/t/orphan.parquet'])
      expect(Object.keys(await listed(place.files))).toEqual(['explore/t/named.parquet'])
    })

    it('belongs to one lake, and says that it works', async () => {
      await place.files.claim('lake_1')
      await place.files.claim('lake_1')
      expect(await place.files.check()).toMatch(/\.$/)
      expect(await listed(place.files)).toEqual({})
    })
  })
}
