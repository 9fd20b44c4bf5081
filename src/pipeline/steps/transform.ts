import { classifyColumns } from '../../privacy/classify-columns.ts'
import { applyDecisions } from '../../privacy/decisions.ts'
import { evolveColumns } from '../../core/evolve.ts'
import { topologicalOrder } from '../../core/graph/order.ts'
import { newId } from '../../core/ids.ts'
import { id, join, sql } from '../../core/sql.ts'
import { scanRelation } from '../../lake/relation.ts'
import { writeUserSql, type UserRelation } from '../../lake/user-sql/run.ts'
import { filePath } from '../../lake/write-file.ts'
import { listDecisions } from '../../store/pii-decisions.ts'
import { pinSnapshot } from '../../store/snapshots.ts'
import type { SchemaColumn } from '../../store/schema.ts'
import { datasetRules } from '../measuring/dataset-rules.ts'
import { toUserRelation } from '../measuring/answer-query.ts'
import { relationRows } from '../measuring/pin-datasets.ts'
import {
  type LandedFile,
  type PendingDataset,
  pendingByName,
  type PlannedTransform,
  type RunContext,
  type StreamWork,
} from '../run-context.ts'
import { measurePending, refuseBlocked } from './check.ts'
import { pendingRelation, pinParent } from './land.ts'
import { refuseBuiltRows } from './refuse-built-rows.ts'

/** Builds the navigate datasets: chart as it is, unless a transform of that name makes it. */
export async function transform(context: RunContext): Promise<{ rowsOut: number; note: string }> {
  const made = new Set(context.transforms.map((rule) => rule.name))
  for (const work of context.streams) {
    if (work.chart !== null && !made.has(work.table)) context.navigate.push(await identity(context, work))
  }
  const without = context.streams.filter((work) => work.chart === null)
  const missing = new Set(without.flatMap((work) => [`chart.${work.table}`, `navigate.${work.table}`]))
  for (const rule of context.transforms) {
    const lacks = rule.reads.find((name) => missing.has(name))
    const unpublished = rule.origin === 'pipeline' ? undefined : await firstUnpublished(context, rule)
    if (lacks === undefined && unpublished === undefined) context.navigate.push(await buildNavigate(context, rule))
    else {
      missing.add(`navigate.${rule.name}`)
      const why = lacks === undefined ? `${unpublished} has never been published` : `${lacks} got nothing in this run`
      context.warnings.push(`navigate.${rule.name} was not built anew: ${why}.`)
    }
  }
  const rows = context.navigate.reduce((sum, dataset) => sum + relationRows(dataset.relation), 0)
  const names = context.navigate.map((dataset) => dataset.name)
  return { rowsOut: rows, note: names.length === 0 ? 'No dataset to build.' : `Built ${names.join(', ')}.` }
}

/** What a stored transform reads and nobody can read yet: it waits for that, and the run that made the rest goes on. */
async function firstUnpublished(context: RunContext, rule: PlannedTransform): Promise<string | undefined> {
  const pending = pendingByName(context)
  for (const name of rule.reads) if (!pending.has(name) && (await pinParent(context, name)) === null) return name
  return undefined
}

/** navigate.x is chart.x as it is: the same files under another name, so nothing is copied. */
async function identity(context: RunContext, work: StreamWork): Promise<PendingDataset> {
  const { chart } = work
  if (chart === null) throw new Error('transform comes after standardise')
  const name = `navigate.${work.table}`
  const parent = await pinParent(context, name)
  const files = chart.draft.files.map((file) => ({ existing: 'new' in file ? file.new.id : file.existing }))
  const draft = {
    ...chart.draft,
    dataset: name,
    parentId: parent?.snapshotId ?? null,
    files,
    quarantined: 0,
    inputs: [{ dataset: chart.name, snapshotId: null }],
    state: null,
  }
  const dataset = { ...chart, name, parent, draft }
  const { rules } = await datasetRules(context.environment.db, name, [])
  // The same rows as chart's have its results, unless somebody declared what they should be under this name.
  if (rules.length > 0) {
    await measurePending(context, dataset, [])
    refuseBlocked(name, draft.checks)
  }
  return dataset
}

/** Builds one navigate dataset by its transform; it is not visible until its draft is committed. @throws AtlasError `sql.*`, `run.blocked` */
async function buildNavigate(context: RunContext, rule: PlannedTransform): Promise<PendingDataset> {
  const dataset = await writeNavigate(context, rule)
  await examine(context, rule, dataset)
  return dataset
}

