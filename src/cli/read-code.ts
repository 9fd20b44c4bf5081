import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { ProblemError } from '../client/problem-error.ts'
import { TableName } from '../contract/names.ts'
import { type CodePipeline, type CodeTransform, PipelineFileContent } from '../contract/pipelines-as-code.ts'
import { AtlasError } from '../core/errors.ts'
import { nextTimes } from '../core/schedule/timing.ts'
import { type Resolved, resolveReferences } from './references.ts'
import { checkedOutCommit, nameInRepository, originOf, repositoryOf } from './repository.ts'
import { readYaml } from './read-yaml.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface ReadCode {
  pipelines: (CodePipeline & { references: Resolved<Record<string, unknown>>; locate(keys: readonly string[]): string })[]
  transforms: CodeTransform[]
  /** What the names of all the files begin with. */
  folder: string
  commit: string | null
  /** Where names of files begin: the Git checkout, or the folder. */
  root: string
  /** What the files are of unless told: the address of Git's origin, or the name of the root. */
  project: string
}

/**
 * Reads `pipelines/*.yaml` and `transforms/*.sql` of a folder, and follows the references in settings.
 * @throws AtlasError `file.not_found`, `pipeline.invalid`, `schedule.*`, `secret.reference_missing`; each names file and line
 */
export async function readCode(target: string, env: Environment): Promise<ReadCode> {
  const folder = path.basename(path.resolve(target)) === 'pipelines' ? path.dirname(path.resolve(target)) : path.resolve(target)
  const files = await filesOf(folder, 'pipelines', /\.ya?ml$/i)
  const queries = await filesOf(folder, 'transforms', /\.sql$/i)
  if (files === null && queries === null)
    throw new AtlasError('file.not_found', `There is neither pipelines/ nor transforms/ in ${target}.`, {
      next: 'Name the folder that holds pipelines/, or make pipelines/NAME.yaml.',
    })
  const pipelines: ReadCode['pipelines'] = []
  for (const file of files ?? []) pipelines.push(await readPipelineFile(file, folder, env))
  refuseTwice(pipelines)
  const transforms = await Promise.all((queries ?? []).map((file) => readTransform(file, folder)))
  const prefix = path.posix.dirname(nameInRepository(path.join(folder, 'x'), folder))
  const root = repositoryOf(folder) ?? folder
  const project = (await originOf(root)) ?? path.basename(root)
  return { pipelines, transforms, folder: prefix === '.' ? '' : prefix, commit: await checkedOutCommit(folder), root, project }
}

async function readPipelineFile(file: string, folder: string, env: Environment): Promise<ReadCode['pipelines'][number]> {
  const { value, locate, folder: own } = await readYaml(file, 'pipeline', () => PipelineFileContent)
  const { schedules, freshness, alerts, ...definition } = value
  for (const [index, { timing }] of (schedules ?? []).entries()) firstTime(timing, locate(['schedules', String(index), 'timing']))
  const place = (keys: readonly string[]): string => locate(['source', 'settings', ...keys])
  const references = await resolveReferences(definition.source.settings, { env, folder: own, locate: place })
  const source = { ...definition.source, settings: references.value }
  return {
    file: nameInRepository(file, folder),
    definition: { ...definition, source },
    ...(schedules === undefined ? {} : { schedules }),
    ...(freshness === undefined ? {} : { freshness }),
    ...(alerts === undefined ? {} : { alerts }),
    references,
    locate,
  }
}

/** A cron or an interval that means nothing is told with its line. @throws AtlasError `schedule.*` */
function firstTime(timing: Parameters<typeof nextTimes>[0], at: string): void {
  try {
    nextTimes(timing, Date.UTC(2000, 0, 1), 1)
  } catch (error) {
    if (!(error instanceof AtlasError)) throw error
    throw new AtlasError(error.code, `${at}: ${error.message}`, {
      cause: error,
      next: error.next,
      fields: [{ pointer: at, detail: error.message }],
    })
  }
}

/** @throws AtlasError `pipeline.invalid` naming both places */
function refuseTwice(pipelines: ReadCode['pipelines']): void {
  const places = new Map<string, string>()
  for (const { definition, locate } of pipelines) {
    const [at, before] = [locate(['name']), places.get(definition.name)]
    if (before !== undefined)
      throw new AtlasError('pipeline.invalid', `${before} and ${at} are both the pipeline ${definition.name}; one needs another name.`, {
        fields: [before, at].map((pointer) => ({ pointer, detail: `name: ${definition.name}` })),
      })
    places.set(definition.name, at)
  }
}

async function readTransform(file: string, folder: string): Promise<CodeTransform> {
  const name = path.basename(file).replace(/\.sql$/i, '')
  const shown = nameInRepository(file, folder)
  if (!TableName.safeParse(name).success)
    throw new AtlasError('pipeline.invalid', `${shown}: "${name}" cannot name a dataset; use lower-case letters, digits and _.`)
  const sql = (await readFile(file, 'utf8')).trim()
  if (sql === '') throw new AtlasError('pipeline.invalid', `${shown}:1: nothing stands in it; a transform is one SELECT.`)
  return { file: shown, name, sql }
}

/** Null where there is no such folder. */
async function filesOf(folder: string, name: string, pattern: RegExp): Promise<string[] | null> {
  const found = await stat(path.join(folder, name)).catch(() => null)
  if (found?.isDirectory() !== true) return null
  const names = (await readdir(path.join(folder, name), { recursive: true })).filter((file) => pattern.test(file))
  return names.toSorted().map((file) => path.join(folder, name, file))
}

/** Calls the server; what it says of a place in the request is said of the file's line instead. */
export async function locatingCode<T>({ pipelines, transforms }: ReadCode, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.errors === undefined) throw error
    const errors = error.problem.errors.map(({ pointer, detail }) => {
      const [, kind, index, rest = ''] = /^(?:\/body)?\/(pipelines|transforms)\/(\d+)(\/.*)?$/.exec(pointer) ?? []
      const keys = rest.split('/').filter((key) => key !== '')
      const pipeline = kind === 'pipelines' ? pipelines[Number(index)] : undefined
      if (pipeline !== undefined) return { pointer: pipeline.locate(keys[0] === 'definition' ? keys.slice(1) : keys), detail }
      const transform = kind === 'transforms' ? transforms[Number(index)] : undefined
      return transform === undefined ? { pointer, detail } : { pointer: `${transform.file}:1`, detail }
    })
    throw new ProblemError({ ...error.problem, errors }, error.at, { cause: error })
  }
}
