import { afterEach, describe, expect, it } from 'vitest'
import { shown, type CellInput, type SheetInput, type Spreadsheet } from '../../servers/google-sheets/spreadsheet-model.ts'
import type { GoogleSheetsSettings } from '../../../src/connectors/google-sheets/sheet-settings.ts'
import { openSheetsSource, type SheetsSource } from './sheets-source.ts'

let source: SheetsSource
afterEach(() => source.close())

const read = async (
  rows: CellInput[][],
  options: Record<string, unknown> = {},
  more: Partial<SheetInput> = {},
  book: Partial<Spreadsheet> = {},
  settings: Partial<GoogleSheetsSettings> = {},
) => {
  source = await openSheetsSource([{ title: 'Sheet1', rows, ...more }], book, settings)
  return source.read('Sheet1', { options })
}
const column = async (cells: CellInput[], options: Record<string, unknown> = {}) => {
  const { table, types, result } = await read([['key', 'v'], ...cells.map((cell, index) => [`k${index}`, cell])], options)
  return {
    values: table.map((row) => row['v']),
    type: types['v'],
    warnings: result.warnings,
    source: result.columns.find(({ name }) => name === 'v')?.sourceType,
  }
}

describe('dates and times', () => {
  it.each([
    ['the serial 37621 is 2002-12-31', shown.date(37621), 'DATE', '2002-12-31'],
    ['0.5 shown as a time is noon', shown.time(0.5), 'TIME', '12:00:00'],
    ['44927.75 shown as date and time is 2023-01-01 18:00:00', shown.dateTime(44927.75), 'TIMESTAMP', '2023-01-01 18:00:00'],
    ['a negative serial lies in 1899', shown.date(-1), 'DATE', '1899-12-29'],
    ['the serial 1 is 1899-12-31, and 60 is 1900-02-28 since 1900 had no leap day', shown.date(60), 'DATE', '1900-02-28'],
    ['a duration keeps hours beyond a day', shown.duration(1.0625), 'VARCHAR', '25:30:00'],
    ['a negative duration keeps its sign', shown.duration(-0.5), 'VARCHAR', '-12:00:00'],
    ['a time of day is exact to the millisecond', shown.time(0.123456 / 1), 'TIME', '02:57:46.598'],
    ['midnight is a time', shown.time(0), 'TIME', '00:00:00'],
  ])('case 71: %s', async (_rule, cell, type, text) => {
    expect(await column([cell])).toMatchObject({ type, values: [text] })
  })

  it('case 71: the kinds come from every row, not from the first: dates that begin in row 600 make a date column', async () => {
    const cells = [...Array.from({ length: 600 }, () => null), ...Array.from({ length: 5 }, (_, day) => shown.date(45000 + day))]
    const { type, values } = await column(cells)
    expect(type).toBe('DATE')
    expect(values.slice(599)).toEqual([null, '2023-03-15', '2023-03-16', '2023-03-17', '2023-03-18', '2023-03-19'])
  })

  it('case 71: a few dates that lost their format are dates like their neighbours, and the run says how many', async () => {
    const { type, values, warnings } = await column([45000, shown.date(45001), shown.date(45002), shown.date(45003)])
    expect({ type, first: values[0] }).toEqual({ type: 'DATE', first: '2023-03-15' })
    expect(warnings.join()).toContain('1 numbers without a date format')
  })

  it('case 71: a number far from the dates around it stays that number, and the column is text', async () => {
    const { type, values, warnings } = await column([shown.date(45001), shown.date(45002), 3])
    expect({ type, values }).toEqual({ type: 'VARCHAR', values: ['2023-03-16', '2023-03-17', '3'] })
    expect(warnings.join()).toContain('1 numbers, 2 dates')
  })

  it('case 71: a date with a hidden time of day keeps it', async () => {
    expect(await column([shown.date(45001), shown.date(45002.25)])).toMatchObject({
      type: 'TIMESTAMP',
      values: ['2023-03-16 00:00:00', '2023-03-17 06:00:00'],
    })
  })

  it('case 71: a duration beyond the hours of a day and a plain time do not mix up', async () => {
    expect(await column([shown.time(0.25), shown.duration(2)])).toMatchObject({ type: 'VARCHAR', values: ['06:00:00', '48:00:00'] })
  })

  it.each([
    ['as the sheet shows them, without a zone', undefined, 'TIMESTAMP', '2023-06-01 12:00:00'],
    ['as instants in the zone of the spreadsheet', 'sheet', 'TIMESTAMP WITH TIME ZONE', '2023-06-01 10:00:00'],
    ['as instants in a zone of the settings', 'America/New_York', 'TIMESTAMP WITH TIME ZONE', '2023-06-01 16:00:00'],
  ])('keeps dates with a time %s', async (_how, timeZone, type, utc) => {
    const { types, landing } = await read(
      [['at'], [shown.dateTime(45078.5)]],
      {},
      {},
      { timeZone: 'Europe/Copenhagen' },
      timeZone === undefined ? {} : { timeZone },
    )
    expect(types).toEqual({ at: type })
    const { sql } = await import('../../../src/core/sql.ts')
    expect(await landing.query(sql`select (epoch_ms("at"::timestamptz))::varchar as ms from landed`)).toEqual([
      { ms: String(Date.parse(`${utc}Z`)) },
    ])
  })
})

