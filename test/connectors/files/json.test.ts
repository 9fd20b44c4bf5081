import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readFiles } from '../../support/read-files.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

async function read(content: string | Uint8Array, name = 'data.ndjson') {
  return readFiles(await temporaryFolder({ [name]: content }), { path: name })
}

describe('JSON', () => {
  it('keeps every scalar as it is written', async () => {
    const { table, result } = await read(
      '{"big":12345678901234567890,"dec":1.10,"exp":1e5,"neg":-0,"t":true,"s":"007","u":"\\u00e6\\n\\"😀"}\n',
    )
    expect(table).toEqual([{ big: '12345678901234567890', dec: '1.10', exp: '1e5', neg: '-0', t: 'true', s: '007', u: 'æ\n"😀' }])
    expect(result.columns.every(({ type }) => type === 'VARCHAR')).toBe(true)
  })

  it('keeps nested values as JSON text with their digits and spaces', async () => {
    const { table, result } = await read('{"id":1,"o":{"x": 1.10, "y":[12345678901234567890]},"l":[]}\n{"id":2,"o":null}\n')
    expect(table).toEqual([
      { id: '1', o: '{"x": 1.10, "y":[12345678901234567890]}', l: '[]' },
      { id: '2', o: null, l: null },
    ])
    expect(result.columns).toEqual([
      { name: 'id', type: 'VARCHAR' },
      { name: 'o', type: 'JSON' },
      { name: 'l', type: 'JSON' },
    ])
  })

  it('tells texts and nested values of one column apart', async () => {
    const { table, result } = await read('{"a":"5"}\n{"a":5}\n{"a":[5]}\n{"a":"[5]"}\n')
    expect(result.columns).toEqual([{ name: 'a', type: 'JSON' }])
    expect(table.map((row) => row['a'])).toEqual(['"5"', '5', '[5]', '"[5]"'])
  })

  it('finds keys anywhere in the file, and a missing key is NULL as null is', async () => {
    const lines = Array.from({ length: 30_000 }, (_, n) => `{"id":${n}}`)
    const { table, result } = await read([...lines, '{"late":"x","id":null}'].join('\n'))
    expect(result.columns.map(({ name }) => name)).toEqual(['id', 'late'])
    expect(table.at(-1)).toEqual({ id: null, late: 'x' })
    expect(table[7]).toEqual({ id: '7', late: null })
    expect(result.sourceRows).toBe(30_001)
  })

  it('refuses broken lines by their number and keeps the rest', async () => {
    const bad = Buffer.concat([
      Buffer.from('{"id":1}\n\n{"id":\n[1]\n5\n{"id":"\\ud800"}\n{"id":"'),
      Buffer.from([0xe6]),
      Buffer.from('"}\n{"id":"æø"}'),
    ])
    const { table, refused, result, parts } = await read(bad)
    expect(table.map((row) => row['id'])).toEqual(['1', 'æø'])
    expect(refused).toEqual([
      '3: not valid JSON | {"id":',
      '4: not a JSON object | [1]',
      '5: not a JSON object | 5',
      '6: half of a surrogate pair, which is no text | {"id":"\\ud800"}',
      '7: bytes that are not UTF-8 | {"id":"æ"}',
    ])
    expect(result.sourceRows).toBe(7)
    expect(parts[0]?.origin).toEqual({ file: 'data.ndjson', firstLine: 1, skippedLines: [2, 3, 4, 5, 6, 7] })
  })

  it('reads windows-1252 that a plain start does not show', async () => {
    const lines = Array.from({ length: 200_000 }, (_, n) => `{"id":${n}}`).join('\n')
    const { table, refused } = await read(Buffer.from(`${lines}\n{"id":"\xe6"}\n${lines}`, 'latin1'))
    expect(refused).toEqual([])
    expect(table[200_000]).toEqual({ id: 'æ' })
  })

  it.each([
    [
      'an array over many lines',
      '[\n {"a":1,"b":"]},"},\n {"a":\n 2}\n]\n',
      [
        { a: '1', b: ']},' },
        { a: '2', b: null },
      ],
    ],
    ['one object', '{\n "a": 1,\n "b": {"c": [1, 2]}\n}', [{ a: '1', b: '{"c": [1, 2]}' }]],
    ['objects one after the other', '{\n"a":1}\n{\n"a":2}', [{ a: '1' }, { a: '2' }]],
    ['a byte order mark', '\ufeff[{"a":1}]', [{ a: '1' }]],
    ['keys that differ in case only, and a repeated key', '[{"a":1,"A":2,"a":3}]', [{ A: '2', a_2: '3' }]],
  ])('reads %s', async (_what, content, rows) => {
    expect((await read(content, 'data.json')).table).toEqual(rows)
  })

  it('reads gzip, UTF-16, and NDJSON under another name', async () => {
    expect((await read(gzipSync('{"a":"x"}\n'), 'data.jsonl.gz')).table).toEqual([{ a: 'x' }])
    expect((await read(Buffer.from('\ufeff{"a":"æ"}\n{"a":"ø"}\n', 'utf16le'), 'data.json')).table).toEqual([{ a: 'æ' }, { a: 'ø' }])
    expect((await read('{"a":1}\n{"a":2}\n', 'data.txt')).table).toEqual([{ a: '1' }, { a: '2' }])
  })

  it.each([
    ['an array that ends in the middle', '[{"a":1},{"b":', 'data.json', 'file.truncated'],
    ['an array that is not closed', '[{"a":1}', 'data.json', 'file.truncated'],
    ['text after the array', '[{"a":1}] x', 'data.json', 'file.corrupt'],
    ['an empty array', '[]', 'data.json', 'file.no_rows'],
    ['CSV named .json', 'a,b\n1,2\n', 'data.json', 'file.not_text'],
    ['a record beyond the limit', `[{"a":"${'x'.repeat(17_000_000)}"}]`, 'data.json', 'file.line_too_long'],
  ])('refuses %s', async (_what, content, name, code) => {
    await expect(read(content, name)).rejects.toMatchObject({ code })
  })
})
