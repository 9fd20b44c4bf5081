import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { PipelineDefinition } from '../../src/contract/pipelines.ts'
import { SECRET_KEPT } from '../../src/contract/sources.ts'
import type { SettingsSchema } from '../../src/core/secret-fields.ts'
import { savePipeline } from '../../src/store/pipelines.ts'
import { insertRun } from '../../src/store/runs.ts'
import { createSecrets, type Secrets } from '../../src/store/secrets/create-secrets.ts'
import { openKeyRing, type KeySettings } from '../../src/store/secrets/key-ring.ts'
import { openValue, sealValue } from '../../src/store/secrets/sealed-value.ts'
import { changeSource, insertSource, readSource } from '../../src/store/sources.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

const schema = z.toJSONSchema(
  z.object({ host: z.string(), password: z.string().meta({ secret: true }).optional(), key: z.unknown().meta({ secret: true }) }),
  { unrepresentable: 'any' },
) as SettingsSchema
const ofFile: KeySettings = { secretKey: undefined, previousSecretKeys: undefined }
const newKey = () => randomBytes(32).toString('base64')

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  for (const table of ['sources', 'pipelines', 'runs', 'rotated_secrets'] as const) await database.db.deleteFrom(table).execute()
})

async function newHome(): Promise<{ keys: string; file: string }> {
  const keys = await mkdtemp('/tmp/atlas-test-keys-')
  onTestFinished(() => rm(keys, { recursive: true, force: true }))
  return { keys, file: path.join(keys, 'secrets.keys') }
}

async function open(home: { keys: string }, settings: KeySettings = ofFile): Promise<Secrets> {
  return createSecrets({ db: database.db, keyRing: await openKeyRing(home, settings) })
}

describe('a sealed value', () => {
  it.each([['text'], [''], ['Åse 🐟\u0000'], [42], [true], [{ private_key: '-----BEGIN', list: [1, null] }], [['a', 'b']]])(
    'opens as what it was: %j',
    async (value) => {
      const ring = await openKeyRing(await newHome(), ofFile)
      const sealed = sealValue(await ring.current(), value)
      expect(openValue(await ring.all(), sealed)).toEqual(value)
    },
  )

  it('is another text each time, in five parts that say nothing', async () => {
    const key = await (await openKeyRing(await newHome(), ofFile)).current()
    const texts = Array.from({ length: 200 }, () => sealValue(key, 'the same secret').$sealed)
    expect(new Set(texts.map((text) => text.split('.')[2])).size).toBe(200)
    expect(texts[0]).toMatch(/^v1\.[\w-]{11}\.[\w-]{16}\.[\w-]+\.[\w-]{22}$/)
  })

  it.each([
    ['version', 0, 'v2'],
    ['key', 1, 'AAAAAAAAAAA'],
    ['nonce', 2, 'AAAAAAAAAAAAAAAA'],
    ['text', 3, 'AAAA'],
    ['tag', 4, 'AAAAAAAAAAAAAAAAAAAAAA'],
    ['shortened tag', 4, 'AAAA'],
    ['missing tag', 4, ''],
  ])('does not open with another %s', async (_, part, text) => {
    const ring = await openKeyRing(await newHome(), ofFile)
    const parts = sealValue(await ring.current(), 'the secret').$sealed.split('.')
    parts[part] = text
    const keys = await ring.all()
    expect(() => openValue(keys, { $sealed: parts.join('.') })).toThrow(expect.objectContaining({ code: 'secret.unreadable' }))
  })

  it('does not open with the key of another home', async () => {
    const sealed = sealValue(await (await openKeyRing(await newHome(), ofFile)).current(), 'x')
    const other = await openKeyRing(await newHome(), ofFile)
    await other.current()
    const keys = await other.all()
    expect(() => openValue(keys, sealed)).toThrow(expect.objectContaining({ code: 'secret.unreadable' }))
  })
})

