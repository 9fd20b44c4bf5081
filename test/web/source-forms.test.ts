import { describe, expect, it } from 'vitest'
import { connectors } from '../../src/connectors/index.ts'
import { settingsSchema } from '../../src/connectors/settings-schema.ts'
import { SECRET_KEPT as KEPT_IN_CONTRACT, type DiscoveredStream } from '../../src/contract/sources.ts'
import { normaliseName } from '../../src/core/names.ts'
import { chartName } from '../../src/web/format/chart-name.ts'
import { readConnectionString, takesConnectionString } from '../../src/web/pages/sources/connection-string.ts'
import { problemOfRule } from '../../src/web/pages/sources/problem-of-rule.ts'
import { suggestRule, suggestStreams } from '../../src/web/pages/sources/source-draft.ts'
import { suggestSourceName } from '../../src/web/pages/sources/suggest-name.ts'
import { errorsOfProblem, findErrors } from '../../src/web/schema-form/find-errors.ts'
import { type JsonSchema, alternativeOf, resolve, sayName, shapeOf } from '../../src/web/schema-form/json-schema.ts'
import { SECRET_KEPT, forgetSecrets, holdsSecret, keptSecrets, withoutSecrets } from '../../src/web/schema-form/secrets.ts'

const schemaOf = (id: string) => settingsSchema(connectors.find((connector) => connector.id === id)!) as JsonSchema

const auth: JsonSchema = {
  type: 'object',
  required: ['host', 'streams'],
  properties: {
    host: { type: 'string', title: 'Host' },
    port: { type: 'integer', minimum: 1, maximum: 65_535, default: 5432 },
    login: {
      oneOf: [
        { type: 'object', title: 'None', properties: { type: { const: 'none' } }, required: ['type'] },
        {
          type: 'object',
          title: 'Token',
          properties: { type: { const: 'token' }, token: { type: 'string', secret: true }, realm: { $ref: '#/$defs/Realm' } },
          required: ['type', 'token'],
        },
      ],
    },
    headers: { type: 'object', additionalProperties: { type: 'string', secret: true } },
    streams: { type: 'array', minItems: 1, items: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] } },
    note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    odd: { type: 'array', items: { type: 'number' } },
  },
  $defs: { Realm: { type: 'string', title: 'Realm' } },
}

describe('a field of a form', () => {
  it.each([
    ['host', 'text'],
    ['port', 'number'],
    ['login', 'choice'],
    ['headers', 'pairs'],
    ['streams', 'list'],
    ['note', 'text'],
    ['odd', 'json'],
  ])('%s is drawn as %s', (key, kind) => {
    expect(shapeOf(auth, resolve(auth, auth.properties![key]!)).kind).toBe(kind)
  })

  it('of every setting of every connector has a shape, and no secret of any stands in a plain field', () => {
    const plain: string[] = []
    const look = (root: JsonSchema, node: JsonSchema, path: string) => {
      const schema = resolve(root, node)
      const shape = shapeOf(root, schema)
      if (shape.kind === 'object') for (const [key, inner] of Object.entries(schema.properties!)) look(root, inner, `${path}.${key}`)
      else if (shape.kind === 'choice') for (const one of shape.alternatives) look(root, one.schema, `${path}<${one.label}>`)
      else if (shape.kind === 'list') look(root, shape.item, `${path}[]`)
      else if (shape.kind !== 'secret' && !(shape.kind === 'pairs' && shape.secret) && holdsSecret(root, schema)) plain.push(path)
    }
    for (const { id } of connectors) look(schemaOf(id), schemaOf(id), id)
    expect(connectors.length).toBeGreaterThan(1)
    expect(plain).toEqual([])
  })

  it('finds the alternative of a value by what tells alternatives apart', () => {
    const shape = shapeOf(auth, auth.properties!['login']!)
    if (shape.kind !== 'choice') throw new Error(shape.kind)
    expect(alternativeOf(shape.alternatives, { type: 'token', token: 'x' })).toBe(1)
    expect(alternativeOf(shape.alternatives, { type: 'other' })).toBe(-1)
    expect(alternativeOf(shape.alternatives, undefined)).toBe(-1)
  })

  it.each([
    ['base_url', 'Base URL'],
    ['clientId', 'Client ID'],
    ['order', 'Order'],
  ])('%s reads %s without a title', (key, title) => {
    expect(sayName(key)).toBe(title)
  })
})

