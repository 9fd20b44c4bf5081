import type { ConnectorBody, Stream } from '../connector.ts'
import type { MysqlSettings } from './settings.ts'
import { checkMysql } from './check.ts'
import { shownServer } from './connect.ts'
import { cursorCandidates, listTables, streamColumns, tableColumns, type MysqlTable } from './list-tables.ts'
import { previewMysql } from './preview.ts'
import { openReader } from './reader.ts'
import { openSession } from './session.ts'

const PLAIN = { tinyint1AsBoolean: false, utf8InLatin1: [] }

export const mysqlBody: ConnectorBody<MysqlSettings> = {
  check: checkMysql,
  preview: previewMysql,
  open: openReader,
  discover: async (settings, context, only) => {
    const session = await openSession(settings, context)
    try {
      const tables = await listTables(session, settings.database, only)
      context.log('info', `${shownServer(settings)}: ${tables.length} tables and views of ${settings.database}`)
      return tables.map(streamOf)
    } finally {
      await session.close()
    }
  },
}

function streamOf(table: MysqlTable): Stream {
  const columns = tableColumns(table, PLAIN)
  const cursors = cursorCandidates(table, columns)
  return {
    name: table.name,
    columns: streamColumns(columns),
    rowEstimate: table.rowEstimate,
    sizeBytes: table.sizeBytes,
    pieces: 1,
    kind: table.view ? 'view' : 'table',
    primaryKey: table.primaryKey,
    cursors,
    ...(table.comment === '' ? {} : { title: table.comment }),
    ...(cursors.length === 0 ? { modes: ['replace', 'full_append'] as const } : {}),
    details: { engine: table.engine, consistent: table.view ? null : table.engine === 'InnoDB' },
  }
}
