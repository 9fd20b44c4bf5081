import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { CodeChange, CodeTransform } from '../../contract/pipelines-as-code.ts'
import type { Pipeline, PipelineVersion } from '../../contract/stored-pipelines.ts'
import { stableJson } from '../../core/stable-json.ts'
import { listPipelines } from '../../store/pipelines.ts'
import { newestAuthors, readFileMarks } from '../../store/pipeline-versions.ts'
import type { Schema } from '../../store/schema.ts'
import { listTransforms, type StoredTransform } from '../../store/transforms.ts'
import type { Platform } from '../platform.ts'
import type { AcceptedCode, AcceptedPipeline } from './accept-code.ts'
import { compareDeclared, type ComparedDeclared } from './compare-declared.ts'
import { comparePipeline, type FilesOfProject, type StandingPipeline } from './compare-pipeline.ts'
import { compareTransform } from './compare-transform.ts'

/** What there is to do for files to be what is stored. */
export interface ComparedCode extends ComparedDeclared {
  /** Of the files and of everything that they were compared with. */
  id: string
  changes: CodeChange[]
  unchanged: number
  notes: string[]
  /** Those of which a version is made. */
  pipelines: { given: AcceptedPipeline; former: Pipeline | null; change: PipelineVersion['change'] }[]
  transforms: { given: CodeTransform; former: StoredTransform | null }[]
  /** What was applied from files that are gone, and is removed when told to prune. */
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
    freshness: [],
    alerts: [],
    transforms: [],
    gone: { pipelines: [], transforms: [] },
  }
  const [pipelines, transforms] = [await listPipelines(db), await listTransforms(db)]
  const files = filesOf(code)
  await comparePipelines(platform, db, code, { pipelines, files }, compared)
  await compareDeclared(db, code, compared)
  for (const given of code.transforms) addTransform(given, transforms, files, compared)
  findGone(code, { pipelines, transforms }, compared)
  const marks = code.pipelines.map((given) => given.marks)
  compared.id = createHash('sha256')
    .update(stableJson([compared.changes, marks, code.takeOver, code.prune, code.project]))
    .digest('hex')
    .slice(0, 32)
  return compared
}

function filesOf({ pipelines, transforms, folder, absent, project, takeOver }: AcceptedCode): FilesOfProject {
  const given = new Set([...pipelines, ...transforms].map(({ file }) => file))
  const gone = new Set(absent)
  return { project, takeOver, isGone: (file) => !given.has(file) && (isWithin(file, folder) || gone.has(file)) }
}

async function comparePipelines(
  platform: Platform,
  db: Kysely<Schema>,
  code: AcceptedCode,
  { pipelines, files }: { pipelines: readonly Pipeline[]; files: FilesOfProject },
  compared: ComparedCode,
): Promise<void> {
  const [marks, authors] = [await readFileMarks(db), await newestAuthors(db)]
  const standing = new Map(pipelines.map((pipeline) => [pipeline.name, pipeline]))
  for (const given of code.pipelines) {
    const former = standing.get(given.definition.name) ?? null
    const known: StandingPipeline | null =
      former === null
        ? null
        : {
            pipeline: former,
            marks: former.drifted ? null : (marks.get(former.name) ?? null),
            changedBy: authors.get(former.name) ?? 'unknown',
          }
    const change = await comparePipeline(platform, given, known, files)
    if (change === null) compared.unchanged += 1
    else {
      compared.changes.push(change)
      if (!isAdoption(change)) compared.pipelines.push({ given, former, change: VERSIONS[change.action] ?? 'applied' })
    }
  }
}

const VERSIONS: Partial<Record<CodeChange['action'], PipelineVersion['change']>> = { take_over: 'taken_over', move: 'moved' }

/** Whether only the project of a pipeline becomes known, which makes no version. */
function isAdoption({ action, changes }: CodeChange): boolean {
  return action === 'change' && changes.length === 1 && changes[0]?.path === 'project'
}

function addTransform(
  given: CodeTransform,
  transforms: readonly StoredTransform[],
  files: FilesOfProject,
  compared: Pick<ComparedCode, 'transforms' | 'changes' | 'unchanged'>,
): void {
  const former = transforms.find(({ name }) => name === given.name) ?? null
  const change = compareTransform(given, former, files)
  if (change === null) {
    compared.unchanged += 1
    return
  }
  compared.transforms.push({ given, former })
  compared.changes.push(change)
}

/** What was applied from files of this project and folder that are not given; a trial says nothing of other files. */
function findGone(
  code: AcceptedCode,
  { pipelines, transforms }: { pipelines: readonly Pipeline[]; transforms: readonly StoredTransform[] },
  compared: ComparedCode,
): void {
  if (code.pipelines.some(({ file }) => file === null)) return
  const names = new Set(code.pipelines.map(({ definition }) => definition.name))
  const built = new Set(code.transforms.map(({ name }) => name))
  for (const pipeline of pipelines) {
    const { name, git, version } = pipeline
    if (git?.holds !== true || names.has(name) || !isWithin(git.file, code.folder)) continue
    if (addGone({ kind: 'pipeline', name, file: git.file, version }, git.project, code, compared)) compared.gone.pipelines.push(pipeline)
  }
  for (const transform of transforms) {
    const { name, file } = transform
    if (file == null || built.has(name) || !isWithin(file, code.folder)) continue
    if (addGone({ kind: 'transform', name, file, version: null }, transform.project, code, compared))
      compared.gone.transforms.push(transform)
  }
}

/** @returns whether pruning removes it */
function addGone(
  what: Pick<CodeChange, 'kind' | 'name' | 'file' | 'version'>,
  project: string | null | undefined,
  code: AcceptedCode,
  { changes }: Pick<ComparedCode, 'changes'>,
): boolean {
  if (project != null && project !== code.project) return false
  const detail =
    project == null
      ? 'its file is not here; it may be of another project, as it was applied before they had names'
      : 'its file is no longer there'
  const action = code.prune && project != null ? 'remove' : 'gone'
  changes.push({ ...what, action, detail, changes: [] })
  return project != null
}

function isWithin(file: string, folder: string): boolean {
  return folder === '' ? /^(pipelines|transforms)\//.test(file) : file.startsWith(`${folder}/`)
}
