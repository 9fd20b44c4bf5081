import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Endpoint, EndpointKey } from '../../src/contract/endpoint.ts'
import { contract } from '../../src/contract/index.ts'
import { errors } from '../../src/core/errors.ts'
import type { OpenApi } from '../../src/server/docs/openapi.ts'
import { startTestServer, type TestServer } from '../support/platform.ts'

let atlas: TestServer
let api: OpenApi
let page: string
beforeAll(async () => {
  atlas = await startTestServer()
  api = (await (await fetch(`${atlas.url}/api/v1/openapi.json`)).json()) as OpenApi
  page = await (await fetch(`${atlas.url}/docs`)).text()
})
afterAll(() => atlas.close())

const keys = Object.entries(contract) as [EndpointKey, Endpoint][]
const operationOf = (key: EndpointKey) => {
  const [method = '', route = ''] = key.split(' ')
  return api.paths[`/api/v1${route.replaceAll(/:(\w+)/g, '{$1}')}`]?.[method.toLowerCase()]
}

/** Every value under a key, at any depth. */
function* valuesOf(value: unknown, key: string): Generator<unknown> {
  if (value === null || typeof value !== 'object') return
  for (const [name, inner] of Object.entries(value)) {
    if (name === key) yield inner
    yield* valuesOf(inner, key)
  }
}

describe('the OpenAPI document', () => {
  it('is OpenAPI 3.1 with everything that version demands', () => {
    expect(api.openapi).toMatch(/^3\.1\.\d+$/)
    expect(api.info).toMatchObject({ title: 'Atlas', version: '0.0.0-test' })
    const operations = Object.values(api.paths).flatMap((methods) => Object.values(methods))
    expect(operations).toHaveLength(keys.length)
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(keys.length)
    for (const path of Object.keys(api.paths)) expect(path).toMatch(/^\/api\/v1\/[\w{}/-]+$/)
    for (const name of Object.keys(api.components.schemas)) expect(name).toMatch(/^[\w.-]+$/)
  })

  it('refers to nothing that is not there', () => {
    const references = [...valuesOf(api, '$ref')]
    expect(references.length).toBeGreaterThan(50)
    for (const reference of references) {
      const name = /^#\/components\/schemas\/([\w.-]+)$/.exec(String(reference))?.[1]
      expect(api.components.schemas, String(reference)).toHaveProperty(name ?? '?')
    }
    expect([...valuesOf(api, '$defs')]).toEqual([])
  })

  it('declares every parameter of a path, each as required', () => {
    for (const [path, methods] of Object.entries(api.paths)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      for (const { parameters } of Object.values(methods)) {
        const declared = parameters.filter((parameter) => parameter.in === 'path')
        expect(declared.map(({ name }) => name)).toEqual(inPath)
        expect(declared.every(({ required }) => required)).toBe(true)
      }
    }
  })

  it.each(keys)('describes %s with its permission, its replies and the problem', (key, endpoint) => {
    const operation = operationOf(key)
    expect(operation).toMatchObject({ 'summary': endpoint.summary, 'x-permission': endpoint.permission })
    expect(operation?.security).toEqual(endpoint.permission === 'public' ? [] : [{ token: [] }, { session: [] }])
    expect(operation?.responses).toHaveProperty(
      String(endpoint.stream === undefined || endpoint.stream === 'multipart' ? (endpoint.status ?? 200) : 200),
    )
    expect(operation?.responses['default']).toMatchObject({
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    })
    expect(operation?.requestBody === undefined).toBe(endpoint.body === undefined && endpoint.stream !== 'multipart')
  })

  it('tells what may be left out of a request from what is always in a reply', () => {
    const reading = api.components.schemas['Reading']
    const readingInput = api.components.schemas['ReadingInput'] ?? {}
    expect(reading?.['required']).toContain('delimiter')
    expect(readingInput['required'] ?? []).not.toContain('delimiter')
    const limit = operationOf('GET /datasets')?.parameters.find(({ name }) => name === 'limit')
    expect(limit).toMatchObject({ in: 'query', required: false, schema: { default: 100, maximum: 1000 } })
  })
})

describe('the page at /docs', () => {
  it('has every endpoint, every schema and every error code under an anchor of its own', () => {
    for (const [key] of keys)
      expect(page.includes(`id="${operationOf(key)?.operationId}"`), `id="${operationOf(key)?.operationId}"`).toBe(true)
    for (const name of Object.keys(api.components.schemas)) expect(page.includes(`id="schema-${name}"`), `id="schema-${name}"`).toBe(true)
    for (const code of Object.keys(errors)) expect(page.includes(`<tr id="${code}">`), `<tr id="${code}">`).toBe(true)
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, anchor] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(anchor)
  })

  it('needs nothing that the content security policy forbids, and nothing from elsewhere', async () => {
    expect(/<script|<style| style=| on\w+=|(?:src|href)="(?:https?:)?\/\//.exec(page)).toBeNull()
    const styles = await fetch(`${atlas.url}/docs/docs.css`)
    expect(styles.headers.get('content-type')).toBe('text/css; charset=utf-8')
  })
})
