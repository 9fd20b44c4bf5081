import { describe, expect, it } from 'vitest'
import { dateKindOf, serialToText } from '../../../src/connectors/files/excel-date.ts'
import { makeWorkbook, makeZip, type WorkbookSheet } from '../../support/make-workbook.ts'
import { readFiles } from '../../support/read-files.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** A row of inline cells; `null` leaves a cell out. */
function row(number: number, ...cells: (string | number | null)[]): string {
  const xml = cells.map((cell, column) => {
    const at = `${String.fromCharCode(65 + column)}${number}`
    if (cell === null) return ''
    return typeof cell === 'number' ? `<c r="${at}"><v>${cell}</v></c>` : `<c r="${at}" t="inlineStr"><is><t>${cell}</t></is></c>`
  })
  return `<row r="${number}">${xml.join('')}</row>`
}

async function read(
  sheets: WorkbookSheet[],
  options: Parameters<typeof makeWorkbook>[1] = {},
  stream?: string,
  reading: Record<string, unknown> = {},
) {
  const folder = await temporaryFolder({ 'book.xlsx': makeWorkbook(sheets, options) })
  return readFiles(folder, { path: 'book.xlsx', reading }, { stream })
}

describe('Excel', () => {
  it('keeps texts exactly and numbers as the shortest text of their double', async () => {
    const cells = [
      '<c t="s"><v>0</v></c>',
      '<c t="s"><v>1</v></c>',
      '<c><v>0.10000000000000001</v></c>',
      '<c><v>1.5E-7</v></c>',
      '<c><v>12345678901234567</v></c>',
      '<c t="b"><v>1</v></c>',
      '<c t="str"><v>a &amp; b_x000D_</v></c>',
      '<c t="s"><v>2</v></c>',
    ]
    const { table, result } = await read(
      [{ name: 'Data', rows: `${row(1, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')}<row r="2">${cells.join('')}</row>` }],
      {
        strings: ['007', ' x &lt;y&gt;\n', '<r><t>ri</t></r><r><rPr><b/></rPr><t>ch</t></r><rPh sb="0" eb="1"><t>no</t></rPh>'],
      },
    )
    expect(table).toEqual([{ a: '007', b: ' x <y>\n', c: '0.1', d: '1.5e-7', e: '12345678901234567', f: 'true', g: 'a & b\r', h: 'rich' }])
    expect(result.columns.every(({ type }) => type === 'VARCHAR')).toBe(true)
  })

  it('writes dates and times by the cell’s format as ISO 8601', async () => {
    const styles = [0, 14, 164, 165, 21, 46, 166]
    const serials = [45351, 45351, 45322.572916666664, 45351.5, 0.3541666666666667, 1.5, 45351]
    const cells = serials.map((serial, style) => `<c s="${style}"><v>${serial}</v></c>`).join('')
    const { table } = await read(
      [{ name: 'Data', rows: `${row(1, 'number', 'date', 'both', 'half', 'time', 'elapsed', 'money')}<row r="2">${cells}</row>` }],
      {
        styles,
        formats: { 164: 'dd/mm/yyyy hh:mm', 165: '[$-406]d. mmmm yyyy', 166: '#,##0 "days"' },
      },
    )
    expect(table).toEqual([
      {
        number: '45351',
        date: '2024-02-29',
        both: '2024-01-31 13:45:00',
        half: '2024-02-29 12:00:00',
        time: '08:30:00',
        elapsed: '36:00:00',
        money: '45351',
      },
    ])
  })

  it('makes each sheet with cells a stream and skips charts and empty sheets', async () => {
    const sheets = [
      { name: 'Orders', rows: row(1, 'id') + row(2, 1) },
      { name: 'Chart', rows: '', chart: true },
      { name: 'Empty', rows: '<row r="1"><c r="A1" s="0"/></row>' },
      { name: "It's 2024 & more", rows: row(1, 'a') + row(2, 'x') },
    ]
    const { streams, table } = await read(sheets, {}, "It's 2024 & more")
    expect(streams).toEqual(['Orders', "It's 2024 & more"])
    expect(table).toEqual([{ a: 'x' }])
  })

  it('names a sheet that has the program’s own name after the file', async () => {
    const sheets = [
      { name: 'Ark1', rows: row(1, 'id') + row(2, 1) },
      { name: 'Sheet2', rows: row(1, 'a') + row(2, 'x') },
    ]
    expect((await read(sheets)).streams).toEqual(['book', 'book Sheet2'])
  })

  it('finds the header below a title, leaves out empty rows and columns, and knows each row’s line', async () => {
    const { table, parts, result } = await read([
      { name: 'Data', rows: row(2, 'Report 2024') + row(4, null, 'id', 'name', '') + row(5, null, 1, 'x') + row(8, null, 2, null) },
    ])
    expect(table).toEqual([
      { id: '1', name: 'x' },
      { id: '2', name: null },
    ])
    expect(parts[0]?.origin).toEqual({ file: 'book.xlsx#Data', firstLine: 5, skippedLines: [6, 7] })
    expect(result.sourceRows).toBe(2)
  })

  it('keeps a column without a name when there are values below it', async () => {
    const { table } = await read([{ name: 'Data', rows: row(1, 'id', null, 'id') + row(2, 1, 'x', 'y') }])
    expect(table).toEqual([{ id: '1', column_B: 'x', id_2: 'y' }])
  })

  it('reads a sheet without a header', async () => {
    const { table } = await read([{ name: 'Data', rows: row(1, 1, 'x') + row(2, 2, 'y') }])
    expect(table).toEqual([
      { column_A: '1', column_B: 'x' },
      { column_A: '2', column_B: 'y' },
    ])
  })

  it('warns of cells that show an error and gives them no value', async () => {
    const { table, result } = await read([
      { name: 'Data', rows: `${row(1, 'a', 'b')}<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="e"><v>#N/A</v></c></row>` },
    ])
    expect(table).toEqual([{ a: '1', b: null }])
    expect(result.warnings).toEqual(['book.xlsx, sheet Data: 1 cells show an error (the first at B2) and have no value.'])
  })

  it('reads workbooks whose tags have a prefix and whose cells have no references', async () => {
    const { table } = await read([
      { name: 'Data', rows: '<x:row><x:c t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c></x:row><x:row><x:c><x:v>1</x:v></x:c></x:row>' },
    ])
    expect(table).toEqual([{ a: '1' }])
  })

  it('takes the row and sheet that are set', async () => {
    const sheets = [
      { name: 'One', rows: row(1, 'a') + row(2, 'b') + row(3, 'c') },
      { name: 'Two', rows: row(1, 'z') + row(2, 'y') },
    ]
    const { table, streams } = await read(sheets, {}, undefined, { sheet: 'One', skipRows: 1, header: true })
    expect(streams).toEqual(['One'])
    expect(table).toEqual([{ b: 'c' }])
    await expect(read(sheets, {}, undefined, { sheet: 'Three' })).rejects.toMatchObject({
      code: 'source.stream_not_found',
      message: expect.stringContaining('One, Two'),
    })
  })

  it('reads 100,000 rows in order', async () => {
    const rows = row(1, 'id', 'text') + Array.from({ length: 100_000 }, (_, n) => row(n + 2, n, `text ${n}`)).join('')
    const { table } = await read([{ name: 'Data', rows }])
    expect(table).toHaveLength(100_000)
    expect(table.every((one, n) => one['id'] === String(n))).toBe(true)
  })

  it.each([
    ['a cut workbook', makeWorkbook([{ name: 'Data', rows: row(1, 'a') + row(2, 1) }]).subarray(0, -30), 'file.truncated'],
    ['a ZIP archive without a workbook', makeZip({ 'readme.txt': 'hello' }), 'file.corrupt'],
    ['a header alone', makeWorkbook([{ name: 'Data', rows: row(1, 'a', 'b') }]), 'file.no_rows'],
    ['a workbook without cells', makeWorkbook([{ name: 'Data', rows: '' }]), 'file.empty'],
    ['text named .xlsx', Buffer.from('a,b\n1,2\n'), 'file.corrupt'],
  ])('refuses %s', async (_what, content, code) => {
    await expect(readFiles(await temporaryFolder({ 'book.xlsx': content }), { path: 'book.xlsx' })).rejects.toMatchObject({ code })
  })

  it('refuses a workbook whose bytes were changed', async () => {
    const bytes = makeWorkbook([{ name: 'Data', rows: row(1, 'a') + row(2, 'some longer text that is packed') }])
    const at = bytes.indexOf('xl/worksheets/sheet1.xml') + 60
    bytes[at] = (bytes[at] ?? 0) ^ 0x55
    await expect(readFiles(await temporaryFolder({ 'book.xlsx': bytes }), { path: 'book.xlsx' })).rejects.toMatchObject({
      code: 'file.corrupt',
    })
  })
})

