import { z } from 'zod'

/** A value as `UNFORMATTED_VALUE` gives it; an empty text is a cell without a value. */
export type RawCell = string | number | boolean

export interface CellFormat {
  effectiveFormat?: { numberFormat?: { type?: string; pattern?: string } }
  effectiveValue?: { errorValue?: { type?: string } }
}

const GridRange = z.object({
  sheetId: z.int().default(0),
  startRowIndex: z.int().default(0),
  endRowIndex: z.int().optional(),
  startColumnIndex: z.int().default(0),
  endColumnIndex: z.int().optional(),
})
export type GridRange = z.infer<typeof GridRange>

/** `spreadsheets.get` with the fields that are asked for. */
export const SpreadsheetReply = z.object({
  properties: z.object({ title: z.string().default(''), timeZone: z.string().default('') }).prefault({}),
  sheets: z.array(
    z.object({
      properties: z.object({
        sheetId: z.int().default(0),
        title: z.string(),
        sheetType: z.string().default('GRID'),
        hidden: z.boolean().default(false),
        gridProperties: z.object({ rowCount: z.int().default(0), columnCount: z.int().default(0) }).optional(),
      }),
      merges: z.array(GridRange).default([]),
    }),
  ),
  namedRanges: z.array(z.object({ name: z.string(), range: GridRange })).default([]),
})
export type Book = z.infer<typeof SpreadsheetReply>

/** Cells are checked where they are read: a schema for each would cost more than all the rest. */
export const ValuesReply = z.object({
  valueRanges: z.array(z.object({ values: z.array(z.any()).default([]) })),
})

const FormatRow = z.object({ values: z.array(z.any()).default([]) })

/** Cells are checked where they are read, as above. */
export const FormatsReply = z.object({
  sheets: z.array(z.object({ data: z.array(z.object({ rowData: z.array(FormatRow).default([]) })).default([]) })),
})
