import path from 'node:path'
import { AtlasError } from '../../core/errors.ts'
import { evolveColumns } from '../../core/evolve.ts'
import { newId } from '../../core/ids.ts'
import type { Relation } from '../../core/relation.ts'
import { sql } from '../../core/sql.ts'
import type { LakeSession } from '../../lake/lake.ts'
import { filePath, writeFile } from '../../lake/write-file.ts'
import { installMasking } from '../../privacy/install-masking.ts'
import type { SchemaColumn } from '../../store/schema.ts'
import type { PinnedSnapshot } from '../../store/snapshots.ts'
import type { LandedFile, RunContext, StreamWork } from '../run-context.ts'
import { withProgress } from '../report-progress.ts'
import { chartSelect, type ChartRows } from './chart-select.ts'
import { knownRefusals, NONE_KNOWN } from './known-refusals.ts'
import { refuseRows } from './refuse-rows.ts'
import { refusingRules } from './refusing-rules.ts'
import { chartColumns, columnsToMask, type ChartColumn } from './chart-column.ts'
import { chartNames } from './chart-names.ts'
import { keepsParent } from '../landing.ts'
import { pendingRelation, pinParent } from './land.ts'

/** Makes the chart dataset's next snapshot: typed, masked, without refused rows and without older rows of the same key. */
export async function standardise(
  context: RunContext,
  work: StreamWork,
): Promise<{ rowsIn: number; rowsOut: number; bytes: number; note: string }> {
  const { lake, hashKey, textEngine } = context.environment
  const { explore } = work
  if (explore === null) throw new Error('standardise comes after classify')
  const parent = await pinParent(context, `chart.${work.table}`)
  const release = work.engineSpans === null ? undefined : textEngine?.hold(work.engineSpans)
  const done = lake.session(async (session) => {
    const names = chartNames(explore.columns, work.rule)
    const columns = chartColumns(work, names, hashKey)
    await installMasking(session, hashKey, work.policy, columnsToMask(work, names), (text) => textEngine?.spansOf(text) ?? [])
    work.ambiguousDates = work.inferred.reduce((sum, column) => sum + column.ambiguous, 0)
    const schema = chartSchema(columns, parent)
    const chart = { name: `chart.${work.table}`, columns: schema.columns }
    const { rules: refusing, fingerprint } = await refusingRules(context, session, chart, work.rule.checks)
    const isLevel = isLevelWith(work, schema.columns, parent) && (parent?.refusing ?? '') === fingerprint
    // A newer row of a key replaces an older one; where nothing is new, nothing is replaced.
    const adds = isLevel && (work.rule.keys.length === 0 || work.landed.files.length === 0)
    const source = adds ? newFiles(explore.relation, work) : explore.relation
    const known = adds || !keepsParent(work) ? NONE_KNOWN : await knownRefusals(context, work, session, source)
    const rows: ChartRows = { source, columns, refusing, keys: work.rule.keys, folder: lake.folder, settled: known.settled }
    const written = adds && source.files.length === 0 ? null : await writeGood(context, work, session, rows, schema.columns)
    const good = { rows: written?.rows ?? 0, sizeBytes: written?.sizeBytes ?? 0 }
    const bad = await refuseRows(context, work, session, rows, adds ? null : parent, known)
    work.released = bad.released
    const sourceRows = source.files.reduce((sum, file) => sum + file.rows, 0)
    const deduplicated = sourceRows - good.rows - bad.total
    if (deduplicated < 0 || (deduplicated > 0 && work.rule.keys.length === 0)) {
      throw new AtlasError(
        'run.incomplete',
        `Of ${sourceRows} rows of ${explore.name}, ${good.rows} went to chart and ${bad.total} to quarantine.`,
      )
    }
    const before = parent !== null && isLevel ? parent.rows : null
    const isReplayed = context.replay !== null && work.rule.keys.length > 0
    work.published = isReplayed
      ? await standingRows(work, session, rows)
      : await publishedRows(work, session, rows, { good: good.rows, before, adds })
    work.deduplicated = explore.draft.operation === 'append' && !adds ? newRows(work) - work.published - bad.added : deduplicated
    setChart(work, { ...schema, refusing: fingerprint }, written, parent, adds, bad.total)
    return { rowsIn: sourceRows, rowsOut: good.rows, bytes: good.sizeBytes, note: describe(columns) }
  }, context.signal)
  return done.finally(() => {
    release?.()
    work.engineSpans = null
  })
}

function describe(columns: readonly ChartColumn[]): string {
  const typed = columns.filter((column) => column.type !== 'VARCHAR').length
  const masked = columns.filter((column) => column.pii !== null && column.pii.action !== 'keep').length
  return `${typed} of ${columns.length} columns typed, ${masked} masked.`
}

/**
 * Rows of this run that stand in chart now: of a merge all that are the newest of their key, else what chart has grown by.
 * @param rows.before rows of earlier runs that chart would hold without this one; null where they must be counted
 */
