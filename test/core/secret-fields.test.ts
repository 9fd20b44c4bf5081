import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { SECRET_KEPT } from '../../src/contract/sources.ts'
import { keepSecrets } from '../../src/core/keep-secrets.ts'
import { destinations, mapSecrets, secretPaths, type SettingsSchema } from '../../src/core/secret-fields.ts'

const secret = z.string().meta({ secret: true })
const Named = z.strictObject({ key: secret, note: z.string().optional() }).meta({ id: 'NamedOfSecretFields' })
const schemaOf = (settings: z.ZodType): SettingsSchema => z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' })
const pathsOf = (settings: z.ZodType, value: unknown): string[] => secretPaths(schemaOf(settings), value).map((path) => path.join('.'))

const auth = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('open'), token: z.string() }),
  z.strictObject({ type: z.literal('bearer'), token: secret }),
  z.strictObject({ type: z.literal('basic'), user: z.string(), password: secret }),
])

describe('the secrets of settings', () => {
  it.each([
    ['a field', z.object({ a: secret, b: z.string() }), { a: 'x', b: 'y' }, ['a']],
    ['an optional field with a default', z.object({ a: secret.optional().default('') }), { a: 'x' }, ['a']],
    ['a field of an object in an object', z.object({ a: z.object({ b: z.object({ c: secret }) }) }), { a: { b: { c: 'x' } } }, ['a.b.c']],
    ['the items of a list', z.object({ a: z.array(z.object({ b: secret })) }), { a: [{ b: 'x' }, { b: 'y' }] }, ['a.0.b', 'a.1.b']],
    ['a pair', z.object({ a: z.tuple([z.string(), secret]) }), { a: ['x', 'y'] }, ['a.1']],
    ['every value of a record', z.object({ a: z.record(z.string(), secret) }), { a: { one: 'x', two: 'y' } }, ['a.one', 'a.two']],
    ['a whole object', z.object({ a: z.object({ key: z.string() }).meta({ secret: true }) }), { a: { key: 'x' } }, ['a']],
    ['a schema with a name, used twice', z.object({ a: Named, b: Named }), { a: { key: 'x' }, b: { key: 'y' } }, ['a.key', 'b.key']],
    ['the alternative that is told by its type', z.object({ auth }), { auth: { type: 'bearer', token: 'x' } }, ['auth.token']],
    ['and none of another alternative', z.object({ auth }), { auth: { type: 'open', token: 'x' } }, []],
    ['any alternative where the type is not told', z.object({ auth }), { auth: { token: 'x' } }, ['auth.token']],
    [
      'any alternative where none fits',
      z.object({ auth }),
      { auth: { type: 'kerberos', token: 'x', password: 'y' } },
      ['auth.token', 'auth.password'],
    ],
    ['a union of a text and an object', z.object({ a: z.union([secret, z.object({ b: z.string() })]) }), { a: 'x' }, ['a']],
    ['a field that may be null', z.object({ a: secret.nullable() }), { a: 'x' }, ['a']],
    ['both parts of an intersection', z.object({ a: secret }).and(z.object({ b: secret })), { a: 'x', b: 'y' }, ['a', 'b']],
    ['a field with a transformation', z.object({ a: secret.transform((text) => text.length) }), { a: 'x' }, ['a']],
    ['nothing where nothing is given', z.object({ a: secret.optional(), b: secret.nullable() }), { b: null }, []],
    ['a key that every object has', z.object({ a: z.string() }), { constructor: 'x', __proto__: {} }, []],
  ] as const)('are found in %s', (_, settings, value, expected) => {
    expect(pathsOf(settings, value)).toEqual(expected)
  })

  it('are found where a sealed one or the sign of a kept one stands', () => {
    const settings = z.object({ a: z.union([z.object({ b: z.string() }), secret]), auth })
    expect(pathsOf(settings, { a: { $sealed: 'v1.x' }, auth: { type: 'bearer', token: SECRET_KEPT } })).toEqual(['a', 'auth.token'])
  })

  it('are changed in place, and nothing else is', () => {
    const settings = z.object({ host: z.string(), auth, list: z.array(z.number()) })
    const value = { host: 'db', auth: { type: 'basic', user: 'me', password: 'x' }, list: [1, 2] }
    const changed = mapSecrets(schemaOf(settings), value, (given, path) => `${String(given)} of ${path.join('/')}`)
    expect(changed).toEqual({ ...value, auth: { ...value.auth, password: 'x of auth/password' } })
    expect(value.auth.password).toBe('x')
  })

  it('are found in a schema that contains itself', () => {
    interface Tree {
      key: string
      inner?: Tree | undefined
    }
    const tree: z.ZodType<Tree> = z.strictObject({ key: secret, inner: z.lazy(() => tree).optional() }).meta({ id: 'TreeOfSecretFields' })
    expect(pathsOf(z.object({ tree }), { tree: { key: 'a', inner: { key: 'b', inner: { key: 'c' } } } })).toEqual([
      'tree.key',
      'tree.inner.key',
      'tree.inner.inner.key',
    ])
  })
})

