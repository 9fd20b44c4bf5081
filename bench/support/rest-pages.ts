import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * A program that serves `GET /records?page=N` from memory: records of twelve fields in pages made before the first request. Arguments: records, records to a page.
 * Prints its address when it is ready, and ends when its input does.
 */
const [count = 0, size = 1000] = process.argv.slice(2).map(Number)
const countries = ['DK', 'SE', 'NO', 'FI', 'DE']
const day = (seconds: number): string => new Date(1_700_000_000_000 + seconds * 1000).toISOString()

function record(id: number): unknown {
  return {
    id,
    order_number: `SO-${String(id).padStart(8, '0')}`,
    customer: `Customer number ${id % 5000}`,
    email: `customer${id % 5000}@example.org`,
    amount: ((id * 37) % 100_000) / 100,
    quantity: id % 12,
    paid: id % 3 !== 0,
    country: countries[id % countries.length],
    created_at: day(id),
    updated_at: day(id * 2),
    address: { street: `Street ${id % 300}`, zip: String(1000 + (id % 9000)) },
    note: id % 4 === 0 ? null : 'Left at the door',
  }
}

const pages: Buffer[] = []
for (let first = 0; first < count; first += size) {
  const data = Array.from({ length: Math.min(size, count - first) }, (_, index) => record(first + index))
  pages.push(Buffer.from(JSON.stringify({ data, page: pages.length + 1 })))
}
const empty = Buffer.from('{"data":[]}')
const server = createServer((request, response) => {
  const page = pages[Number(new URL(request.url ?? '/', 'http://server').searchParams.get('page')) - 1] ?? empty
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': page.length })
  response.end(page)
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`))
process.stdin.on('end', () => process.exit()).resume()
