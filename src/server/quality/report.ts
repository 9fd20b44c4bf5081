import { Readable } from 'node:stream'
import type { DatasetQuality } from '../../contract/quality-overview.ts'
import type { Download } from '../handlers.ts'
import type { Platform } from '../platform.ts'
import { readDatasetQuality } from './dataset-quality.ts'
import { reportCsv } from './report-csv.ts'
import { reportPage, reportPolicy } from './report-page.ts'

type Format = 'json' | 'csv' | 'html'

const types: Record<Format, string> = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  html: 'text/html; charset=utf-8',
}

/**
 * The quality of a snapshot to hand on: JSON with everything, CSV with a line for each rule, or a page to read and print that loads nothing.
 * @throws AtlasError `dataset.not_found`, `dataset.snapshot_not_found`, `dataset.snapshot_expired`
 */
export async function writeReport(
  platform: Pick<Platform, 'db' | 'now' | 'settings'>,
  dataset: string,
  { snapshot, format }: { snapshot?: string | undefined; format: Format },
): Promise<Download> {
  const quality = await readDatasetQuality(platform, dataset, snapshot)
  const bytes = Buffer.from(render(quality, format, platform))
  return {
    stream: Readable.from([bytes]),
    fileName: `quality-${quality.dataset}-${quality.snapshotId}.${format}`,
    contentType: types[format],
    sizeBytes: bytes.length,
    ...(format === 'html' ? { shownUnder: { contentSecurityPolicy: reportPolicy } } : {}),
  }
}

function render(quality: DatasetQuality, format: Format, { now, settings }: Pick<Platform, 'now' | 'settings'>): string {
  const written = { at: now().toISOString(), version: settings.version }
  if (format === 'json') return `${JSON.stringify({ writtenAt: written.at, atlas: written.version, ...quality }, null, 2)}\n`
  return format === 'csv' ? reportCsv(quality) : reportPage(quality, written)
}
