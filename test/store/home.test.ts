import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadKey, locateHome, openHome } from '../../src/store/home.ts'
import { temporaryFolder } from '../support/temporary-home.ts'

describe('a home', () => {
  it.each([
    ['a folder given', '/srv/atlas', '/srv/atlas'],
    ['ATLAS_HOME', { ATLAS_HOME: '/srv/other' }, '/srv/other'],
    ['./.atlas when ATLAS_HOME is empty', { ATLAS_HOME: '' }, join(process.cwd(), '.atlas')],
    ['./.atlas when nothing is set', {}, join(process.cwd(), '.atlas')],
  ])('lies at %s', (_, where, root) => {
    expect(locateHome(where).root).toBe(root)
  })

  it('is made for its owner alone, parents included', async () => {
    const home = await openHome(join(await temporaryFolder(), 'deep', 'er', 'home'))
    for (const folder of [home.root, home.lake, home.uploads, home.scratch, home.keys]) {
      expect(await modeOf(folder)).toBe(0o700)
    }
  })

  it('can be opened again and keeps what is in it', async () => {
    const folder = await temporaryFolder()
    const home = await openHome(folder)
    await writeFile(join(home.lake, 'a'), '1')
    await openHome(folder)
    expect(await readdir(home.lake)).toEqual(['a'])
  })

  it.each([
    ['is a file', ''],
    ['lies under a file', 'below'],
  ])('that %s is refused as home.unwritable', async (_, rest) => {
    const file = join(await temporaryFolder(), 'file')
    await writeFile(file, '')
    await expect(openHome(join(file, rest))).rejects.toMatchObject({
      code: 'home.unwritable',
      message: `Atlas cannot write to its home, ${join(file, rest)}: a file is in the way.`,
    })
  })

  it('that the user may not write is refused as home.unwritable', async () => {
    await expect(openHome('/proc/atlas')).rejects.toMatchObject({ code: 'home.unwritable' })
  })
})

describe('a key', () => {
  it('is 32 bytes, the same at every reading, another by another name, in a file for its owner alone', async () => {
    const home = await openHome(await temporaryFolder())
    const key = await loadKey(home, 'pii')
    expect(key).toHaveLength(32)
    expect(await loadKey(home, 'pii')).toEqual(key)
    expect(await loadKey(home, 'sessions')).not.toEqual(key)
    expect(await modeOf(join(home.keys, 'pii.key'))).toBe(0o600)
  })

  it('is one and the same for all who ask at once, and leaves no draft behind', async () => {
    const home = await openHome(await temporaryFolder())
    const keys = await Promise.all(Array.from({ length: 20 }, () => loadKey(home, 'pii')))
    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1)
    expect(await readdir(home.keys)).toEqual(['pii.key'])
  })

  it('that was cut short is refused, not replaced', async () => {
    const home = await openHome(await temporaryFolder())
    await writeFile(join(home.keys, 'pii.key'), 'short')
    await expect(loadKey(home, 'pii')).rejects.toMatchObject({ code: 'home.damaged' })
    expect((await stat(join(home.keys, 'pii.key'))).size).toBe(5)
  })

  it('that cannot be read is refused, not replaced', async () => {
    const home = await openHome(await temporaryFolder())
    await mkdir(join(home.keys, 'pii.key'))
    await expect(loadKey(home, 'pii')).rejects.toMatchObject({ code: 'home.unwritable' })
  })

  it.each(['../x', 'A', '', 'a/b'])('cannot be named %j', async (name) => {
    const home = await openHome(await temporaryFolder())
    await expect(loadKey(home, name)).rejects.toThrow(RangeError)
  })
})

async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777
}
