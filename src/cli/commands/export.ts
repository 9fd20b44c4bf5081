import { createWriteStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AtlasError } from '../../core/errors.ts'
import { connect, type GlobalOptions } from '../connect.ts'

export interface ExportOptions extends GlobalOptions {
  format: 'csv' | 'json' | 'parquet'
  output?: string
  at?: string
}

/** `atlas export`: streams a snapshot to a file, which appears whole or not at all, or to standard output. */
export async function exportDataset(dataset: string, options: ExportOptions): Promise<void> {
  await using connection = await connect(options, 'atlas export')
  const response = await connection.client.download('GET /datasets/:name/export', {
    params: { name: dataset },
    query: { format: options.format, ...(options.at === undefined ? {} : { snapshot: options.at }) },
  })
  if (response.body === null) throw new AtlasError('internal', 'The server sent an empty reply.')
  const body = Readable.fromWeb(response.body as import('node:stream/web').ReadableStream)
  if (options.output === undefined) await pipeline(body, process.stdout, { end: false })
  else await writeWhole(body, options.output)
}

async function writeWhole(body: Readable, output: string): Promise<void> {
  const draft = `${output}.part`
  try {
    await pipeline(body, createWriteStream(draft, { mode: 0o600 }))
    const handle = await open(draft, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, output)
  } catch (cause) {
    await rm(draft, { force: true })
    if (cause instanceof AtlasError) throw cause
    throw new AtlasError('file.unwritable', `${output} could not be written: ${cause instanceof Error ? cause.message : String(cause)}.`, {
      cause,
    })
  }
}
