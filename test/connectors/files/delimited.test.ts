import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readFiles } from '../../support/read-files.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

async function readCsv(content: string | Uint8Array, reading: Record<string, unknown> = {}, name = 'data.csv') {
  return readFiles(await temporaryFolder({ [name]: content }), { path: name, reading })
}

function utf16(text: string, order: 'le' | 'be', bom: boolean): Buffer {
  const bytes = Buffer.from((bom ? '\ufeff' : '') + text, 'utf16le')
  return order === 'le' ? bytes : bytes.swap16()
}

interface Case {
  what: string
  content: string | Uint8Array
  reading?: Record<string, unknown>
  name?: string
  rows: (string | null)[][]
  columns?: string[]
  refused?: string[]
}

const cases: Case[] = [
  {
    what: 'a newline, a comma and a quote in quotes',
    content: 'a,b\n1,"x\ny, ""z"""\n2,w\n',
    rows: [
      ['1', 'x\ny, "z"'],
      ['2', 'w'],
    ],
  },
  {
    what: 'a backslash as escape',
    content: 'a,b\n1,"x \\"y\\" z"\n2,"p,q"\n',
    rows: [
      ['1', 'x "y" z'],
      ['2', 'p,q'],
    ],
  },
  {
    what: 'a semicolon as delimiter, in quotes too',
    content: 'a;b\n1;"x;y"\n2;z\n',
    rows: [
      ['1', 'x;y'],
      ['2', 'z'],
    ],
  },
  {
    what: 'tabs',
    content: 'a\tb\n1\tx,y\n2\tz\n',
    name: 'data.tsv',
    rows: [
      ['1', 'x,y'],
      ['2', 'z'],
    ],
  },
  {
    what: 'pipes',
    content: 'a|b|c\n1|x,y|p;q\n2|z|r\n',
    rows: [
      ['1', 'x,y', 'p;q'],
      ['2', 'z', 'r'],
    ],
  },
  { what: 'a delimiter of two characters that is set', content: 'a||b\n1||x|y\n', reading: { delimiter: '||' }, rows: [['1', 'x|y']] },
  {
    what: 'apostrophes as quotes',
    content: "a,b\n'1','x,y'\n'2','z'\n",
    rows: [
      ['1', 'x,y'],
      ['2', 'z'],
    ],
  },
  { what: 'a UTF-8 byte order mark', content: '\ufeffa,b\n1,x\n', rows: [['1', 'x']] },
  { what: 'a byte order mark before a quoted name', content: '\ufeff"a","b"\n1,x\n', rows: [['1', 'x']] },
  {
    what: 'UTF-16 LE with mark',
    content: utf16('a,b\n1,æ\n2,☃\n', 'le', true),
    rows: [
      ['1', 'æ'],
      ['2', '☃'],
    ],
  },
  {
    what: 'UTF-16 BE with mark',
    content: utf16('a,b\n1,æ\n2,☃\n', 'be', true),
    rows: [
      ['1', 'æ'],
      ['2', '☃'],
    ],
  },
  {
    what: 'UTF-16 LE without mark',
    content: utf16('a,b\n1,æ\n2,x\n', 'le', false),
    rows: [
      ['1', 'æ'],
      ['2', 'x'],
    ],
  },
  {
    what: 'UTF-16 BE without mark',
    content: utf16('a,b\n1,æ\n2,x\n', 'be', false),
    rows: [
      ['1', 'æ'],
      ['2', 'x'],
    ],
  },
  { what: 'windows-1252, which is not Latin-1', content: Buffer.from('a,b\n1,\x80 \xe6\x97\n', 'latin1'), rows: [['1', '€ æ—']] },
  {
    what: 'Latin-1 when it is set',
    content: Buffer.from('a,b\n1,\x85\xe6\n', 'latin1'),
    reading: { encoding: 'iso-8859-1' },
    rows: [['1', '\u0085æ']],
  },
  { what: 'gzip', content: gzipSync('a,b\n1,x\n'), name: 'data.csv.gz', rows: [['1', 'x']] },
  {
    what: 'gzip of several members',
    content: Buffer.concat([gzipSync('a,b\n1,x\n'), gzipSync('2,y\n')]),
    rows: [
      ['1', 'x'],
      ['2', 'y'],
    ],
  },
  { what: 'zstd', content: zstdCompressSync(Buffer.from('a,b\n1,x\n')), name: 'data.csv.zst', rows: [['1', 'x']] },
  { what: 'gzip of windows-1252', content: gzipSync(Buffer.from('a;b\n1;\xf8\n', 'latin1')), rows: [['1', 'ø']] },
  {
    what: 'a title and a blank line before the header',
    content: 'Report 2024\n\na,b,c\n1,x,2\n3,y,4\n',
    columns: ['a', 'b', 'c'],
    rows: [
      ['1', 'x', '2'],
      ['3', 'y', '4'],
    ],
  },
  { what: 'rows to skip after the header', content: 'a,b\nint,text\n1,x\n', reading: { skipAfterHeader: 1 }, rows: [['1', 'x']] },
  {
    what: 'rows to skip before the header',
    content: 'x,y\nz,w\na,b\n1,x\n',
    reading: { skipRows: 2 },
    columns: ['a', 'b'],
    rows: [['1', 'x']],
  },
  {
    what: 'a header with a newline in it',
    content: 'a,"b\nc"\n1,x\n2\n',
    columns: ['a', 'b\nc'],
    rows: [['1', 'x']],
    refused: ['4: too few fields: expected 2, found 1 | 2'],
  },
  {
    what: 'repeated, blank and case-repeated names',
    content: 'a,a,,A,a_2\n1,2,3,4,5\n',
    columns: ['a', 'a_3', 'column_C', 'A_4', 'a_2'],
    rows: [['1', '2', '3', '4', '5']],
  },
  {
    what: 'no header',
    content: '1,2.5,2024-01-01\n2,3.5,2024-01-02\n',
    columns: ['column_A', 'column_B', 'column_C'],
    rows: [
      ['1', '2.5', '2024-01-01'],
      ['2', '3.5', '2024-01-02'],
    ],
  },
  {
    what: 'too many and too few fields',
    content: 'a,b,c\n1,2\n1,2,3\n1,2,3,4\n4,5,6\n',
    rows: [
      ['1', '2', '3'],
      ['4', '5', '6'],
    ],
    refused: ['2: too few fields: expected 3, found 2 | 1,2', '4: too many fields: expected 3, found 4 | 1,2,3,4'],
  },
  {
    what: 'bad rows after quoted newlines and blank lines',
    content: 'a,b\n1,"x\n\ny"\n\n2\n"p\nq",3\n4,5,6\n',
    rows: [
      ['1', 'x\n\ny'],
      ['p\nq', '3'],
    ],
    refused: ['6: too few fields: expected 2, found 1 | 2', '9: too many fields: expected 2, found 3 | 4,5,6'],
  },
  {
    what: 'text after a closing quote',
    content: 'a,b\n1,"x"y\n2,z\n',
    rows: [['2', 'z']],
    refused: ['2: broken quotes: text after a closing quote, or a quote that never closes | 1,"x"y'],
  },
  {
    what: 'one row of wrong bytes in UTF-8 text',
    content: Buffer.concat([Buffer.from('a,b\n1,æ\n2,ø\n3,'), Buffer.from([0xe6, 0x2c]), Buffer.from('\n4,å\n')]),
    rows: [
      ['1', 'æ'],
      ['2', 'ø'],
      ['4', 'å'],
    ],
    refused: ['4: bytes that are not UTF-8 | 3,æ,'],
  },
  {
    what: 'NULL and the empty text',
    content: 'a,b,c\n,"",x\n"",,y\n',
    rows: [
      [null, '', 'x'],
      ['', null, 'y'],
    ],
  },
  {
    what: 'texts that mean no value only where they are set, and not in quotes',
    content: 'a,b\nNA,null\n"NA",NULL\n',
    reading: { nullText: ['NA'] },
    rows: [
      [null, 'null'],
      ['NA', 'NULL'],
    ],
  },
  {
    what: 'leading zeros, spaces, signs and exponents as they stand',
    content: 'a,b,c\n007, x ,+1\n1e3,0x1F,1_000\n',
    rows: [
      ['007', ' x ', '+1'],
      ['1e3', '0x1F', '1_000'],
    ],
  },
  {
    what: 'CRLF',
    content: 'a,b\r\n1,x\r\n2,"y\r\nz"\r\n',
    rows: [
      ['1', 'x'],
      ['2', 'y\r\nz'],
    ],
  },
  {
    what: 'CR alone',
    content: 'a,b\r1,x\r2,y\r',
    rows: [
      ['1', 'x'],
      ['2', 'y'],
    ],
  },
  {
    what: 'mixed line ends',
    content: 'a,b\r\n1,x\n2,y\r\n3,"p\r\nq"\n',
    rows: [
      ['1', 'x'],
      ['2', 'y'],
      ['3', 'p\r\nq'],
    ],
  },
  {
    what: 'a carriage return as data',
    content: 'a,b\n1,x\ry\n2,z\n',
    rows: [
      ['1', 'x\ry'],
      ['2', 'z'],
    ],
  },
  {
    what: 'no newline at the end',
    content: 'a,b\n1,x\n2,y',
    rows: [
      ['1', 'x'],
      ['2', 'y'],
    ],
  },
  { what: 'one column, whose blank lines are rows', content: 'name\nx\n\n"y, z"\n', rows: [['x'], [null], ['y, z']] },
  {
    what: 'one column of text with commas',
    content: 'note\nhello, world\nfoo\nbar, baz, qux\n',
    rows: [['hello, world'], ['foo'], ['bar, baz, qux']],
  },
  {
    what: 'a delimiter at the end of every line',
    content: 'a,b,\n1,x,\n2,y,\n',
    columns: ['a', 'b', 'column_C'],
    rows: [
      ['1', 'x', null],
      ['2', 'y', null],
    ],
  },
  {
    what: 'a NUL in a text',
    content: 'a,b\n1,x\0y\n2,z\n',
    rows: [
      ['1', 'x\0y'],
      ['2', 'z'],
    ],
  },
  {
    what: 'text that starts with #',
    content: 'a,b\n#1,x\n#2,y\n',
    rows: [
      ['#1', 'x'],
      ['#2', 'y'],
    ],
  },
  {
    what: 'an inch sign within a field',
    content: 'a,b\n1,5" disk\n2,3" x "y"\n',
    rows: [
      ['1', '5" disk'],
      ['2', '3" x "y"'],
    ],
  },
]

