import { z } from 'zod'
import { ReadingOverrides } from '../contract/uploads.ts'
import { defineConnector } from './connector.ts'

/** What the files connector reads: exactly one of `path` and `upload`. */
export const FilesSettings = z
  .strictObject({
    path: z
      .string()
      .min(1)
      .optional()
      .meta({
        title: 'Path',
        description: 'A file, a folder, a glob such as orders/*.csv, or an http(s) address. Relative paths start where Atlas was started.',
        examples: ['examples/customers.csv', 'exports/*.parquet', 'https://example.org/data.csv.gz'],
      }),
    upload: z.string().min(1).optional().meta({ title: 'Upload', description: 'Id of an uploaded file' }),
    name: z.string().min(1).max(200).optional().meta({ title: 'Stream name', description: 'The file or folder name unless told' }),
    reading: ReadingOverrides.default({}).meta({
      title: 'How the files are read',
      description: 'Found from the bytes; set only what was found wrong',
    }),
  })
  .refine((settings) => (settings.path === undefined) !== (settings.upload === undefined), {
    error: 'give exactly one of path and upload',
    path: ['path'],
  })
export type FilesSettings = z.infer<typeof FilesSettings>

export const files = defineConnector<FilesSettings>({
  id: 'files',
  title: 'Files',
  description: 'CSV, TSV, JSON, NDJSON, Parquet and Excel: a file, a folder, a glob, an upload or an http(s) address',
  settings: FilesSettings,
  modes: ['replace', 'append'],
  load: async () => (await import('./files/body.ts')).filesBody,
})
