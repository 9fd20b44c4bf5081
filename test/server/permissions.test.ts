import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Role } from '../../src/contract/access.ts'
import type { Endpoint, EndpointKey, Permission } from '../../src/contract/endpoint.ts'
import { contract } from '../../src/contract/index.ts'
import { startTestServer, type TestServer } from '../support/platform.ts'

/** Who may do what, as the design says; kept apart from the code that grants it. */
const allowed: Record<Permission, (Role | null)[]> = {
  'public': [null, 'viewer', 'editor', 'admin'],
  'self': ['viewer', 'editor', 'admin'],
  'datasets.read': ['viewer', 'editor', 'admin'],
  'runs.read': ['viewer', 'editor', 'admin'],
  'sources.read': ['viewer', 'editor', 'admin'],
  'sources.edit': ['editor', 'admin'],
  'quality.edit': ['editor', 'admin'],
  'quarantine.edit': ['editor', 'admin'],
  'sql.run': ['viewer', 'editor', 'admin'],
  'pii.analyze': ['viewer', 'editor', 'admin'],
  'pii.review': ['editor', 'admin'],
  'datasets.export': ['editor', 'admin'],
  'runs.start': ['editor', 'admin'],
  'uploads.write': ['editor', 'admin'],
  'transforms.edit': ['editor', 'admin'],
  'pipelines.edit': ['editor', 'admin'],
  'alerts.act': ['editor', 'admin'],
  'alerts.edit': ['editor', 'admin'],
  'schedules.edit': ['editor', 'admin'],
  'datasets.read_raw': ['admin'],
  'sources.read_local_files': ['admin'],
  'users.manage': ['admin'],
  'tokens.manage': ['admin'],
  'audit.read': ['admin'],
  'settings.edit': ['admin'],
}

let atlas: TestServer
beforeAll(async () => {
  atlas = await startTestServer()
})
afterAll(() => atlas.close())

/** Sends the emptiest request there is, which no handler can act on; an event stream is left at once. */
async function knock(key: EndpointKey, role: Role | null): Promise<{ status: number; code: string | null }> {
  const [method = '', path = ''] = key.split(' ')
  const url = `/api/v1${path.replace(':name', 'chart.nothing').replaceAll(/:\w+/g, 'nothing')}`
  const gone = new AbortController()
  const response = await atlas.as(role)(url, { method, signal: gone.signal, ...(method === 'GET' ? {} : { json: {} }) })
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') ?? false
  const code = isProblem ? ((await response.json()) as { code: string }).code : null
  gone.abort()
  return { status: response.status, code }
}

describe.each(Object.entries(contract) as [EndpointKey, Endpoint][])('%s', (key, { permission }) => {
  it.each([null, 'viewer', 'editor', 'admin'] as const)(`answers to %s as ${permission} says`, async (role) => {
    const { status, code } = await knock(key, role)
    const refusal = role === null ? { status: 401, code: 'access.not_signed_in' } : { status: 403, code: 'access.denied' }
    if (!allowed[permission].includes(role)) expect({ status, code }).toEqual(refusal)
    else {
      // A token has no password: the one endpoint that looks at more than the permission.
      if (key !== 'PUT /auth/password') expect(code ?? '').not.toMatch(/^access\.(not_signed_in|denied|csrf|bad_token)$/)
      expect(status).toBeLessThan(500)
    }
  })
})

it('has a permission on every route below /api/v1 but the description of the API itself', async () => {
  const routes = atlas.server.app.printRoutes({ commonPrefix: false, includeMeta: false })
  expect(routes).toContain('openapi.json (GET)')
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    const response = await atlas.as(null)('/api/v1/datasets', { method })
    expect(response.status).toBe(404)
  }
})