describe('delimited text (case 80)', () => {
  it.each(cases)('reads $what', async ({ content, reading, name, rows, columns, refused = [] }) => {
    const read = await readCsv(content, reading, name)
    expect(read.table.map((row) => Object.values(row))).toEqual(rows)
    expect(read.refused).toEqual(refused)
    expect(read.result.sourceRows).toBe(rows.length + refused.length)
    if (columns !== undefined) expect(read.result.columns.map((column) => column.name)).toEqual(columns)
    expect(new Set(read.result.columns.map((column) => column.type))).toEqual(new Set(['VARCHAR']))
  })

  it('reads a Danish export as it stands and says how its numbers and dates are written', async () => {
    const text = 'Navn;Beløb;Dato;Postnr\r\nJens Ærø;1.234,56;31-12-2024;0800\r\nKarl;-0,5;01-02-2024;2100\r\n'
    const { table, result } = await readCsv(Buffer.from(text, 'latin1'))
    expect(table).toEqual([
      { Navn: 'Jens Ærø', Beløb: '1.234,56', Dato: '31-12-2024', Postnr: '0800' },
      { Navn: 'Karl', Beløb: '-0,5', Dato: '01-02-2024', Postnr: '2100' },
    ])
    expect(result.text).toEqual({ decimal: ',', dateOrder: 'day-first' })
  })

  it('keeps a field of 200 KB, and one of 5 MB', async () => {
    const [middle, large] = ['m'.repeat(200_000), 'l'.repeat(5_000_000)]
    const { table } = await readCsv(`a,b\n1,${middle}\n2,${large}\n3,x\n`)
    expect(table).toEqual([
      { a: '1', b: middle },
      { a: '2', b: large },
      { a: '3', b: 'x' },
    ])
  })

  it.each([17_000_000, 40_000_000])('names the line and the limit when a line has %i bytes', async (bytes) => {
    await expect(readCsv(`a,b\n1,x\n2,${'l'.repeat(bytes)}\n`)).rejects.toMatchObject({
      code: 'file.line_too_long',
      message: expect.stringMatching(/Line 3 of data\.csv .*limit is 16777216/),
    })
  })

  it('finds windows-1252 bytes far behind a start of plain ASCII', async () => {
    const filler = Array.from({ length: 150_000 }, (_, n) => `${n},plain text\n`).join('')
    const { table, result } = await readCsv(Buffer.from(`a,b\n${filler}x,\xe6\xf8\xe5\n`, 'latin1'))
    expect(result.sourceRows).toBe(150_001)
    expect(table.at(-1)).toEqual({ a: 'x', b: 'æøå' })
  })

  it('keeps every row of a large file in order, with bad rows set aside by line', async () => {
    const isBad = (n: number) => n % 100_000 === 50_000
    const lines = Array.from({ length: 300_000 }, (_, n) =>
      isBad(n) ? `${n},short` : n === 3 ? `${n},"a\nb",z` : `${n},plain text that takes up some more room than it needs to,z`,
    )
    const { result, refused, table } = await readCsv(`a,b,c\n${lines.join('\n')}\n`)
    expect(result.sourceRows).toBe(300_000)
    // Record n starts on line n + 2, and one line later behind the record that takes two.
    expect(refused).toEqual([50_000, 150_000, 250_000].map((n) => `${n + 3}: too few fields: expected 3, found 2 | ${n},short`))
    expect(table.map((row) => Number(row['a']))).toEqual(Array.from({ length: 300_000 }, (_, n) => n).filter((n) => !isBad(n)))
  })

  it('keeps every row of a large file whose quoted fields look like rows', async () => {
    const lines = Array.from({ length: 250_000 }, (_, n) => `${n},"x${n}\n${n},fake,row\n1,2,3\n",the rest of the row with some more text`)
    const { result, parts } = await readCsv(`a,b,c\n${lines.join('\n')}\n`)
    expect(result.sourceRows).toBe(250_000)
    expect(parts[0]?.origin.firstLine).toBeNull()
  })

  it('says from which line each landed row came', async () => {
    const { parts } = await readCsv('title\n\na,b\n1,"x\ny"\n\n2\n3,z\n')
    expect(parts.map(({ origin, rows }) => ({ origin, rows }))).toEqual([
      { origin: { file: 'data.csv', firstLine: 4, skippedLines: [5, 6, 7] }, rows: 2 },
    ])
  })

  it.each([
    ['an empty file', '', 'data.csv', 'file.empty'],
    ['white space alone', ' \n\n', 'data.csv', 'file.empty'],
    ['a byte order mark alone', '\ufeff', 'data.csv', 'file.empty'],
    ['gzip of nothing', gzipSync(''), 'data.csv.gz', 'file.empty'],
    ['a header alone', 'a,b\n', 'data.csv', 'file.no_rows'],
    ['a header alone without newline', 'id;name', 'data.csv', 'file.no_rows'],
    ['a PNG named .csv', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'data.csv', 'file.not_text'],
    [
      'random bytes named .csv',
      Buffer.from(Array.from({ length: 5000 }, (_, n) => (n * 7919 + (n >> 3) * 31) & 255)),
      'data.csv',
      'file.not_text',
    ],
    ['an old .xls', Buffer.from('d0cf11e0a1b11ae1000000', 'hex'), 'data.xls', 'file.unknown_format'],
    ['cut gzip', gzipSync('a,b\n' + '1,xyz\n'.repeat(50_000)).subarray(0, 300), 'data.csv.gz', 'file.truncated'],
    [
      'cut zstd',
      zstdCompressSync(Buffer.from('a,b\n' + Array.from({ length: 50_000 }, (_, n) => `${n},${n * 7919}\n`).join(''))).subarray(0, 40_000),
      'data.csv.zst',
      'file.truncated',
    ],
    ['UTF-16 cut within a character', utf16('a,b\n1,x\n', 'le', true).subarray(0, -1), 'data.csv', 'file.truncated'],
  ])('refuses %s', async (_what, content, name, code) => {
    await expect(readCsv(content, {}, name)).rejects.toMatchObject({ code })
  })

  it('refuses gzip with a wrong checksum', async () => {
    const bytes = gzipSync('a,b\n1,x\n')
    bytes[bytes.length - 6] = (bytes[bytes.length - 6] ?? 0) ^ 1
    await expect(readCsv(bytes, {}, 'data.csv.gz')).rejects.toMatchObject({ code: 'file.corrupt' })
  })

  it('names what was looked for when a file is missing', async () => {
    const folder = await temporaryFolder()
    await expect(readFiles(folder, { path: 'missing.csv' })).rejects.toMatchObject({
      code: 'file.not_found',
      message: expect.stringContaining('missing.csv'),
    })
  })

  it('stops at once when it is cancelled', async () => {
    const folder = await temporaryFolder({ 'data.csv.gz': gzipSync('a,b\n1,x\n') })
    const stop = new AbortController()
    stop.abort()
    await expect(readFiles(folder, { path: 'data.csv.gz' }, { context: { signal: stop.signal } })).rejects.toMatchObject({
      code: 'run.cancelled',
    })
  })
})