describe('the key file', () => {
  it('is made when the first secret is sealed, for its owner alone', async () => {
    const home = await newHome()
    const secrets = await open(home)
    expect(await secrets.sealSettings(schema, { host: 'db' })).toEqual({ host: 'db' })
    expect(await readdir(home.keys)).toEqual([])
    await secrets.sealSettings(schema, { host: 'db', password: 'x' })
    expect(await readdir(home.keys)).toEqual(['secrets.keys'])
    expect((await stat(home.file)).mode & 0o777).toBe(0o600)
  })

  it('is the same for all that make it at once', async () => {
    const home = await newHome()
    const rings = await Promise.all(Array.from({ length: 6 }, () => openKeyRing(home, ofFile)))
    const keys = await Promise.all(rings.map((ring) => ring.current()))
    expect(new Set(keys.map(({ id }) => id)).size).toBe(1)
    expect(await readdir(home.keys)).toEqual(['secrets.keys'])
  })

  it.each([
    ['others may read it', 0o644, 'secret.bad_key', /chmod 600/],
    ['a group may write it', 0o620, 'secret.bad_key', /chmod 600/],
  ])('is refused when %s', async (_, mode, code, next) => {
    const home = await newHome()
    await (await openKeyRing(home, ofFile)).current()
    await chmod(home.file, mode)
    await expect(openKeyRing(home, ofFile)).rejects.toMatchObject({ code, next: expect.stringMatching(next) })
  })

  it.each([
    ['empty', ''],
    ['of something else', 'hello\n'],
    ['of a short key', `${Buffer.alloc(16).toString('base64')}\n`],
  ])('is refused when it is %s', async (_, content) => {
    const home = await newHome()
    await writeFile(home.file, content, { mode: 0o600 })
    await expect(openKeyRing(home, ofFile)).rejects.toMatchObject({ code: 'home.damaged' })
  })
})

describe('a key from the environment', () => {
  it.each([
    ['short', Buffer.alloc(16).toString('base64')],
    ['long', Buffer.alloc(33).toString('base64')],
    ['no base64', 'passw*rd'],
    ['more than one', `${newKey()},${newKey()}`],
  ])('is refused when it is %s, without being shown', async (_, secretKey) => {
    const refused = openKeyRing(await newHome(), { ...ofFile, secretKey })
    await expect(refused).rejects.toMatchObject({ code: 'secret.bad_key' })
    await expect(refused).rejects.not.toThrow(secretKey)
  })

  it('makes no file, and opens what the file sealed before and what earlier keys sealed', async () => {
    const home = await newHome()
    const byFile = await (await open(home)).sealSettings(schema, { password: 'by file' })
    const [first, second] = [newKey(), newKey()]
    const byFirst = await (await open(await newHome(), { ...ofFile, secretKey: first })).sealSettings(schema, { password: 'by first' })
    const secrets = await open(home, { secretKey: second, previousSecretKeys: ` ${newKey()} , ${first}` })
    expect(await secrets.openSettings(byFile)).toEqual({ password: 'by file' })
    expect(await secrets.openSettings(byFirst)).toEqual({ password: 'by first' })
    const lonely = await newHome()
    await (await open(lonely, { ...ofFile, secretKey: second })).sealSettings(schema, { password: 'x' })
    expect(await readdir(lonely.keys)).toEqual([])
  })
})

const source = (name: string, settings: Record<string, unknown>) =>
  insertSource(
    database.db,
    { id: name, name, connector: 'kafka', description: '', settings, streams: [], policy: {} as never, paused: false, secretsSetAt: {} },
    { by: 'test', at: new Date() },
  )

const definition = (name: string, settings: Record<string, unknown>) =>
  PipelineDefinition.parse({ name, source: { connector: 'kafka', settings } })

async function run(id: string, settings: Record<string, unknown>, state: 'queued' | 'succeeded'): Promise<void> {
  await insertRun(database.db, {
    id,
    definition: definition(id, settings),
    trigger: 'api',
    requestedBy: 'test',
    workingFolder: '/',
    steps: [],
  })
  await database.db.updateTable('runs').set({ state }).where('id', '=', id).execute()
}