describe('numbers and other values', () => {
  it.each([
    ['integers that a double holds are integers', [1, -5, 9007199254740991], 'BIGINT', ['1', '-5', '9007199254740991'], 'number'],
    ['an integer beyond 2^53 is a double like its cell', [1, 9007199254740994], 'DOUBLE', ['1.0', '9007199254740994.0'], 'number'],
    [
      'decimals are the doubles that the cells hold',
      [0.1, 0.30000000000000004, 1e300, -2.5e-10],
      'DOUBLE',
      ['0.1', '0.30000000000000004', '1e+300', '-2.5e-10'],
      'number',
    ],
    ['a percent is its fraction', [shown.percent(0.125)], 'DOUBLE', ['0.125'], 'percent'],
    ['money is its amount', [shown.currency(1234.5), shown.currency(-2)], 'DOUBLE', ['1234.5', '-2.0'], 'currency'],
    ['checkboxes are true and false', [true, false, null], 'BOOLEAN', ['true', 'false', null], 'boolean'],
    [
      'text stays text with zeros, blanks and words that look like nothing',
      ['007', ' a ', 'NULL', 'null', 'N/A'],
      'VARCHAR',
      ['007', ' a ', 'NULL', 'null', 'N/A'],
      'text',
    ],
    [
      'texts of all sorts',
      ['a"b', 'line\nbreak', 'tab\t\\N', '😀', 'x\ufeffy\u0000z', 'é'],
      'VARCHAR',
      ['a"b', 'line\nbreak', 'tab\t\\N', '😀', 'x\ufeffy\u0000z', 'é'],
      'text',
    ],
    ['a formula gives its value', [shown.formula('=1+1', 2), shown.formula('=2*2', 4)], 'BIGINT', ['2', '4'], 'number'],
    [
      'several kinds are text, each as it is written',
      [1, 'x', true, 0.1, 1e21, shown.date(37621)],
      'VARCHAR',
      ['1', 'x', 'true', '0.1', '1e+21', '2002-12-31'],
      'mixed',
    ],
  ])('%s', async (_rule, cells, type, values, sourceType) => {
    expect(await column(cells as CellInput[])).toMatchObject({ type, values, source: sourceType })
  })

  it('cells that show an error have no value and are counted; a text that reads like one is a text', async () => {
    const { values, type, warnings } = await column([1, shown.error('REF'), shown.error('DIVIDE_BY_ZERO'), 2])
    expect({ values, type }).toEqual({ values: ['1', null, null, '2'], type: 'BIGINT' })
    expect(warnings).toEqual(['Column "v": 2 cells show an error (the first at B3) and have no value.'])
    await source.close()
    expect(await column(['#REF!', '#N/A'])).toMatchObject({ values: ['#REF!', '#N/A'], warnings: [] })
  })

  it('columns marked as text are read as the screen shows them', async () => {
    const cells = [shown.number(42, '00000'), shown.number(7, '00000'), shown.date(37621, 'dd/mm/yyyy')]
    expect(await column(cells, { textColumns: ['v'] })).toMatchObject({
      type: 'VARCHAR',
      values: ['00042', '00007', '31/12/2002'],
      source: 'text as shown',
    })
  })

  it('refuses a column to read as text that is not there', async () => {
    source = await openSheetsSource([{ title: 'Sheet1', rows: [['a'], [1]] }])
    await expect(source.read('Sheet1', { options: { textColumns: ['b'] } })).rejects.toMatchObject({
      code: 'source.column_missing',
      message: expect.stringContaining('"a"'),
    })
  })
})