/** A small deterministic generator, so that a failure can be repeated. */
function randomOf(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const PIECES = [
  'a',
  'Æ',
  '☃',
  '😀',
  '1',
  '-',
  ' ',
  ',',
  ';',
  '"',
  '""',
  '\n',
  '\r\n',
  '\t',
  '|',
  "'",
  '\\',
  '#',
  '1,2,3',
  '\n9,8\n',
  'NULL',
  '0',
]

describe('delimited text with anything in it', () => {
  it.each(Array.from({ length: 12 }, (_, seed) => seed))('comes back as it was written (seed %i)', async (seed) => {
    const random = randomOf(seed + 1)
    const width = 2 + random(3)
    const newline = ['\n', '\r\n'][random(2)] ?? '\n'
    const cell = () => Array.from({ length: random(5) }, () => PIECES[random(PIECES.length)] ?? '').join('')
    const rows = Array.from({ length: 80 }, (_, n) => [String(n), ...Array.from({ length: width - 1 }, cell)])
    const write = (value: string) =>
      value === '' || /[",\n\r]|^[\s']|\s$/.test(value) || random(4) === 0 ? `"${value.replaceAll('"', '""')}"` : value
    const header = Array.from({ length: width }, (_, n) => `name${n}`).join(',')
    const text = [header, ...rows.map((row) => row.map(write).join(','))].join(newline) + newline
    const { table, refused } = await readCsv(text, { delimiter: ',', quote: '"', escape: '"', header: true })
    expect(refused).toEqual([])
    expect(table.map((row) => Object.values(row))).toEqual(rows)
  })
})