const settingsOfRun = async (id: string) =>
  (await database.db.selectFrom('runs').select('definition').where('id', '=', id).executeTakeFirstOrThrow()).definition.source.settings

describe('a rotation', () => {
  it('seals everything with a new key, takes the secrets of ended runs away, and leaves one key in the file', async () => {
    const home = await newHome()
    const secrets = await open(home)
    const sealed = await secrets.sealSettings(schema, { host: 'db', password: 'p', key: { a: [1] } })
    await source('one', sealed)
    await source('plain', { host: 'db' })
    await savePipeline(database.db, 'p1', definition('piped', sealed), { by: 'test', at: new Date() })
    await run('waiting', sealed, 'queued')
    await run('ended', sealed, 'succeeded')
    await secrets.keepRenewed('entered', 'renewed')
    const before = await readFile(home.file, 'utf8')
    expect(await secrets.rotate()).toEqual({ resealed: 7, stripped: 1 })
    const after = await readFile(home.file, 'utf8')
    expect(after.trim().split('\n')).toHaveLength(1)
    expect(after).not.toBe(before)
    expect((await stat(home.file)).mode & 0o777).toBe(0o600)
    expect(await settingsOfRun('ended')).toEqual({ host: 'db', password: SECRET_KEPT, key: SECRET_KEPT })
    // Another process, with nothing but the file.
    const reopened = await open(home)
    const whole = { host: 'db', password: 'p', key: { a: [1] } }
    expect(await reopened.openSettings((await readSource(database.db, 'one')).settings)).toEqual(whole)
    expect(await reopened.openSettings(await settingsOfRun('waiting'))).toEqual(whole)
    const { definition: stored } = await database.db.selectFrom('pipelines').select('definition').executeTakeFirstOrThrow()
    expect(await reopened.openSettings(stored.source.settings)).toEqual(whole)
    expect(await reopened.openSettings(await reopened.sealSettings(schema, { password: 'entered' }))).toEqual({ password: 'renewed' })
    // A run that this process had claimed before still opens what it was given.
    expect(await secrets.openSettings(sealed)).toEqual(whole)
  })

  it('changes nothing and keeps every key when one secret cannot be opened', async () => {
    const home = await newHome()
    const secrets = await open(home)
    await source('good', await secrets.sealSettings(schema, { password: 'p' }))
    await source('lost', await (await open(await newHome())).sealSettings(schema, { password: 'q' }))
    const { settings } = await readSource(database.db, 'good')
    await expect(secrets.rotate()).rejects.toMatchObject({ code: 'secret.unreadable', message: expect.stringContaining('the source lost') })
    expect((await readSource(database.db, 'good')).settings).toEqual(settings)
    expect(await (await open(home)).openSettings(settings)).toEqual({ password: 'p' })
    await database.db.deleteFrom('sources').where('name', '=', 'lost').execute()
    await secrets.rotate()
    expect(await (await open(home)).openSettings((await readSource(database.db, 'good')).settings)).toEqual({ password: 'p' })
    expect((await readFile(home.file, 'utf8')).trim().split('\n')).toHaveLength(1)
  })

  it('that was cut off after the new key was written loses nothing', async () => {
    const home = await newHome()
    const ring = await openKeyRing(home, ofFile)
    const secrets = createSecrets({ db: database.db, keyRing: ring })
    await source('one', await secrets.sealSettings(schema, { password: 'p' }))
    await ring.renew()
    const next = await open(home)
    expect(await next.openSettings((await readSource(database.db, 'one')).settings)).toEqual({ password: 'p' })
    expect(await next.rotate()).toMatchObject({ resealed: 1 })
    expect(await (await open(home)).openSettings((await readSource(database.db, 'one')).settings)).toEqual({ password: 'p' })
  })

  it('with a key from the environment moves to that one, after which neither file nor earlier keys are needed', async () => {
    const home = await newHome()
    const [first, second] = [newKey(), newKey()]
    await source('by_file', await (await open(home)).sealSettings(schema, { password: 'a' }))
    await source('by_first', await (await open(home, { ...ofFile, secretKey: first })).sealSettings(schema, { password: 'b' }))
    const secrets = await open(home, { secretKey: second, previousSecretKeys: first })
    expect(await secrets.rotate()).toEqual({ resealed: 2, stripped: 0 })
    expect(await readdir(home.keys)).toEqual([])
    const bare = await open(await newHome(), { ...ofFile, secretKey: second })
    expect(await bare.openSettings((await readSource(database.db, 'by_file')).settings)).toEqual({ password: 'a' })
    expect(await bare.openSettings((await readSource(database.db, 'by_first')).settings)).toEqual({ password: 'b' })
    expect(await secrets.rotate()).toEqual({ resealed: 0, stripped: 0 })
  })

  it('misses no secret that is sealed and stored while it goes on', async () => {
    const home = await newHome()
    const secrets = await open(home)
    const sealed = await secrets.sealSettings(schema, { password: 'first' })
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => source(name, sealed)))
    const change = (name: string, turn: number) =>
      secrets.whileSealing(() =>
        changeSource(
          database.db,
          name,
          async (stored) => ({
            ...stored,
            secretsSetAt: {},
            settings: await secrets.sealSettings(schema, { password: `${name} ${turn}` }),
          }),
          { by: 'test', at: new Date() },
        ),
      )
    const work: Promise<unknown>[] = []
    for (let turn = 0; turn < 5; turn++) {
      work.push(secrets.rotate(), ...['a', 'b', 'c', 'd'].map((name) => change(name, turn)), secrets.keepRenewed(`entered ${turn}`, 'new'))
    }
    await Promise.all(work)
    const reopened = await open(home)
    for (const name of ['a', 'b', 'c', 'd'])
      expect(await reopened.openSettings((await readSource(database.db, name)).settings)).toEqual({
        password: expect.stringMatching(`^${name} [0-4]$`),
      })
    expect(await reopened.openSettings(await reopened.sealSettings(schema, { password: 'entered 4' }))).toEqual({ password: 'new' })
  })
})

