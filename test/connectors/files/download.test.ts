import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { isRefusedAddress } from '../../../src/connectors/files/address.ts'
import { readFiles } from '../../support/read-files.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** A real HTTP server on a free port for the running test; gives its address. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function readUrl(path: string, context = {}) {
  return readFiles(await temporaryFolder(), { path }, { context })
}

describe('files from an http address', () => {
  it('streams the file, names the stream after it and shows the address without its query', async () => {
    const address = await serve((_request, response) => response.end('a,b\n1,x\n'))
    const { table, streams, parts } = await readUrl(`${address}/exports/orders.csv?token=secret`)
    expect(table).toEqual([{ a: '1', b: 'x' }])
    expect(streams).toEqual(['orders'])
    expect(parts[0]?.origin.file).toBe(`${address}/exports/orders.csv`)
  })

  it('undoes a content encoding and reads a compressed file', async () => {
    const address = await serve((request, response) => {
      if (request.url === '/a.csv') response.setHeader('content-encoding', 'gzip')
      response.end(gzipSync('a,b\n1,x\n'))
    })
    expect((await readUrl(`${address}/a.csv`)).table).toEqual([{ a: '1', b: 'x' }])
    expect((await readUrl(`${address}/a.csv.gz`)).table).toEqual([{ a: '1', b: 'x' }])
  })

  it('follows redirects, and sends a password only to the host it was given for', async () => {
    const seen: (string | undefined)[] = []
    const other = await serve((request, response) => {
      seen.push(request.headers.authorization)
      response.end('a,b\n1,x\n')
    })
    const address = await serve((request, response) => {
      seen.push(request.headers.authorization)
      response.writeHead(302, { location: `${other}/b.csv` }).end()
    })
    const { table } = await readUrl(`${address.replace('http://', 'http://ann:pass@')}/a.csv`)
    expect(table).toEqual([{ a: '1', b: 'x' }])
    // Twice, since the streams are listed before one is read.
    expect(seen.slice(0, 2)).toEqual([`Basic ${Buffer.from('ann:pass').toString('base64')}`, undefined])
  })

  it.each([
    ['a status that is an error', 'source.bad_status', (_, response) => response.writeHead(503).end()],
    ['no file', 'source.bad_status', (_, response) => response.writeHead(404).end('not here')],
    ['a part where the whole was asked for', 'source.bad_status', (_, response) => response.writeHead(206).end('a,b\n')],
    ['redirects without end', 'source.bad_status', (_, response) => response.writeHead(302, { location: '/again' }).end()],
    [
      'a redirect to a metadata address',
      'source.refused',
      (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end(),
    ],
    ['a redirect to a file', 'source.refused', (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end()],
    ['an empty body', 'file.empty', (_, response) => response.end()],
    [
      'fewer bytes than stated',
      'file.truncated',
      (_, response) => {
        response.writeHead(200, { 'content-length': '100' })
        response.write('a,b\n1,x\n', () => response.destroy())
      },
    ],
    [
      'a chunked body that breaks off',
      'file.truncated',
      (_, response) => {
        response.writeHead(200)
        response.write('a,b\n1,x\n', () => response.destroy())
      },
    ],
    [
      'gzip that breaks off',
      'file.truncated',
      (_, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' })
        response.end(gzipSync('a,b\n' + '1,xyz\n'.repeat(99_999)).subarray(0, 60))
      },
    ],
  ] satisfies [string, string, RequestListener][])('refuses %s', async (_what, code, listener) => {
    const address = await serve(listener)
    await expect(readUrl(`${address}/data.csv`)).rejects.toMatchObject({ code })
  })

  it.each([
    'http://169.254.169.254/latest/meta-data',
    'http://[fe80::1]/x.csv',
    'http://[fd00:ec2::254]/x',
    'http://100.100.100.200/x',
    'http://[::ffff:169.254.169.254]/x',
    'http://0xa9fea9fe/x',
    'http://2852039166/x',
  ])('never fetches %s', async (url) => {
    const fetched: unknown[] = []
    const spy = (async (input: unknown) => void fetched.push(input)) as unknown as typeof fetch
    await expect(readUrl(url, { fetch: spy })).rejects.toMatchObject({ code: 'source.refused' })
    expect(fetched).toEqual([])
  })

  it('says when nobody answers, without the password', async () => {
    const error = await readUrl('http://ann:hunter2@127.0.0.1:9/x.csv?key=hunter2').catch((thrown: unknown) => thrown as Error)
    expect(error).toMatchObject({ code: 'source.unreachable', message: expect.stringContaining('127.0.0.1:9/x.csv') })
    expect(String((error as Error).message)).not.toContain('hunter2')
  })

  it('stops in the middle when it is cancelled', async () => {
    const stop = new AbortController()
    const address = await serve((_request, response) => {
      response.writeHead(200)
      response.write('a,b\n', () => stop.abort())
    })
    await expect(readUrl(`${address}/x.csv`, { signal: stop.signal })).rejects.toMatchObject({ code: 'run.cancelled' })
  })
})

describe('addresses that are never fetched', () => {
  it.each([
    ['169.254.0.1', true],
    ['fe80::1%eth0', true],
    ['febf::1', true],
    ['::ffff:a9fe:a9fe', true],
    ['64:ff9b::169.254.169.254', true],
    ['2002:a9fe:a9fe::', true],
    ['fd00:ec2::254', true],
    ['127.0.0.1', false],
    ['::1', false],
    ['10.0.0.1', false],
    ['93.184.216.34', false],
    ['2606:2800:220:1::1', false],
  ])('%s: %s', (address, refused) => {
    expect(isRefusedAddress(address)).toBe(refused)
  })
})
