import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { sql } from '../../../src/core/sql.ts'
import { GoogleSheetsSettings } from '../../../src/connectors/google-sheets/sheet-settings.ts'
import { createGoogleSheetsBody } from '../../../src/connectors/google-sheets/body.ts'
import { openLanding, openReadContext, readRequest, readStream } from '../../support/landing.ts'
import { streamNamed } from './sheets-source.ts'

/** Rows and columns. A tab of Google's may have ten million cells: SHEET_SIZE=1000000x10 reads them, and added 739 MiB (DuckDB's share and this test's queries included). */
const [rows, columns] = (process.env['SHEET_SIZE'] ?? '40000x10').split('x').map(Number) as [number, number]
/** What all of reading may add to this process, however large the sheet is. */
const MOST_MIB = 900

it(
  `reads a sheet of ${rows * columns} cells from a server of its own with bounded memory, every row once`,
  { timeout: 900_000 },
  async () => {
    const server = spawn(
      process.execPath,
      [fileURLToPath(new URL('../../servers/google-sheets/main.ts', import.meta.url)), '0', String(rows), String(columns)],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    )
    const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string]
    const { url, key } = JSON.parse(line) as { url: string; key: string }
    const landing = await openLanding()
    const context = await openReadContext(tmpdir(), { source: 'large-sheet' })
    const settings = GoogleSheetsSettings.parse({
      spreadsheet: 'large',
      credentials: { type: 'service_account', key },
      sheetsUrl: url,
      driveUrl: url,
      requestsPerMinute: 6000,
    })
    const before = process.memoryUsage().rss
    let peak = before
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20)
    try {
      const body = createGoogleSheetsBody()
      const { sourceRows } = await readStream(body, settings, readRequest(streamNamed('Cells')), context, landing)
      expect(sourceRows).toBe(rows - 1)
      const [sums] = await landing.query(sql`select count(distinct "c1")::int as n, sum("c1")::bigint as s from landed`)
      expect(sums).toEqual({ n: rows - 1, s: (BigInt(columns) * BigInt(rows) * BigInt(rows - 1)) / 2n })
      expect((peak - before) / 2 ** 20).toBeLessThan(MOST_MIB)
    } finally {
      clearInterval(watch)
      server.stdin.end()
      await once(server, 'exit')
      await landing.close()
      await rm(context.scratch, { recursive: true, force: true })
    }
  },
)