describe('a secret that its source renews', () => {
  it('takes the place of the one that was entered, however often, and is kept once', async () => {
    const secrets = await open(await newHome())
    const entered = await secrets.sealSettings(schema, { host: 'A', password: 'A' })
    await secrets.keepRenewed('A', 'B')
    expect(await secrets.openSettings(entered)).toEqual({ host: 'A', password: 'B' })
    await secrets.keepRenewed('B', 'C')
    await secrets.keepRenewed('C', 'D')
    expect(await secrets.openSettings(entered)).toEqual({ host: 'A', password: 'D' })
    expect(await database.db.selectFrom('rotated_secrets').select('fingerprint').execute()).toHaveLength(1)
    await secrets.keepRenewed('D', 'A')
    expect(await secrets.openSettings(entered)).toEqual({ host: 'A', password: 'A' })
  })

  it('leaves a secret that is entered anew as it is', async () => {
    const secrets = await open(await newHome())
    await secrets.keepRenewed('A', 'B')
    expect(await secrets.openSettings(await secrets.sealSettings(schema, { password: 'N' }))).toEqual({ password: 'N' })
  })

  it('keeps both when two sources renew at once', async () => {
    const secrets = await open(await newHome())
    await Promise.all(['A', 'B', 'C', 'D'].map((entered) => secrets.keepRenewed(entered, `${entered}1`)))
    await Promise.all(['A', 'B', 'C', 'D'].map((entered) => secrets.keepRenewed(`${entered}1`, `${entered}2`)))
    for (const entered of ['A', 'B', 'C', 'D'])
      expect(await secrets.openSettings(await secrets.sealSettings(schema, { password: entered }))).toEqual({ password: `${entered}2` })
  })

  it('says nothing of itself in the table', async () => {
    const secrets = await open(await newHome())
    await secrets.keepRenewed('entered-secret', 'renewed-secret')
    const text = JSON.stringify(await database.db.selectFrom('rotated_secrets').selectAll().execute())
    expect(text).not.toMatch(/entered|renewed/)
  })
})