async function publishedRows(
  work: StreamWork,
  session: LakeSession,
  chart: ChartRows,
  rows: { good: number; before: number | null; adds: boolean },
): Promise<number> {
  if (!keepsParent(work) || rows.adds) return rows.good
  const landed = new Set(work.landed.files.map((file) => file.id))
  const rowsOf = async (isNew: boolean): Promise<number> => {
    const files = chart.source.files.filter((file) => landed.has(file.id) === isNew)
    if (files.length === 0) return 0
    const [row] = await session.rows(
      sql`select count(*)::bigint as n from (${chartSelect({ ...chart, source: { ...chart.source, files } })})`,
    )
    return Number(row?.['n'])
  }
  return work.rule.mode === 'merge' ? rowsOf(true) : rows.good - (rows.before ?? (await rowsOf(false)))
}

/** Rows of this run that stand in chart, where newer rows of their keys may have come before them. */
async function standingRows(work: StreamWork, session: LakeSession, chart: ChartRows): Promise<number> {
  const from = work.landed.files.map((file) => path.join(chart.folder, file.path))
  if (from.length === 0) return 0
  const [row] = await session.rows(sql`select count(*)::bigint as n from (${chartSelect({ ...chart, from })})`)
  return Number(row?.['n'])
}

function newRows(work: StreamWork): number {
  return work.landed.files.reduce((sum, file) => sum + file.rows, 0)
}

function chartSchema(columns: readonly ChartColumn[], parent: PinnedSnapshot | null): { columns: SchemaColumn[]; lastFieldId: number } {
  const incoming = columns.map((column) => ({ name: column.name, type: column.type, source: column.source, pii: column.pii }))
  return evolveColumns(parent?.columns ?? [], incoming, parent?.lastFieldId ?? 0, 'replace')
}

/** Whether chart is level with the explore snapshot before, and nothing about its columns has changed: then new rows alone are enough, but for keys. */
function isLevelWith(work: StreamWork, columns: readonly SchemaColumn[], parent: PinnedSnapshot | null): boolean {
  if (!keepsParent(work) || parent === null || work.parent === null) return false
  if (parent.inputs.get(`explore.${work.table}`) !== work.parent.snapshotId) return false
  return JSON.stringify(columns.map(facts)) === JSON.stringify(parent.columns.map(facts))
}

function facts(column: SchemaColumn): unknown[] {
  return [
    column.fieldId,
    column.name,
    column.type,
    column.pii?.entity ?? null,
    column.pii?.action ?? null,
    column.pii?.within ?? null,
    column.pii?.detail ?? null,
  ]
}

function newFiles(relation: Relation, work: StreamWork): Relation {
  const ids = new Set(work.landed.files.map((file) => file.id))
  return { ...relation, files: relation.files.filter((file) => ids.has(file.id)) }
}

async function writeGood(
  context: RunContext,
  work: StreamWork,
  session: LakeSession,
  chart: ChartRows,
  schema: readonly SchemaColumn[],
): Promise<LandedFile> {
  const { environment } = context
  const fileId = newId('f', environment.now().getTime(), environment.random)
  const target = { id: fileId, path: filePath(`chart.${work.table}`, fileId) }
  const query = chartSelect(chart)
  const rows = chart.source.files.reduce((sum, file) => sum + file.rows, 0)
  const file = await withProgress(context, session, { rows }, () => writeFile(session, environment.lake.files, target, query, schema))
  return { ...file, columns: [...schema], origin: { file: null, firstLine: null, skippedLines: [] } }
}

function setChart(
  work: StreamWork,
  schema: { columns: SchemaColumn[]; lastFieldId: number; refusing: string },
  good: LandedFile | null,
  parent: PinnedSnapshot | null,
  adds: boolean,
  refused: number,
): void {
  const kept = adds && parent !== null ? parent : null
  const added = good === null ? [] : [good]
  const files = [
    ...(kept?.files ?? []).map((file) => ({ existing: file.id })),
    ...added.map((file) => ({ new: { ...file, origin: null } })),
  ]
  const name = `chart.${work.table}`
  work.chart = {
    name,
    parent,
    columns: schema.columns,
    relation: pendingRelation(schema.columns, added, kept),
    draft: {
      dataset: name,
      parentId: parent?.snapshotId ?? null,
      operation: adds ? 'append' : 'replace',
      columns: schema.columns,
      lastFieldId: schema.lastFieldId,
      rows: (good?.rows ?? 0) + (kept?.rows ?? 0),
      files,
      quarantined: refused + (kept?.quarantined ?? 0),
      keys: work.rule.keys,
      ...(schema.refusing === '' ? {} : { refusing: schema.refusing }),
      quality: null,
      checks: [],
      findings: work.findings,
      inputs: [{ dataset: `explore.${work.table}`, snapshotId: null }],
      state: null,
    },
  }
}
