import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { ReadingPreview } from '../../../src/contract/uploads.ts'
import { previewFile } from '../../../src/connectors/files/preview.ts'
import { makeWorkbook } from '../../support/make-workbook.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

async function preview(fileName: string, content: string | Uint8Array, reading = {}, stream?: string) {
  const folder = await temporaryFolder({ upload: content })
  const found = await previewFile({ path: path.join(folder, 'upload'), fileName, reading, stream, signal: new AbortController().signal })
  return ReadingPreview.parse(found)
}

describe('the preview of a file', () => {
  it('shows a Danish export as it stands and as it is read', async () => {
    const found = await preview(
      'kunder.csv',
      Buffer.from('Navn;Beløb;Født dato;Postnr\nÅse;1.234,5;31-12-2024;0800\nBo;7;01-02-2024;2100\n', 'latin1'),
    )
    expect(found.reading).toMatchObject({
      format: 'csv',
      encoding: 'windows-1252',
      delimiter: ';',
      header: true,
      decimal: ',',
      dateOrder: 'day-first',
    })
    expect(found.columns.map(({ source, name, type, ambiguous }) => [source, name, type, ambiguous])).toEqual([
      ['Navn', 'navn', 'text', 0],
      ['Beløb', 'beloeb', 'decimal', 0],
      ['Født dato', 'foedt_dato', 'date', 1],
      ['Postnr', 'postnr', 'text', 0],
    ])
    expect(found.columns[1]?.samples).toEqual([
      { source: '1.234,5', read: '1234.5' },
      { source: '7', read: '7' },
    ])
    expect(found.columns[2]?.samples[0]).toEqual({ source: '31-12-2024', read: '2024-12-31' })
    expect(found.rows).toEqual([
      ['Åse', '1.234,5', '31-12-2024', '0800'],
      ['Bo', '7', '01-02-2024', '2100'],
    ])
  })

  it('shows at most 50 rows, and the lines that cannot be read with their reason', async () => {
    const rows = Array.from({ length: 80 }, (_, n) => (n === 3 ? '3' : `${n},x`)).join('\n')
    const found = await preview('a.csv', `id,v\n${rows}\n`)
    expect(found.rows).toHaveLength(50)
    expect(found.scannedRows).toBe(80)
    expect(found.problems).toEqual([{ line: 5, reason: 'too few fields: expected 2, found 1' }])
  })

  it('reads as it is told to', async () => {
    const found = await preview('a.csv', 'a;b\n1,5;2\n', { delimiter: ';', header: false, dateOrder: 'month-first' })
    expect(found.reading).toMatchObject({ delimiter: ';', header: false, dateOrder: 'month-first' })
    expect(found.rows).toEqual([
      ['a', 'b'],
      ['1,5', '2'],
    ])
  })

  it('shows JSON and Excel, sheet by sheet', async () => {
    expect((await preview('a.json', '[{"id":1.10,"o":{"x":1}},{"id":null}]')).rows).toEqual([
      ['1.10', '{"x":1}'],
      [null, null],
    ])
    const cell = (text: string) => `<c t="inlineStr"><is><t>${text}</t></is></c>`
    const book = makeWorkbook(
      ['One', 'Two'].map((name) => ({ name, rows: `<row>${cell('a')}${cell('b')}</row><row>${cell(name)}<c><v>1</v></c></row>` })),
    )
    const found = await preview('book.xlsx', book, {}, 'Two')
    expect(found.streams).toEqual(['One', 'Two'])
    expect(found.rows).toEqual([['Two', '1']])
    await expect(preview('book.xlsx', book, {}, 'Three')).rejects.toMatchObject({ code: 'source.stream_not_found' })
  })

  it('shows Parquet with its own types', async () => {
    const { readFile } = await import('node:fs/promises')
    const found = await preview('types.parquet', await readFile(path.join(import.meta.dirname, 'cases/types.parquet')))
    expect(found.columns.map(({ source, type }) => `${source} ${type}`).slice(0, 3)).toEqual(['c varchar', 'dur bigint', 'u ubigint'])
    expect(found.rows[0]?.[2]).toBe('18446744073709551615')
  })
})