describe('what is wrong with settings', () => {
  it('is told for each field by its pointer', () => {
    const errors = findErrors(auth, { port: 99_999, login: { type: 'token' }, streams: [{}] })
    expect(Object.keys(errors).toSorted()).toEqual(['/host', '/login/token', '/port', '/streams/0/name'])
    expect(errors['/host']).toBe('Host is missing.')
  })

  it('is nothing when all that is required is there', () => {
    expect(findErrors(auth, { host: 'h', streams: [{ name: 'a' }], login: { type: 'none' } })).toEqual({})
  })

  it('comes from the server with pointers into the request, which lead to the same fields', () => {
    const problem = { type: '', title: '', status: 422, code: 'source.bad_settings', detail: '', retry: false }
    const errors = [
      { pointer: '/body/settings/auth/token', detail: 'a' },
      { pointer: '/host', detail: 'b' },
    ]
    expect(errorsOfProblem({ ...problem, errors })).toEqual({ '/auth/token': 'a', '/host': 'b' })
  })
})

describe('secrets in a form', () => {
  const typed = {
    host: 'h',
    login: { type: 'token', token: 'canary-token', realm: 'r' },
    headers: { 'x-key': 'canary-header' },
    streams: [{ name: 'a' }],
  }

  it('are the same mark as in the contract when they are kept', () => {
    expect(SECRET_KEPT).toBe(KEPT_IN_CONTRACT)
  })

  it('never leave the memory of the page: what is kept of a draft has none', () => {
    const kept = withoutSecrets(auth, typed)
    expect(JSON.stringify(kept)).not.toContain('canary')
    expect(kept).toMatchObject({ host: 'h', login: { type: 'token', realm: 'r' }, streams: [{ name: 'a' }] })
  })

  it('never leave it where it cannot be told which alternative holds', () => {
    expect(JSON.stringify(withoutSecrets(auth, { login: { token: 'canary', type: 'unknown' } }))).not.toContain('canary')
  })

  it.each([
    ['postgresql', { host: 'h', database: 'd', user: 'u', password: 'canary' }],
    ['mysql', { host: 'h', database: 'd', user: 'u', password: 'canary' }],
    ['salesforce', { auth: { method: 'client_credentials', clientId: 'c', clientSecret: 'canary' } }],
    ['google_sheets', { spreadsheet: 's', credentials: { type: 'service_account', key: '{"canary":1}' } }],
    ['rest_api', { url: 'u', auth: { type: 'bearer', token: 'canary' }, secretHeaders: { a: 'canary' } }],
  ])('of %s are left out of what is kept', (id, settings) => {
    expect(JSON.stringify(withoutSecrets(schemaOf(id), settings))).not.toContain('canary')
  })

  it('that are stored are found by their paths, and can be asked for again', () => {
    const stored = { password: SECRET_KEPT, auth: { token: SECRET_KEPT }, host: 'h' }
    expect(keptSecrets(stored)).toEqual(['password', 'auth.token'])
    expect(forgetSecrets(stored, ['auth.token'])).toEqual({ password: SECRET_KEPT, auth: { token: undefined }, host: 'h' })
  })
})

describe('a connection string', () => {
  const schema = schemaOf('postgresql')

  it('fills the settings, with its escapes undone', () => {
    expect(takesConnectionString(schema)).toBe(true)
    expect(readConnectionString(schema, ' postgresql://atlas_reader:p%40ss%2Fw@db.example.com:5433/shop?sslmode=require ')).toEqual({
      host: 'db.example.com',
      port: 5433,
      database: 'shop',
      user: 'atlas_reader',
      password: 'p@ss/w',
      tls: 'require',
    })
  })

  it('names a Unix socket by its folder, as libpq does', () => {
    expect(readConnectionString(schema, 'postgresql://u:p@localhost:5433/d?host=/var/run/postgresql')).toMatchObject({
      host: '/var/run/postgresql',
      port: 5433,
    })
  })

  it('leaves out what it does not say', () => {
    expect(readConnectionString(schema, 'postgres://u@h/d')).toEqual({ host: 'h', database: 'd', user: 'u' })
  })

  it.each(['', 'db.example.com', 'https://u:p@h/d', 'postgresql://'])('is not %j', (text) => {
    expect(readConnectionString(schema, text)).toBeNull()
  })

  it('is not asked for where the settings have no such parts', () => {
    expect(takesConnectionString(schemaOf('salesforce'))).toBe(false)
  })
})

