import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { copyTextLine } from '../../../src/connectors/copy-text/copy-text-line.ts'
import { openChunkFiles } from '../../../src/connectors/copy-text/open-chunk-files.ts'
import { type CopyTextFile, scanCopyText } from '../../../src/connectors/copy-text/scan-copy-text.ts'
import { raw, sql, type Sql } from '../../../src/core/sql.ts'
import { openLanding, type TestLanding } from '../../support/landing.ts'

const NASTY = [
  null,
  '',
  ' ',
  '"',
  "'",
  '"quoted"',
  'a,b',
  'line\nfeed',
  'carriage\rreturn',
  'both\r\n',
  '\ttab',
  '\\N',
  '\\.',
  '\\\\N',
  '\\',
  'ends with \\',
  '\\n',
  '\\t\\',
  '\\\\\n\\',
  '\b\f\v',
  '\u0085',
  '\uFEFFmark',
  '😀 櫻花分店 Миші',
  'N',
  'NULL',
  'x'.repeat(300_000),
]
const text = (cell: Sql) => cell

let landing: TestLanding
let scratch: string

beforeAll(async () => {
  landing = await openLanding()
  scratch = await mkdtemp(path.join(tmpdir(), 'atlas-copy-text-'))
})
afterAll(async () => {
  await landing.close()
  await rm(scratch, { recursive: true, force: true })
})

/** Writes the lines through chunk files and gives what `read` makes of each file. */
async function through<T>(lines: readonly string[], read: (file: CopyTextFile) => Promise<T>, maxBytes?: number): Promise<T[]> {
  const results: T[] = []
  const load = async (file: CopyTextFile) => void results.push(await read(file))
  const chunks = openChunkFiles({ scratch, load, ...(maxBytes === undefined ? {} : { maxBytes }) })
  try {
    for (const line of lines) await chunks.write(line)
    await chunks.end()
  } finally {
    await chunks.discard()
  }
  return results
}

