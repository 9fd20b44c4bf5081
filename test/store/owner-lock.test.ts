import { stat } from 'node:fs/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Home, openHome } from '../../src/store/home.ts'
import { acquireHome, readOwner } from '../../src/store/owner-lock.ts'
import { startProcess, type TestProcess } from '../support/child-process.ts'
import { temporaryFolder } from '../support/temporary-home.ts'

const PROGRAM = new URL('programs/hold-home.ts', import.meta.url).pathname
const URL_OF_SERVER = 'http://127.0.0.1:4400'

describe('the lock of a home', () => {
  it('refuses a second process within a second, naming who holds it, since when and where it serves', { retry: 2 }, async () => {
    const home = await newHome()
    const holder = await holdByProcess(home, URL_OF_SERVER)
    const refusal = JSON.parse(await startProcess(PROGRAM, [home.root]).line()) as { code: string; message: string; tookMs: number }
    expect(refusal.code).toBe('home.locked')
    for (const part of [home.root, `${holder.pid}`, 'atlas start --test', '2026-02-03T04:05:06', URL_OF_SERVER]) {
      expect(refusal.message).toContain(part)
    }
    expect(refusal.tookMs).toBeLessThan(1000)
  })

  it('is freed by kill -9, and the next start takes over', async () => {
    const home = await newHome()
    const holder = await holdByProcess(home)
    await holder.kill()
    expect(await readOwner(home)).toMatchObject({ pid: holder.pid, alive: false })
    const next = await holdByProcess(home)
    expect(await readOwner(home)).toMatchObject({ pid: next.pid, alive: true })
  })

  it('refuses a second owner in the same process', async () => {
    const home = await newHome()
    const first = await acquireHome(home, { command: 'first' })
    await expect(acquireHome(home, { command: 'second' })).rejects.toMatchObject({ code: 'home.locked' })
    await first.release()
    await (await acquireHome(home, { command: 'second' })).release()
  })

  it('is not lost when its own process looks at it', async () => {
    const home = await newHome()
    const ownership = await acquireHome(home, { command: 'test' })
    for (let n = 0; n < 5; n++) expect(await readOwner(home)).toMatchObject({ pid: process.pid, alive: true })
    expect(JSON.parse(await startProcess(PROGRAM, [home.root]).line())).toMatchObject({ code: 'home.locked' })
    await ownership.release()
  })

  it('can be taken while others only look', async () => {
    const home = await newHome()
    let looking = true
    const looker = (async () => {
      while (looking) {
        await readOwner(home)
        await new Promise(setImmediate)
      }
    })()
    for (let n = 0; n < 20; n++) await (await acquireHome(home, { command: 'test' })).release()
    looking = false
    await looker
    expect(await readOwner(home)).toBeNull()
  })

  it('is freed once; releasing again does not take it from the next', async () => {
    const home = await newHome()
    const first = await acquireHome(home, { command: 'first' })
    await first.release()
    const second = await acquireHome(home, { command: 'second' })
    await first.release()
    expect(await readOwner(home)).toMatchObject({ command: 'second', alive: true })
    await second.release()
  })
})

describe('the note of the owner', () => {
  it('says where the server listens once that is known, to its owner alone', async () => {
    const home = await newHome()
    const ownership = await acquireHome(home, { command: 'atlas start', now: () => new Date(0) })
    await ownership.update({ url: URL_OF_SERVER, cliToken: 'secret' })
    expect(await readOwner(home)).toEqual({
      pid: process.pid,
      command: 'atlas start',
      startedAt: '1970-01-01T00:00:00.000Z',
      url: URL_OF_SERVER,
      cliToken: 'secret',
      alive: true,
    })
    expect((await stat(home.ownerFile)).mode & 0o777).toBe(0o600)
    expect((await stat(home.ownerLock)).mode & 0o777).toBe(0o600)
    await ownership.release()
  })

  it('is absent for a home that nobody holds, and looking makes no lock file', async () => {
    const home = await newHome()
    expect(await readOwner(home)).toBeNull()
    await expect(stat(home.ownerLock)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

async function newHome(): Promise<Home> {
  return openHome(await temporaryFolder())
}

async function holdByProcess(home: Home, url = ''): Promise<TestProcess> {
  const holder = startProcess(PROGRAM, [home.root, url])
  onTestFinished(() => holder.kill())
  expect(await holder.line()).toBe('held')
  return holder
}
