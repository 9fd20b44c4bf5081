import type { ReadingPreview, Upload } from '../../src/contract/uploads.ts'
import { HOUR, MIN, ago } from './fixture-clock.ts'

export const uploads: Upload[] = [
  {
    id: 'up_new',
    fileName: 'kunder-2026-11.csv',
    sizeBytes: 18_402_118,
    sha256: '9f3c2b7d5e1a08446c0f9d2e7b35a1c84f60d9e21b7a3c5d8e0f12a4b6c8d0e2',
    createdAt: ago(4 * MIN),
    createdBy: 'admin@example.com',
    lastRunId: null,
  },
  {
    id: 'up_failed',
    fileName: 'orders-2026-11.csv.gz',
    sizeBytes: 18_400_512,
    sha256: 'c84f60d9e21b7a3c5d8e0f12a4b6c8d0e29f3c2b7d5e1a08446c0f9d2e7b35a1',
    createdAt: ago(13 * MIN),
    createdBy: 'admin@example.com',
    lastRunId: 'r_failed',
  },
  {
    id: 'up_done',
    fileName: 'customers.csv',
    sizeBytes: 184_402_118,
    sha256: '1a08446c0f9d2e7b35a1c84f60d9e21b7a3c5d8e0f12a4b6c8d0e29f3c2b7d5e',
    createdAt: ago(2 * HOUR + 11 * MIN),
    createdBy: 'admin@example.com',
    lastRunId: 'r_done',
  },
]

export const preview: ReadingPreview = {
  reading: {
    format: 'csv',
    compression: 'none',
    encoding: 'windows-1252',
    delimiter: ';',
    quote: '"',
    escape: '"',
    header: true,
    skipRows: 0,
    skipAfterHeader: 0,
    decimal: ',',
    dateOrder: 'day-first',
    nullText: [],
  },
  streams: ['kunder-2026-11'],
  columns: [
    {
      source: 'Kunde ID',
      name: 'kunde_id',
      type: 'VARCHAR',
      ambiguous: 0,
      samples: [
        { source: '0012', read: '0012' },
        { source: '0047', read: '0047' },
      ],
    },
    {
      source: 'E-mail',
      name: 'e_mail',
      type: 'VARCHAR',
      ambiguous: 0,
      samples: [{ source: 'kunde12@example.com', read: 'kunde12@example.com' }],
    },
    {
      source: 'Beløb',
      name: 'beloeb',
      type: 'DECIMAL(12,2)',
      ambiguous: 0,
      samples: [
        { source: '1.234,56', read: '1234.56' },
        { source: '99,95', read: '99.95' },
        { source: 'n/a', read: null },
      ],
    },
    {
      source: 'Oprettet',
      name: 'oprettet',
      type: 'DATE',
      ambiguous: 61,
      samples: [
        { source: '03-04-2026', read: '2026-04-03' },
        { source: '31-12-2025', read: '2025-12-31' },
      ],
    },
    {
      source: 'Aktiv',
      name: 'aktiv',
      type: 'BOOLEAN',
      ambiguous: 0,
      samples: [
        { source: 'ja', read: 'true' },
        { source: '', read: null },
      ],
    },
  ],
  rows: Array.from({ length: 50 }, (_, index) => [
    String(12 + index).padStart(4, '0'),
    `kunde${index}@example.com`,
    index % 7 === 0 ? 'n/a' : `${index}.234,56`,
    `${String((index % 28) + 1).padStart(2, '0')}-04-2026`,
    index % 3 === 0 ? '' : 'ja',
  ]),
  scannedRows: 10_000,
  problems: [{ line: 418, reason: 'the row has 6 values, the header 5' }],
}