describe('COPY text', () => {
  it('gives every text back as it was, also as the only column', async () => {
    const lines = NASTY.map((value) => copyTextLine([value]))
    const [rows] = await through(lines, (file) =>
      landing.rows(sql`select encode(v) as v from (${scanCopyText(file, [{ name: 'v', cast: text }])})`),
    )
    // As bytes: the Node binding drops a leading U+FEFF from strings.
    const values = (rows ?? []).map(({ v }) => (v === null ? null : Buffer.from((v as { bytes: Uint8Array }).bytes ?? v).toString('utf8')))
    expect(values).toEqual(NASTY)
  })

  it('gives the same from the bare path of a file', async () => {
    const lines = NASTY.slice(0, -1).map((value, index) => copyTextLine([String(index), value]))
    const columns = [
      { name: 'n', cast: (cell: Sql) => sql`${cell}::int` },
      { name: 'length', cast: (cell: Sql) => sql`strlen(${cell})` },
    ]
    const [rows] = await through(lines, (file) => landing.rows(scanCopyText(file.path, columns)))
    expect(rows).toEqual(NASTY.slice(0, -1).map((value, n) => ({ n, length: value === null ? null : BigInt(Buffer.byteLength(value)) })))
  })

  it('reads values of a plain type, with and without a value', async () => {
    const lines = [copyTextLine(['1', '2024-02-29', '-1.50']), copyTextLine([null, null, null])]
    const columns = ['bigint', 'date', 'decimal(9,2)'].map((type) => ({
      name: type,
      cast: (cell: Sql) => sql`${cell}::${raw(type)}`,
      plain: true,
    }))
    const [rows] = await through(lines, (file) => landing.rows(sql`select columns(*)::varchar from (${scanCopyText(file, columns)})`))
    expect(rows).toEqual([
      { 'bigint': '1', 'date': '2024-02-29', 'decimal(9,2)': '-1.50' },
      { 'bigint': null, 'date': null, 'decimal(9,2)': null },
    ])
  })

  it('keeps the order of rows over many files, bounded on disk', async () => {
    const lines = Array.from({ length: 5_000 }, (_, n) => copyTextLine([String(n), 'x'.repeat(100)]))
    let most = 0
    const columns = [
      { name: 'n', cast: (cell: Sql) => sql`${cell}::int` },
      { name: 'x', cast: text },
    ]
    const read = async (file: CopyTextFile) => {
      most = Math.max(most, (await readdir(scratch)).length)
      return (await landing.rows(scanCopyText(file, columns))).map(({ n }) => n)
    }
    const files = await through(lines, read, 20_000)
    expect(files.length).toBeGreaterThan(20)
    expect(files.flat()).toEqual(lines.map((_, n) => n))
    expect(most).toBeLessThanOrEqual(4)
    expect(await readdir(scratch)).toEqual([])
  })

  it('reads a line of 40 MB among short ones', async () => {
    const lines = ['a', 'x'.repeat(40_000_000), 'b'].map((value) => copyTextLine([value]))
    const columns = [{ name: 'size', cast: (cell: Sql) => sql`strlen(${cell})::int` }]
    const [rows] = await through(lines, (file) => landing.rows(scanCopyText(file, columns)))
    expect(rows).toEqual([{ size: 1 }, { size: 40_000_000 }, { size: 1 }])
  })

  it('ends with an error when a cell does not fit, and when a line has too few cells', async () => {
    const whole = { name: 'n', cast: (cell: Sql) => sql`${cell}::int` }
    await expect(through([copyTextLine(['1']), copyTextLine(['x'])], (file) => landing.rows(scanCopyText(file, [whole])))).rejects.toThrow(
      /Conversion/,
    )
    const two = [whole, { name: 'm', cast: text }]
    await expect(through([copyTextLine(['1'])], (file) => landing.rows(scanCopyText(file, two)))).rejects.toThrow(/column/i)
    expect(await readdir(scratch)).toEqual([])
  })

  const day = (cell: Sql) => sql`case when suffix(${cell}, 'BC') then replace(${cell}, ' BC', ' (BC)') else ${cell} end::date`
  const direct = [
    { name: 'n', cast: (cell: Sql) => sql`${cell}::bigint`, plain: true, direct: { type: 'BIGINT' } },
    { name: 'd', cast: day, plain: true, direct: { type: 'DATE', unless: 'BC' as const } },
  ]

  it('parses numbers and days while it reads, except days of a file that has some before Christ', async () => {
    const after = [copyTextLine(['-9223372036854775808', 'infinity']), copyTextLine([null, '10000-01-01'])]
    const before = [copyTextLine(['1', '0044-03-15 BC']), copyTextLine(['2', '2024-02-29'])]
    const read = (file: CopyTextFile) => landing.rows(sql`select n::varchar as n, d::varchar as d from (${scanCopyText(file, direct)})`)
    expect(await through(after, read)).toEqual([
      [
        { n: '-9223372036854775808', d: 'infinity' },
        { n: null, d: '10000-01-01' },
      ],
    ])
    expect(await through(before, read)).toEqual([
      [
        { n: '1', d: '0044-03-15 (BC)' },
        { n: '2', d: '2024-02-29' },
      ],
    ])
  })

  it('ends with an error when a cell that is parsed while it is read does not fit', async () => {
    const lines = [copyTextLine(['1', '2024-02-29']), copyTextLine(['9223372036854775808', '2024-02-29'])]
    await expect(through(lines, (file) => landing.rows(scanCopyText(file, direct)))).rejects.toThrow(/Conversion Error/)
  })

  it('refuses bytes that are not UTF-8 before DuckDB sees them', async () => {
    const chunks = openChunkFiles({ scratch, load: () => Promise.resolve() })
    await expect(chunks.write(Buffer.from('1\tM\xfcller\n', 'latin1'))).rejects.toMatchObject({ code: 'source.value_out_of_range' })
    await chunks.discard()
    expect(await readdir(scratch)).toEqual([])
  })

  it('removes what was not loaded when it is discarded', async () => {
    const chunks = openChunkFiles({ scratch, load: () => Promise.resolve() })
    await chunks.write(copyTextLine(['1']))
    await chunks.discard()
    expect(await readdir(scratch)).toEqual([])
  })

  it('unescapes nothing in files without a backslash', async () => {
    const [escaped] = await through([copyTextLine(['plain'])], (file) => Promise.resolve(file.escaped))
    expect(escaped).toBe(false)
    expect(
      scanCopyText({ path: 'f', bytes: 1, longestLine: 1, escaped: false, hasBc: false }, [{ name: 'v', cast: text }]).text,
    ).not.toContain('contains')
  })
})
