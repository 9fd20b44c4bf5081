import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { CodeChange, CodeTransform } from '../../contract/pipelines-as-code.ts'
import type { Pipeline } from '../../contract/stored-pipelines.ts'
import { stableJson } from '../../core/stable-json.ts'
import { listPipelines } from '../../store/pipelines.ts'
import { newestAuthors, readFileMarks } from '../../store/pipeline-versions.ts'
import { listSchedules } from '../../store/schedules.ts'
import type { Schema } from '../../store/schema.ts'
import { listTransforms, type StoredTransform } from '../../store/transforms.ts'
import type { Platform } from '../platform.ts'
import type { AcceptedCode, AcceptedPipeline } from './accept-code.ts'
import { comparePipeline, type StandingPipeline } from './compare-pipeline.ts'
import { compareSchedules, type ScheduleAct } from './compare-schedules.ts'

/** What there is to do for files to be what is stored. */
export interface ComparedCode {
  /** Of the files and of everything that they were compared with. */
  id: string
  changes: CodeChange[]
  unchanged: number
  notes: string[]
  pipelines: { given: AcceptedPipeline; former: Pipeline | null; isTaken: boolean }[]
  schedules: (ScheduleAct & { pipeline: string; file: string })[]
  transforms: { given: CodeTransform; former: StoredTransform | null }[]
  gone: { pipelines: Pipeline[]; transforms: StoredTransform[] }
}

/** Compares files with what is stored. Nothing is written. */
export async function compareCode(platform: Platform, db: Kysely<Schema>, code: AcceptedCode): Promise<ComparedCode> {
  const compared: ComparedCode = {
    id: '',
    changes: [],
    unchanged: 0,
    notes: [],
    pipelines: [],
    schedules: [],
    transforms: [],
    gone: { pipelines: [], transforms: [] },
  }
  const pipelines = await listPipelines(db)
  await comparePipelines(platform, db, code, pipelines, compared)
  await compareFileSchedules(db, code, compared)
  await compareTransforms(db, code, compared)
  findGone(code, pipelines, compared)
  const marks = code.pipelines.map((given) => given.marks)
  compared.id = createHash('sha256')
    .update(stableJson([compared.changes, marks, code.takeOver, code.prune]))
    .digest('hex')
    .slice(0, 32)
  return compared
}

async function comparePipelines(
  platform: Platform,
  db: Kysely<Schema>,
  code: AcceptedCode,
  pipelines: readonly Pipeline[],
  compared: ComparedCode,
): Promise<void> {
  const [marks, authors] = [await readFileMarks(db), await newestAuthors(db)]
  for (const given of code.pipelines) {
    const former = pipelines.find(({ name }) => name === given.definition.name) ?? null
    const standing: StandingPipeline | null =
      former === null
        ? null
        : {
            pipeline: former,
            marks: former.drifted ? null : (marks.get(former.name) ?? null),
            changedBy: authors.get(former.name) ?? 'unknown',
          }
    const change = await comparePipeline(platform, given, standing, code.takeOver)
    if (change === null) compared.unchanged += 1
    else {
      compared.changes.push(change)
      compared.pipelines.push({ given, former, isTaken: change.action === 'take_over' })
    }
  }
}

/** A file without the key says nothing of schedules; those that it once had go. */
async function compareFileSchedules(db: Kysely<Schema>, code: AcceptedCode, compared: ComparedCode): Promise<void> {
  const all = Map.groupBy(await listSchedules(db), ({ pipeline }) => pipeline)
  for (const { file, definition, schedules } of code.pipelines) {
    if (file === null) continue
    const { name } = definition
    const { acts, unchanged, elsewhere } = compareSchedules(name, file, schedules ?? [], all.get(name) ?? [])
    compared.unchanged += unchanged
    if (schedules !== undefined && elsewhere > 0)
      compared.notes.push(
        `${name} has ${elsewhere === 1 ? 'a schedule' : `${elsewhere} schedules`} made in the browser beside those of ${file}.`,
      )
    for (const act of acts) {
      const detail = act.action === 'take_over' ? `the same was made in the browser, and belongs to ${file} from now on` : ''
      compared.changes.push({ kind: 'schedule', name, file, action: act.action, version: null, detail, changes: act.changes })
      compared.schedules.push({ ...act, pipeline: name, file })
    }
  }
}

async function compareTransforms(db: Kysely<Schema>, code: AcceptedCode, compared: ComparedCode): Promise<void> {
  const stored = await listTransforms(db)
  for (const given of code.transforms) {
    const { name, file, sql } = given
    const former = stored.find((transform) => transform.name === name) ?? null
    const change = { kind: 'transform' as const, name, file, version: null, detail: '' }
    const changes = former?.sql === sql ? [] : [{ path: 'sql', ...(former === null ? {} : { from: former.sql }), to: sql }]
    if (former?.file === file && changes.length === 0) {
      compared.unchanged += 1
      continue
    }
    compared.transforms.push({ given, former })
    if (former === null) compared.changes.push({ ...change, action: 'create', changes })
    else if (former.file === file) compared.changes.push({ ...change, action: 'change', changes })
    else {
      const holder = former.file == null ? 'it was made in the browser' : `it was applied from ${former.file}`
      compared.changes.push({
        ...change,
        action: code.takeOver ? 'take_over' : 'conflict',
        detail: `${file} has it, and ${holder}`,
        changes,
      })
    }
  }
  const names = new Set(code.transforms.map(({ name }) => name))
  compared.gone.transforms = stored.filter(({ name, file }) => file != null && isWithin(file, code.folder) && !names.has(name))
}

function findGone(code: AcceptedCode, pipelines: readonly Pipeline[], compared: ComparedCode): void {
  const names = new Set(code.pipelines.map(({ definition }) => definition.name))
  const isTrial = code.pipelines.some(({ file }) => file === null)
  if (isTrial) compared.gone.transforms = []
  else
    compared.gone.pipelines = pipelines.filter(
      ({ name, git }) => git?.holds === true && isWithin(git.file, code.folder) && !names.has(name),
    )
  const action = code.prune ? 'remove' : 'gone'
  const detail = 'its file is no longer there'
  for (const { name, git, version } of compared.gone.pipelines)
    compared.changes.push({ kind: 'pipeline', name, file: git?.file ?? null, action, version, detail, changes: [] })
  for (const { name, file } of compared.gone.transforms)
    compared.changes.push({ kind: 'transform', name, file: file ?? null, action, version: null, detail, changes: [] })
}

function isWithin(file: string, folder: string): boolean {
  return folder === '' ? /^(pipelines|transforms)\//.test(file) : file.startsWith(`${folder}/`)
}
