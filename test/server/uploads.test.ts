import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../support/platform.ts'
import { expectProblem, replyOf } from '../support/replies.ts'

const limit = 1_000_000
let atlas: TestServer
beforeAll(async () => {
  atlas = await startTestServer({ cliToken: 'cli' }, { uploadLimitBytes: limit })
})
afterAll(() => atlas.close())

const stored = () => readdir(atlas.platform.folders.uploads)

function form(name: string, content: string | Uint8Array<ArrayBuffer>, field = 'file'): FormData {
  const body = new FormData()
  body.append(field, new Blob([content]), name)
  return body
}

const upload = (body: FormData, role: 'editor' | 'viewer' = 'editor') => atlas.as(role)('/api/v1/uploads', { method: 'POST', body })

/** Sends a multipart request by hand, with the part's headers as given: `fetch` would clean them. */
async function sendRaw(disposition: string): Promise<Response> {
  const body = `--b\r\nContent-Disposition: form-data; ${disposition}\r\n\r\na,b\n1,2\n\r\n--b--\r\n`
  return atlas.as('editor')('/api/v1/uploads', { method: 'POST', body, headers: { 'content-type': 'multipart/form-data; boundary=b' } })
}

describe('an upload', () => {
  it('lands on the disk as it came, under its id, with its checksum', async () => {
    const content = 'navn;beløb\nÅse;1,50\n'
    const done = await replyOf('POST /uploads', upload(form('kundér æøå.csv', content)))
    const sha256 = createHash('sha256').update(content).digest('hex')
    expect(done).toMatchObject({
      fileName: 'kundér æøå.csv',
      sizeBytes: Buffer.byteLength(content),
      sha256,
      createdBy: 'token:editor',
      lastRunId: null,
    })
    expect(await readFile(path.join(atlas.platform.folders.uploads, done.id), 'utf8')).toBe(content)
    expect(await replyOf('GET /uploads/:uploadId', atlas.as('editor')(`/api/v1/uploads/${done.id}`))).toEqual(done)
    expect((await replyOf('GET /uploads', atlas.as('editor')('/api/v1/uploads')))[0]).toEqual(done)
    const [entry] = await replyOf('GET /audit', atlas.as('admin')('/api/v1/audit?action=upload.created'))
    expect(entry).toMatchObject({ actor: 'token:editor', target: done.id, detail: { sha256 } })
  })

  it('of exactly the limit is taken, and of one byte more refused with nothing left behind', async () => {
    const before = await stored()
    const exact = await replyOf('POST /uploads', upload(form('exact.csv', new Uint8Array(limit))))
    expect(exact.sizeBytes).toBe(limit)
    const problem = await expectProblem(upload(form('over.csv', new Uint8Array(limit + 1))), 413, 'upload.too_large')
    expect(problem.detail).toContain(String(limit))
    expect(await stored()).toEqual([...before, exact.id].toSorted())
  })

  it('that says it is far larger than the limit is refused before it is read', async () => {
    await expectProblem(upload(form('huge.csv', new Uint8Array(5 * limit))), 413, 'upload.too_large')
  })

  it('that the client leaves half-way leaves nothing', async () => {
    const before = await stored()
    const { port } = atlas.server
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    const head =
      'POST /api/v1/uploads HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer cli\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 900000\r\n\r\n'
    socket.write(`${head}--b\r\nContent-Disposition: form-data; name="file"; filename="half.csv"\r\n\r\n${'x'.repeat(200_000)}`)
    await expect.poll(stored).toContainEqual(expect.stringMatching(/\.part$/))
    socket.destroy()
    await expect.poll(stored).toEqual(before)
    expect(await atlas.database.db.selectFrom('uploads').select('id').where('file_name', '=', 'half.csv').execute()).toEqual([])
  })

  it.each([
    ['name="file"; filename="../../etc/passwd"', 'file.bad_name'],
    ['name="file"; filename="..\\\\..\\\\boot.ini"', 'file.bad_name'],
    ['name="file"; filename="/etc/passwd"', 'file.bad_name'],
    ['name="file"; filename="C:\\\\x.csv"', 'file.bad_name'],
    ['name="file"; filename=".."', 'file.bad_name'],
    ['name="file"; filename="a\u0007.csv"', 'file.bad_name'],
    ['name="file"; filename="evil\u202Evsc.exe"', 'file.bad_name'],
    [`name="file"; filename="${'x'.repeat(256)}.csv"`, 'file.bad_name'],
    [`name="file"; filename*=UTF-8''..%2F..%2Fetc%2Fpasswd`, 'file.bad_name'],
    ['name="other"; filename="a.csv"', 'upload.missing_file'],
    ['name="file"', 'upload.missing_file'],
  ] as const)('named by %s is refused and leaves nothing', async (disposition, code) => {
    const before = await stored()
    await expectProblem(sendRaw(disposition), 400, code)
    expect(await stored()).toEqual(before)
  })

  it('that is no multipart form, or one cut short, is refused', async () => {
    const send = (body: string, type: string) =>
      atlas.as('editor')('/api/v1/uploads', { method: 'POST', body, headers: { 'content-type': type } })
    await expectProblem(send('{}', 'application/json'), 400, 'upload.missing_file')
    await expectProblem(send('a,b', 'text/csv'), 415, 'request.unsupported_media_type')
    const before = await stored()
    const cut = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\na,b\n1,'
    await expectProblem(send(cut, 'multipart/form-data; boundary=b'), 400, 'request.invalid')
    await expectProblem(send('', 'multipart/form-data; boundary=b'), 400, 'upload.missing_file')
    await expectProblem(send(cut, 'multipart/form-data'), 400, 'request.invalid')
    expect(await stored()).toEqual(before)
  })

  it('is gone when it is deleted', async () => {
    const { id } = await replyOf('POST /uploads', upload(form('gone.csv', 'a\n1\n')))
    expect((await atlas.as('editor')(`/api/v1/uploads/${id}`, { method: 'DELETE' })).status).toBe(204)
    expect(await stored()).not.toContain(id)
    await expectProblem(atlas.as('editor')(`/api/v1/uploads/${id}`), 404, 'upload.not_found')
    await expectProblem(atlas.as('editor')(`/api/v1/uploads/${id}`, { method: 'DELETE' }), 404, 'upload.not_found')
  })

  it('is previewed as it would be read, with what was set about it', async () => {
    const { id } = await replyOf('POST /uploads', upload(form('people.csv', 'navn;beløb\nÅse;1,50\nBo;2,25\n')))
    const preview = (json: object) => atlas.as('editor')(`/api/v1/uploads/${id}/preview`, { method: 'POST', json })
    const found = await replyOf('POST /uploads/:uploadId/preview', preview({}))
    expect(found).toMatchObject({ reading: { format: 'csv', delimiter: ';', header: true, decimal: ',' }, scannedRows: 2 })
    expect(found.columns.map(({ source, name }) => [source, name])).toEqual([
      ['navn', 'navn'],
      ['beløb', 'beloeb'],
    ])
    expect(found.rows[0]).toEqual(['Åse', '1,50'])
    const set = await replyOf('POST /uploads/:uploadId/preview', preview({ reading: { delimiter: ',' } }))
    expect(set.columns).toHaveLength(2)
    await expectProblem(preview({ reading: { delimiter: 5 } }), 400, 'request.invalid')
    await expectProblem(atlas.as('editor')('/api/v1/uploads/u_none/preview', { method: 'POST', json: {} }), 404, 'upload.not_found')
  })

  it('is not read from where an id points outside the folder', async () => {
    for (const id of ['..%2Fsecret', '%2e%2e%2f%2e%2e%2fetc%2fpasswd', '.']) {
      const response = await atlas.as('editor')(`/api/v1/uploads/${id}/preview`, { method: 'POST', json: {} })
      expect(response.status).toBe(404)
    }
  })

  it('needs the permission before a byte of it is read', async () => {
    await expectProblem(upload(form('no.csv', 'a\n'), 'viewer'), 403, 'access.denied')
  })
})
