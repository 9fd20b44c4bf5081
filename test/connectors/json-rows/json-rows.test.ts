import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, it } from 'vitest'
import { openJsonRows, selectJsonRows, selectRefused } from '../../../src/connectors/json-rows/json-rows.ts'
import { locate } from '../../../src/connectors/json-rows/scan-json.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** Lands texts through DuckDB and gives the rows back as JSON texts. */
async function land(texts: string[], options: { path?: string[]; unnest?: boolean; known?: { name: string; type: string }[] } = {}) {
  const rows = openJsonRows({ scratch: await temporaryFolder({}), ...options })
  for (const text of texts) await rows.add(text, locate(text, options.path ?? []) ?? { start: 0, end: 0 })
  const chunk = await rows.take()
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  const query = async (text: string) => (await connection.runAndReadAll(text)).getRowObjectsJson()
  const refused = selectRefused([chunk], 'rows')
  const landed = await query(selectJsonRows([chunk], rows.columns()).text)
  const reasons = refused === null ? [] : (await query(refused.text)).map((row) => row['reason'])
  connection.closeSync()
  return { landed, reasons, types: Object.fromEntries(rows.columns().map(({ name, type }) => [name, type])), keys: rows.keys }
}

describe('JSON records in DuckDB', () => {
  it.each([
    ['1', 'BIGINT', '1'],
    ['-9223372036854775808', 'BIGINT', '-9223372036854775808'],
    ['9223372036854775808', 'DECIMAL(38,0)', '9223372036854775808'],
    ['99999999999999999999999999999999999999', 'DECIMAL(38,0)', '99999999999999999999999999999999999999'],
    ['123456789012345678901234567890123456789', 'VARCHAR', '123456789012345678901234567890123456789'],
    ['-0', 'BIGINT', '0'],
    ['0.1', 'DECIMAL(18,2)', '0.10'],
    ['1234567890.1234567', 'DECIMAL(38,9)', '1234567890.123456700'],
    ['0.123456789012345678', 'DECIMAL(38,18)', '0.123456789012345678'],
    ['1e-7', 'DECIMAL(18,9)', '0.000000100'],
    ['1.5E+3', 'DECIMAL(18,2)', '1500.00'],
    ['1e300', 'DOUBLE', 1e300],
    ['true', 'BOOLEAN', true],
    ['"a\\"b\\u00e6\\n"', 'VARCHAR', 'a"bæ\n'],
    ['"\\u0000"', 'VARCHAR', '\0'],
    ['{"b": 1.10, "a": [1, 2]}', 'JSON', '{"b": 1.10, "a": [1, 2]}'],
    ['[]', 'JSON', '[]'],
    ['null', 'VARCHAR', null],
  ])('%s becomes %s without a loss', async (raw, type, value) => {
    const { landed, types } = await land([`[{"v":${raw}}]`])
    expect(types).toEqual({ v: type })
    expect(landed).toEqual([{ v: value }])
  })

  it('a column of several kinds is text, each value as it is written', async () => {
    const { landed, types } = await land(['[{"v":1.50},{"v":"x"},{"v":true},{"v":{"a":1}},{"v":12}]'])
    expect(types).toEqual({ v: 'VARCHAR' })
    expect(landed.map(({ v }) => v)).toEqual(['1.50', 'x', 'true', '{"a":1}', '12'])
  })

  it('white space, line feeds and the order of keys play no part', async () => {
    const { landed } = await land(['{ "d" : [\n {\n"a" : 1 ,\t"b":"x" }\r\n,{"b":"y","a":2}\n] }', '{"d":[]}', '{"d":[{}]}'], {
      path: ['d'],
    })
    expect(landed).toEqual([
      { a: '1', b: 'x' },
      { a: '2', b: 'y' },
      { a: null, b: null },
    ])
  })

  it('names that differ in case only, that are empty, or that are written with escapes are columns of their own or the same', async () => {
    const { landed } = await land(['[{"id":1,"ID":2,"":3,"é":4},{"\\u00e9":5,"a\\"b":6}]'])
    expect(landed).toEqual([
      { 'id': '1', 'ID_2': '2', 'column_C': '3', 'é': '4', 'a"b': null },
      { 'id': null, 'ID_2': null, 'column_C': null, 'é': '5', 'a"b': '6' },
    ])
  })

  it('of a repeated key the last value counts', async () => {
    expect((await land(['[{"a":1,"b":2,"a":3}]'])).landed).toEqual([{ a: '3', b: '2' }])
  })

  it('columns of earlier reads come first and are never narrowed', async () => {
    const { types } = await land(['[{"n":1,"t":5,"x":true}]'], {
      known: [
        { name: 't', type: 'VARCHAR' },
        { name: 'n', type: 'DECIMAL(18,2)' },
      ],
    })
    expect(Object.entries(types)).toEqual([
      ['t', 'VARCHAR'],
      ['n', 'DECIMAL(18,2)'],
      ['x', 'BOOLEAN'],
    ])
  })

  it('a key that is missing and a key that is null are counted apart', async () => {
    const { keys } = await land(['[{"a":1},{"a":null},{"b":1}]'])
    expect(keys.map(({ name, present, nulls }) => [name, present, nulls])).toEqual([
      ['a', 2, 1],
      ['b', 1, 0],
    ])
  })

  it('what is no object is refused, and so is half of a surrogate pair', async () => {
    const { landed, reasons } = await land(['[1,{"a":"\\ud83d"},{"a":"\\ud83d\\ude00"},"x",null]'])
    expect(landed).toEqual([{ a: '😀' }])
    expect(reasons).toEqual(['not a JSON object', 'half of a surrogate pair, which is no text', 'not a JSON object', 'not a JSON object'])
  })

  it.each([
    '[{"a":tru}]',
    '[{"a":1,}]',
    '[{"a":1}{"a":2}]',
    '[{"a":01}]',
    '[{"a":1.}]',
    '[{"a" 1}]',
    '[{"a":NaN}]',
    '[{"a":.5}]',
    '[{"a":+1}]',
  ])('%s is refused as no JSON', async (text) => {
    await expect(land([text])).rejects.toMatchObject({ code: 'source.unexpected_answer' })
  })

  it('objects whose keys are data are not taken for thousands of columns', async () => {
    const wide = Object.fromEntries(Array.from({ length: 2001 }, (_, n) => [`key${n}`, n]))
    await expect(land([JSON.stringify([wide])])).rejects.toMatchObject({
      code: 'source.unexpected_answer',
      message: expect.stringContaining('2000'),
    })
  })

  it('long streams are read back in their order from several chunk files', async () => {
    const page = (from: number) => JSON.stringify(Array.from({ length: 1000 }, (_, n) => ({ n: from + n, t: 'x'.repeat(3000) })))
    const { landed } = await land(Array.from({ length: 25 }, (_, n) => page(n * 1000)))
    expect(landed.map(({ n }) => Number(n))).toEqual(Array.from({ length: 25_000 }, (_, n) => n))
  })
})