describe('serial dates', () => {
  it.each([
    [1, 'date', false, '1900-01-01'],
    [59, 'date', false, '1900-02-28'],
    [60, 'date', false, '1900-02-29'],
    [61, 'date', false, '1900-03-01'],
    [37621, 'date', false, '2002-12-31'],
    [44927.75, 'datetime', false, '2023-01-01 18:00:00'],
    [0.5, 'time', false, '12:00:00'],
    [0, 'date', true, '1904-01-01'],
    [2958465, 'date', false, '9999-12-31'],
    [45351.000011574, 'datetime', false, '2024-02-29 00:00:01'],
    [1.25, 'elapsed', false, '30:00:00'],
  ] as const)('reads %d as %s (1904: %s) as %s', (serial, kind, is1904, text) => {
    expect(serialToText(serial, kind, is1904)).toBe(text)
  })

  it.each([
    ['yyyy-mm-dd', 'date'],
    ['dd/mm/yy hh:mm;@', 'datetime'],
    ['h:mm AM/PM', 'time'],
    ['[h]:mm:ss', 'elapsed'],
    ['mmm', 'date'],
    ['0.00', null],
    ['General', null],
    ['#,##0 "days"', null],
    ['[Red]0.0', null],
    ['0\\d', null],
  ])('sees what the format %s shows', (format, kind) => {
    expect(dateKindOf(format)).toBe(kind)
  })
})
