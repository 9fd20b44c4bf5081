import { z } from 'zod'
import { endpoints } from './endpoint.ts'
import { Count, Instant } from './names.ts'

/** How a file is read. Found from the file's bytes; each part can be set instead. Never follows the viewer's locale. */
export const Reading = z
  .strictObject({
    format: z.enum(['csv', 'json', 'ndjson', 'parquet', 'excel']).meta({ title: 'Format' }),
    compression: z.enum(['none', 'gzip', 'zstd']).meta({ title: 'Compression' }),
    encoding: z
      .enum(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'iso-8859-1'])

      .meta({ title: 'Encoding' }),
    delimiter: z.string().max(4).meta({ title: 'Separator' }),
    quote: z.string().max(1).meta({ title: 'Quote', description: 'Empty for none' }),
    escape: z.string().max(1).meta({ title: 'Escape' }),
    header: z.boolean().meta({ title: 'First row has names' }),
    skipRows: z.int().min(0).meta({ title: 'Rows to skip before the header' }),
    skipAfterHeader: z.int().min(0).meta({ title: 'Rows to skip after the header' }),
    decimal: z.enum(['.', ',']).meta({ title: 'Decimal mark' }),
    dateOrder: z.enum(['day-first', 'month-first', 'iso']).meta({ title: 'Dates', description: 'Order where a date is not ISO 8601' }),
    nullText: z.array(z.string()).meta({ title: 'Texts that mean no value', description: 'An empty unquoted cell always does' }),
    sheet: z.string().optional().meta({ title: 'Sheet' }),
  })
  .meta({ id: 'Reading', title: 'How the file is read' })
export type Reading = z.infer<typeof Reading>

/** The parts of a reading that somebody set; the rest is found. (No part has a default: a default would override what is found.) */
export const ReadingOverrides = Reading.partial().meta({
  id: 'ReadingOverrides',
  title: 'How the file is read, where it is not to be found',
})
export type ReadingOverrides = z.infer<typeof ReadingOverrides>

export const Upload = z
  .object({
    id: z.string(),
    fileName: z.string(),
    sizeBytes: Count,
    sha256: z.string(),
    createdAt: Instant,
    createdBy: z.string(),
    lastRunId: z.string().nullable(),
  })
  .meta({ id: 'Upload' })
export type Upload = z.infer<typeof Upload>

/** The first rows as they stand in the file and as Atlas reads them. */
export const ReadingPreview = z
  .object({
    reading: Reading,
    streams: z.array(z.string()).meta({ description: 'Streams in the file; more than one for a workbook' }),
    columns: z.array(
      z.object({
        /** Name as in the file. */
        source: z.string(),
        /** Name in chart. */
        name: z.string(),
        /** Type that the preview rows suggest; the run decides over the whole column. */
        type: z.string(),
        /** Cells of the preview that fit two readings (e.g. day-first and month-first). */
        ambiguous: Count,
        samples: z.array(z.object({ source: z.string().nullable(), read: z.string().nullable() })),
      }),
    ),
    rows: z.array(z.array(z.string().nullable())).meta({ description: 'At most 50 rows, as in the file' }),
    scannedRows: Count,
    /** Lines that could not be read in the preview, with reason. */
    problems: z.array(z.object({ line: Count, reason: z.string() })),
  })
  .meta({ id: 'ReadingPreview' })
export type ReadingPreview = z.infer<typeof ReadingPreview>

const uploadId = z.object({ uploadId: z.string() })

export const uploadEndpoints = endpoints({
  'POST /uploads': {
    summary: 'Upload a file (multipart/form-data, field `file`), streamed to disk',
    permission: 'uploads.write',
    stream: 'multipart',
    reply: Upload,
    status: 201,
  },
  'GET /uploads': { summary: 'List uploads, newest first', permission: 'uploads.write', reply: z.array(Upload) },
  'GET /uploads/:uploadId': { summary: 'One upload', permission: 'uploads.write', params: uploadId, reply: Upload },
  'DELETE /uploads/:uploadId': { summary: 'Delete an uploaded file', permission: 'uploads.write', params: uploadId, status: 204 },
  'POST /uploads/:uploadId/preview': {
    summary: 'How the file would be read, with its first rows',
    permission: 'uploads.write',
    params: uploadId,
    body: z.strictObject({ reading: ReadingOverrides.default({}), stream: z.string().optional() }),
    reply: ReadingPreview,
  },
})
