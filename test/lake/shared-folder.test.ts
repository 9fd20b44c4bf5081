import { mkdir, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { guardFiles } from '../../src/lake/guarded-files.ts'
import type { LakeFiles } from '../../src/lake/lake-files.ts'
import { openSharedFolder } from '../../src/lake/shared-folder.ts'
import { temporaryFolder } from '../support/temporary-home.ts'

const FILE = 'explore/t/f_1.parquet'

/** A folder as a mount that comes and goes. */
async function openMount() {
  const parent = await temporaryFolder()
  const folder = path.join(parent, 'mount')
  const away = path.join(parent, 'elsewhere')
  await mkdir(folder)
  const shared = openSharedFolder(folder)
  const files = guardFiles(shared, { settle: () => shared.claim('lake_1'), probeMs: 20 })
  onTestFinished(() => files.close())
  return { folder, files, unmount: () => rename(folder, away), mount: () => rename(away, folder) }
}

it('takes an empty folder for a lake, for every machine that mounts it, and for no other lake', async () => {
  const { folder, files } = await openMount()
  await files.settled()
  await writeFile(await files.reserve(FILE), 'rows')
  await files.publish(FILE)
  const listed: string[] = []
  for await (const file of openSharedFolder(folder).list()) listed.push(file.path)
  expect(listed).toEqual([FILE])
  await openSharedFolder(folder).claim('lake_1')
  await expect(openSharedFolder(folder).claim('lake_2')).rejects.toMatchObject({ code: 'lake.not_this_one' })
})

it('takes one lake of many that want it at once', async () => {
  const { folder } = await openMount()
  const claims = await Promise.allSettled(Array.from({ length: 8 }, (_, n) => openSharedFolder(folder).claim(`lake_${n}`)))
  expect(claims.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})

it('while it is not mounted everything is refused at once, nothing is made in its place, and it goes on once it is there', async () => {
  const { files, unmount, mount } = await openMount()
  const refusal = { code: 'lake.store_unreachable', retry: true, message: expect.stringContaining('cannot be reached') }
  await unmount()
  await expect(files.settled()).rejects.toMatchObject(refusal)
  await expect(files.reserve(FILE)).rejects.toMatchObject(refusal)
  await expect(files.check()).rejects.toMatchObject(refusal)
  await expect(firstOf(files)).rejects.toMatchObject(refusal)
  expect(files.outage).toMatchObject(refusal)
  await mount()
  await expect.poll(() => files.outage, { timeout: 20_000, interval: 10 }).toBeNull()
  await writeFile(await files.reserve(FILE), 'rows')
  await files.publish(FILE)
  expect(await files.check()).toContain('can be written')

  await unmount()
  await expect(files.reserve('explore/t/f_2.parquet')).rejects.toMatchObject(refusal)
  await expect(files.ready()).rejects.toMatchObject(refusal)
  await mount()
  await expect.poll(() => files.outage, { timeout: 20_000, interval: 10 }).toBeNull()
  await files.ready()
})

async function firstOf(files: LakeFiles): Promise<string | null> {
  for await (const { path: file } of files.list()) return file
  return null
}