describe('where secrets are sent', () => {
  const settings = z.object({
    host: z.string().meta({ destination: true }),
    port: z.int().default(5432).meta({ destination: true }),
    note: z.string().optional(),
    tls: z
      .object({ verify: z.boolean().default(true), ca: z.string().optional() })
      .prefault({})
      .meta({ destination: true }),
    hosts: z.array(z.string()).optional().meta({ destination: true }),
  })
  const schema = schemaOf(settings)

  it('is the same in whatever order the keys come back', () => {
    const one = destinations(schema, { host: 'db', tls: { verify: false, ca: 'x' } })
    expect(destinations(schema, { tls: { ca: 'x', verify: false }, host: 'db' })).toBe(one)
  })

  it.each([
    ['another note', { host: 'db', note: 'x' }, true],
    ['the default spelt out', { host: 'db', port: 5432 }, true],
    ['an object without what it has by default', { host: 'db', tls: {} }, true],
    ['the default of an object spelt out', { host: 'db', tls: { verify: true } }, true],
    ['fields in another order', { port: 5432, host: 'db' }, true],
    ['another authority', { host: 'db', tls: { ca: 'theirs' } }, false],
    ['another host', { host: 'evil' }, false],
    ['another port', { host: 'db', port: 5433 }, false],
    ['no check of the certificate', { host: 'db', tls: { verify: false } }, false],
    ['one more host', { host: 'db', hosts: ['evil'] }, false],
  ])('is told apart: %s', (_, other, same) => {
    expect(destinations(schema, { host: 'db' }) === destinations(schema, other)).toBe(same)
  })
})

describe('secrets that stay as they are', () => {
  const schema = schemaOf(
    z.object({ token: secret.optional(), headers: z.array(z.object({ name: z.string(), value: secret })).default([]) }),
  )
  const sealed = (text: string) => ({ $sealed: text })
  const stored = {
    token: sealed('t'),
    headers: [
      { name: 'a', value: sealed('1') },
      { name: 'b', value: sealed('2') },
      { name: 'a', value: sealed('3') },
    ],
  }
  const kept = (...names: string[]) => names.map((name) => ({ name, value: SECRET_KEPT }))

  it.each([
    ['their place', { token: SECRET_KEPT, headers: kept('a', 'b', 'a') }, ['t', '1', '2', '3']],
    ['an item that moved', { headers: kept('b', 'a') }, ['2', '1']],
    ['an item of two alike, at its own place', { headers: kept('x').concat(kept('b', 'a')).slice(1) }, ['2', '1']],
    ['nothing for what is new', { token: 'new', headers: [{ name: 'c', value: 'given' }] }, ['new', 'given']],
  ])('are found at %s', (_, incoming, expected) => {
    const { settings, missing } = keepSecrets(schema, stored, incoming)
    const found: unknown[] = []
    mapSecrets(schema, settings, (given) => found.push(typeof given === 'string' ? given : (given as { $sealed: string }).$sealed))
    expect(missing).toEqual([])
    expect(found).toEqual(expected)
  })

  it('are missing where there was none', () => {
    expect(keepSecrets(schema, {}, { token: SECRET_KEPT }).missing).toEqual(['token'])
    expect(keepSecrets(schema, stored, { headers: kept('a', 'c') }).missing).toEqual(['headers.1.value'])
  })
})
