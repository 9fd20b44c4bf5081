import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addWorker, enqueue } from '../support/queue.ts'
import { startTestServer, type TestServer } from '../support/platform.ts'

let atlas: TestServer
beforeAll(async () => {
  atlas = await startTestServer()
})
afterAll(() => atlas.close())

const api = (path: string) => `/api/v1${path}`

describe('GET /workers', () => {
  it('lists who lives, what each works on and how many attempts were refused', async () => {
    const { db } = atlas.database
    const worker = await addWorker(db, 'w_test', { homeId: 'h_test' })
    const id = await enqueue(db, { name: 'listed', source: { connector: 'files', settings: { path: '/x.csv' } } }, { homeId: 'h_test' })
    expect(await worker.claim(1, 'h_test')).toEqual([id])
    const reply = await atlas.as('viewer')(api('/workers'))
    const body = (await reply.json()) as { workers: { id: string; role: string; runs: unknown[] }[]; refused: number }
    expect(body.workers.find((one) => one.id === 'w_test')).toMatchObject({
      role: 'worker',
      state: 'active',
      runs: [{ id, pipeline: 'listed', attempt: 1 }],
    })
    expect(body.workers.some((one) => one.role === 'command')).toBe(true)
    expect(body.refused).toBe(0)
  })
})

describe('pools', () => {
  it('are set, listed and deleted by editors, and read by viewers', async () => {
    const editor = atlas.as('editor')
    const made = await editor(api('/pools/source:crm'), { method: 'PUT', json: { size: 3 } })
    expect(await made.json()).toEqual({ name: 'source:crm', size: 3, description: '', held: [], waiting: 0 })
    expect((await atlas.as('viewer')(api('/pools/source:crm'), { method: 'PUT', json: { size: 9 } })).status).toBe(403)
    expect(await (await atlas.as('viewer')(api('/pools'))).json()).toMatchObject([{ name: 'source:crm', size: 3 }])
    expect((await editor(api('/pools/source:crm'), { method: 'DELETE' })).status).toBe(204)
    expect(await (await editor(api('/pools/source:crm'), { method: 'DELETE' })).json()).toMatchObject({ code: 'pool.not_found' })
  })

  it.each([
    { why: 'no places', path: '/pools/p', json: { size: 0 } },
    { why: 'half a place', path: '/pools/p', json: { size: 1.5 } },
    { why: 'too many', path: '/pools/p', json: { size: 10_001 } },
    { why: 'a name with a space', path: '/pools/a%20b', json: { size: 1 } },
  ])('refuse $why', async ({ path, json }) => {
    expect((await atlas.as('editor')(api(path), { method: 'PUT', json })).status).toBe(400)
  })
})
