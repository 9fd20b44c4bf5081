import { readFileSync } from 'node:fs'
import path from 'node:path'
import { createRandom, type Random } from '../../../bench/support/random.ts'

/** A text without personal data. */
export interface CleanText {
  name: string
  text: string
}

const written = [
  'service.log.txt',
  'pipeline.ts.txt',
  'schema.sql.txt',
  'notes.en.txt',
  'notes.da.txt',
  'invoice.txt',
  'products.csv.txt',
  'settings.yaml.txt',
  'operations.txt',
  'lists.txt',
]

/** Technical texts in which nothing is personal data: written by hand, and 60 KB made up of rows as logs, lists and invoices have them. Deterministic. */
export function cleanTexts(): CleanText[] {
  const made: [name: string, row: (random: Random, index: number) => string][] = [
    ['access log', accessLogRow],
    ['metrics', metricsRow],
    ['parts list', partsRow],
    ['invoice lines', invoiceRow],
    ['git log', gitRow],
    ['stack trace', stackRow],
    ['plate map', wellRow],
    ['line items', lineItemRow],
  ]
  return [
    ...written.map((name) => ({ name, text: readFileSync(path.join(import.meta.dirname, name), 'utf8') })),
    ...made.map(([name, row], seed) => {
      const random = createRandom(seed + 100)
      return { name, text: Array.from({ length: 130 }, (_, index) => row(random, index)).join('\n') }
    }),
  ]
}

const paths = ['/api/v1/items', '/api/v1/orders/batch', '/static/app.js', '/health/live', '/metrics', '/v2/catalog/search?q=bolt&page=3']

function hex(random: Random, count: number): string {
  return Array.from({ length: count }, () => random.below(16).toString(16)).join('')
}

function clock(random: Random): string {
  const two = (limit: number): string => String(random.below(limit)).padStart(2, '0')
  return `2024-0${1 + random.below(9)}-${String(1 + random.below(28)).padStart(2, '0')}T${two(24)}:${two(60)}:${two(60)}.${random.digits(3)}Z`
}

function accessLogRow(random: Random): string {
  const status = random.pick([200, 200, 204, 304, 404, 503])
  return `${clock(random)} INFO  [worker-${random.below(8)}] GET ${random.pick(paths)} ${status} ${random.below(90_000)} bytes in ${random.below(900)}.${random.digits(2)} ms req=${hex(random, 16)}`
}

function metricsRow(random: Random): string {
  return `http_requests_total{method="post",code="${random.pick([200, 400, 500])}",handler="/items"} ${random.below(1_000_000)} 17${random.digits(11)}`
}

function partsRow(random: Random, index: number): string {
  const part = random.pick(['Bolt M8x40', 'Washer 8.4', 'Bearing 6204-2RS', 'Seal 20x47x14', 'Cable 3x1.5 mm2', 'Fuse 10A'])
  return `${index + 1};SKU-${random.digits(6)};${part};${random.below(500)} pcs;${random.below(90)}.${random.digits(2)} EUR;rev ${random.pick(['A', 'B', 'C'])}${random.below(9)}`
}

function invoiceRow(random: Random, index: number): string {
  return `Line ${index + 1}: item no. ${random.digits(5)}, qty ${1 + random.below(40)} x ${random.below(400)},${random.digits(2)} DKK, VAT 25 %, total ${random.below(9)}.${random.digits(3)},${random.digits(2)} DKK`
}

function gitRow(random: Random): string {
  return `${hex(random, 40)} ${random.pick(['fix', 'feat', 'chore', 'test'])}(${random.pick(['lake', 'web', 'cli', 'store'])}): ${random.pick(['retry on 503', 'bump to 4.2.1', 'drop column 7', 'split file of 2,000 lines', 'cache for 15 min'])} (#${random.below(4000)})`
}

function stackRow(random: Random): string {
  return `    at ${random.pick(['readRows', 'Object.write', 'async Pool.query', 'Parser.next', 'new Session'])} (src/${random.pick(['lake', 'store', 'web'])}/${random.pick(['scan', 'commit', 'reader'])}.ts:${1 + random.below(900)}:${1 + random.below(120)})`
}

function wellRow(random: Random): string {
  return `${random.pick(['A', 'B', 'C', 'D', 'H'])}${1 + random.below(24)}\t${(random.below(4000) / 1000).toFixed(3)}\t${random.below(65_536)}\t${random.pick(['ok', 'low', 'saturated'])}\tplate ${random.digits(4)}`
}

/** The numeric columns of TPC-H lineitem: keys, quantity, price, discount, tax. */
function lineItemRow(random: Random): string {
  const price = `${900 + random.below(104_000)}.${random.digits(2)}`
  return [
    1 + random.below(6_000_000),
    1 + random.below(200_000),
    1 + random.below(10_000),
    1 + random.below(7),
    1 + random.below(50),
    price,
    `0.0${random.below(10)}`,
    `0.0${random.below(9)}`,
  ].join('|')
}
