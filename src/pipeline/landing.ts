import path from 'node:path'
import type { Landing, StreamColumn } from '../connectors/connector.ts'
import { evolveColumns, widenType } from '../core/evolve.ts'
import { newId } from '../core/ids.ts'
import { id, join, raw, sql, type Sql } from '../core/sql.ts'
import type { LakeSession } from '../lake/lake.ts'
import { filePath, writeFile } from '../lake/write-file.ts'
import type { SchemaColumn } from '../store/schema.ts'
import type { RunContext, StreamWork } from './run-context.ts'
import { writeQuarantine } from './quarantine.ts'

/** The landing zone of one stream: what a connector writes becomes files that the run's commit will name. */
export function createLanding(context: RunContext, work: StreamWork, session: LakeSession, state: unknown): Landing {
  const { environment } = context
  const dataset = `explore.${work.table}`
  return {
    mode: work.rule.mode,
    state,
    run: (statement) => session.run(statement),
    rows: (query) => session.rows(query),
    async write(query, columns, origin) {
      const written = nextColumns(work, columns)
      const fileId = newId('f', environment.now().getTime(), environment.random)
      const target = { id: fileId, path: filePath(dataset, fileId) }
      const file = await writeFile(session, environment.lake.folder, target, castTo(query, columns, written), written)
      if (file.rows > 0)
        work.landed.files.push({
          ...file,
          columns: written,
          origin: { file: origin.file, firstLine: origin.firstLine, skippedLines: origin.skippedLines ?? [] },
        })
      return { rows: file.rows, bytes: file.sizeBytes }
    },
    async quarantine(query) {
      const batch = await writeQuarantine(context, session, dataset, 'extract', query)
      if (batch !== null) work.landed.quarantine.push(batch)
      return { rows: batch?.rows ?? 0 }
    },
  }
}

/** Field ids and types of the columns of one written file; widens the stream's columns by them. */
function nextColumns(work: StreamWork, columns: readonly StreamColumn[]): SchemaColumn[] {
  const { landed } = work
  const mode = landed.files.length > 0 || work.rule.mode === 'append' ? 'append' : 'replace'
  const incoming = columns.map((column) => ({ name: column.name, type: column.type, source: column.name, pii: null }))
  const evolution = evolveColumns(landed.columns, incoming, landed.lastFieldId, mode)
  const now = new Map(evolution.columns.map((column) => [column.name, column]))
  for (const file of landed.files) {
    const narrower = file.columns.find(
      (column) => now.has(column.name) && widenType(column.type, now.get(column.name)?.type ?? '') !== column.type,
    )
    if (narrower !== undefined)
      throw new Error(`column "${narrower.name}" was landed as ${narrower.type} and comes now as ${now.get(narrower.name)?.type}`)
  }
  landed.columns =
    mode === 'append'
      ? [
          ...landed.columns.map((column) => now.get(column.name) ?? column),
          ...evolution.columns.filter((c) => !landed.columns.some((l) => l.name === c.name)),
        ]
      : evolution.columns
  landed.lastFieldId = evolution.lastFieldId
  return evolution.columns
}

function castTo(query: Sql, from: readonly StreamColumn[], to: readonly SchemaColumn[]): Sql {
  if (from.every((column, index) => column.type === to[index]?.type)) return query
  const cells = to.map((column, index) =>
    column.type === from[index]?.type ? id(column.name) : sql`${id(column.name)}::${raw(column.type)} as ${id(column.name)}`,
  )
  return sql`select ${join(cells)} from (${query})`
}

/** A folder of a stream's own below the run's scratch folder. */
export function streamScratch(context: RunContext, work: StreamWork): string {
  return path.join(context.scratch, work.table)
}