describe('the name of a new source', () => {
  it.each([
    ['postgresql', { database: 'Shop Øst', host: 'db' }, [], 'shop_oest'],
    ['postgresql', { database: 'shop' }, ['shop'], 'shop_2'],
    ['postgresql', { database: 'shop' }, ['shop', 'shop_2'], 'shop_3'],
    ['files', { path: '/data/exports/orders/*.csv' }, [], 'orders'],
    ['rest_api', { url: 'https://api.example.com/v1' }, [], 'example'],
    ['google_sheets', { spreadsheet: '1hXoabcdefghijklmnopqrstuvwxyz0123456789' }, [], 'google_sheets'],
    [
      'google_sheets',
      { spreadsheet: 'https://docs.google.com/spreadsheets/d/1hXoabcdefghijklmnopqrstuvwxyz0123456789/edit' },
      [],
      'google_sheets',
    ],
    ['salesforce', {}, [], 'salesforce'],
  ])('of %s %j beside %j is %s', (connector, settings, taken, name) => {
    expect(suggestSourceName(connector, settings, taken)).toBe(name)
  })
})

const stream = (part: Partial<DiscoveredStream>): DiscoveredStream => ({
  name: 's',
  title: null,
  kind: 'table',
  columns: null,
  primaryKey: [],
  cursors: [],
  modes: ['replace', 'full_append', 'append', 'merge'],
  rowEstimate: null,
  sizeBytes: null,
  details: {},
  ...part,
})

describe('how a stream is read, as it is suggested,', () => {
  it.each([
    ['key and cursor', { primaryKey: ['id'], cursors: ['updated_at'] }, 'merge', 'updated_at'],
    ['a cursor and no key', { cursors: ['happened_at'] }, 'append', 'happened_at'],
    ['a key and no cursor', { primaryKey: ['id'] }, 'replace', undefined],
    ['a cursor that is the key, which hides changes', { primaryKey: ['id'], cursors: ['id'] }, 'replace', undefined],
    ['a source that cannot merge', { primaryKey: ['id'], cursors: ['at'], modes: ['replace', 'append'] as const }, 'append', 'at'],
    ['a source that only reads all', { primaryKey: ['id'], cursors: ['at'], modes: ['full_append'] as const }, 'full_append', undefined],
  ])('with %s', (_, part, mode, column) => {
    const rule = suggestRule(stream(part as Partial<DiscoveredStream>))
    expect(rule.mode).toBe(mode)
    expect(rule.cursor?.column).toBe(column)
    expect(problemOfRule(rule, stream(part as Partial<DiscoveredStream>))).toBeNull()
  })

  it('is all streams of a small source, and none of a large one', () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => stream({ name: `s${index}` }))
    expect(suggestStreams(many(25))).toHaveLength(25)
    expect(suggestStreams(many(26))).toHaveLength(0)
  })

  it('asks for a key to merge by, and for a cursor where there are some', () => {
    const rule = suggestRule(stream({}))
    expect(problemOfRule({ ...rule, mode: 'merge' }, stream({}))).toContain('key')
    expect(problemOfRule({ ...rule, mode: 'append' }, stream({ cursors: ['at'] }))).toContain('cursor')
    expect(problemOfRule({ ...rule, mode: 'append' }, stream({}))).toBeNull()
  })
})

it.each(['Kunde ID', 'OrderLines', 'Beløb (DKK)', '2026 total', 'e-mail', 'HTTPStatus', 'Straße & Hof', 'ĄŁx', 'Ｆｕｌｌ'])(
  'the chart name of %s is the one that the server gives',
  (name) => {
    expect(chartName(name)).toBe(normaliseName(name))
  },
)