/** Writes one navigate dataset by its transform, without the rows that its rules refuse. @throws AtlasError `sql.*`, `dataset.not_found` */
export async function writeNavigate(context: RunContext, rule: PlannedTransform): Promise<PendingDataset> {
  const { environment } = context
  const name = `navigate.${rule.name}`
  const parent = await pinParent(context, name)
  const inputs = await Promise.all(rule.reads.map((dataset) => readInput(context, dataset)))
  const fileId = newId('f', environment.now().getTime(), environment.random)
  const target = filePath(name, fileId)
  const absolute = await environment.lake.files.reserve(target)
  const evolved: { columns: SchemaColumn[]; lastFieldId: number } = { columns: [], lastFieldId: 0 }
  const written = await writeUserSql({
    sql: rule.sql,
    files: environment.lake.files,
    relations: inputs.map((input) => input.relation),
    timeoutMs: Math.max(environment.sql.timeoutMs, 3_600_000),
    memoryBytes: environment.sql.memoryBytes,
    scratch: context.scratch,
    signal: context.signal,
    target: absolute,
    fieldIds: (columns) => {
      const incoming = columns.map((column) => ({ name: column.name, type: column.type, source: null, pii: null }))
      Object.assign(evolved, evolveColumns(parent?.columns ?? [], incoming, parent?.lastFieldId ?? 0, 'replace'))
      return sql`{${join(evolved.columns.map((column) => sql`${id(column.name)}: ${column.fieldId}`))}}`
    },
  })
  const sealed = await environment.lake.files.publish(target, context.signal)
  const file: LandedFile = {
    id: fileId,
    path: target,
    fieldIds: evolved.columns.map((column) => column.fieldId),
    rows: written.rows,
    ...sealed,
    columns: evolved.columns,
    origin: { file: null, firstLine: null, skippedLines: [] },
  }
  const dataset: PendingDataset = {
    name,
    parent,
    columns: evolved.columns,
    relation: pendingRelation(evolved.columns, [file], null),
    draft: {
      dataset: name,
      description: rule.description,
      parentId: parent?.snapshotId ?? null,
      operation: 'replace',
      columns: evolved.columns,
      lastFieldId: evolved.lastFieldId,
      rows: written.rows,
      files: [{ new: { ...file, origin: null } }],
      quarantined: 0,
      quality: null,
      checks: [],
      findings: [],
      inputs: inputs.map((input) => ({ dataset: input.relation.name, snapshotId: input.snapshotId })),
      state: null,
    },
  }
  await refuseBuiltRows(context, rule, dataset, file)
  return dataset
}

/** What a transform made is classified and checked before anyone sees it, like everything else. @throws AtlasError `run.blocked` */
export async function examine(context: RunContext, rule: PlannedTransform, dataset: PendingDataset): Promise<void> {
  const { lake } = context.environment
  await lake.session(async (session) => {
    const relation = sql`(${scanRelation(dataset.relation, lake.folder)})`
    const found = await classifyColumns(session, relation, dataset.columns)
    const decisions = await listDecisions(context.environment.db, dataset.name)
    const decided = applyDecisions(found, decisions, new Set(dataset.columns.map(({ name }) => name)))
    dataset.draft.findings = decided.map((finding) => ({ ...finding, action: 'keep' as const }))
  }, context.signal)
  await measurePending(context, dataset, rule.checks)
  refuseBlocked(dataset.name, dataset.draft.checks)
}

/** A dataset that a transform reads: as this run is about to publish it, or as it is published. */
async function readInput(context: RunContext, name: string): Promise<{ relation: UserRelation; snapshotId: number | null }> {
  const { lake, db } = context.environment
  const pending = [...context.streams.map((work) => work.chart), ...context.navigate].find((dataset) => dataset?.name === name)
  if (pending != null) return { relation: toUserRelation(name, pending.relation, lake.folder), snapshotId: null }
  const pinned = await pinSnapshot(db, name)
  return { relation: toUserRelation(name, pinned, lake.folder), snapshotId: pinned.snapshotId }
}

/**
 * Puts transforms in the order of their inputs.
 * @throws AtlasError `transform.cycle` with its path
 */
export function orderTransforms(transforms: readonly PlannedTransform[]): PlannedTransform[] {
  const byName = new Map(transforms.map((rule) => [`navigate.${rule.name}`, rule]))
  const order = topologicalOrder(new Map([...byName].map(([name, { reads }]) => [name, reads])))
  return order.flatMap((name) => byName.get(name) ?? [])
}
