import type { Caller } from '../../access/caller.ts'
import type { AlertRuleInput } from '../../contract/alert-rules.ts'
import type { CodeFiles, CodePipeline, CodeTransform } from '../../contract/pipelines-as-code.ts'
import type { PipelineDefinition } from '../../contract/pipelines.ts'
import { AtlasError } from '../../core/errors.ts'
import { readStoredTransforms } from '../../pipeline/stored-transforms.ts'
import { listPipelines } from '../../store/pipelines.ts'
import type { Platform } from '../platform.ts'
import { acceptDeclared, channelIds } from './accept-declared.ts'
import { acceptPipeline } from './accept-pipeline.ts'
import { refuseUnknownTargets } from './refuse-unknown-targets.ts'
import { secretMarks } from './secret-marks.ts'
import { withinRequest } from './within-request.ts'

export interface AcceptedPipeline extends Omit<CodePipeline, 'definition'> {
  /** As it is stored: with sealed secrets. */
  definition: PipelineDefinition
  marks: Record<string, string>
  /** Its alert rules as they are stored. */
  rules: AlertRuleInput[]
}

/** Each asks the store a few questions. */
const AT_ONCE = 8

export interface AcceptedCode extends Omit<CodeFiles, 'pipelines'> {
  pipelines: AcceptedPipeline[]
  /** Ids of channels by name. */
  channels: ReadonlyMap<string, string>
}

/**
 * Files as they can be stored: checked as a whole, so that nothing is stored of a folder with a mistake in it. To be called within
 * `secrets.whileSealing` where what it gives is stored.
 * @throws AtlasError with JSON Pointers into the request: `pipeline.invalid` for two of one name and for circles, `schedule.*`, `alert.*`, `source.*`, `sql.*`
 */
export async function acceptCode(platform: Platform, caller: Caller, files: CodeFiles): Promise<AcceptedCode> {
  refuseTwice(files)
  const channels = await channelIds(platform)
  const pipelines: AcceptedPipeline[] = []
  for (let from = 0; from < files.pipelines.length; from += AT_ONCE) {
    const part = files.pipelines.slice(from, from + AT_ONCE)
    const accepted = await Promise.allSettled(
      part.map((given, index) => acceptOne(platform, caller, given, { channels, at: `/pipelines/${from + index}` })),
    )
    // Of several mistakes the first file's is told, whichever was found first.
    const failed = accepted.find((one) => one.status === 'rejected')
    if (failed !== undefined) throw failed.reason as Error
    pipelines.push(...accepted.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])))
  }
  await refuseCircles(platform, files)
  await refuseUnknownTargets(platform, files)
  return { ...files, pipelines, channels }
}

async function acceptOne(
  platform: Platform,
  caller: Caller,
  given: CodePipeline,
  { channels, at }: Pick<AcceptedCode, 'channels'> & { at: string },
): Promise<AcceptedPipeline> {
  const rules = await acceptDeclared(platform, given, channels, at)
  const definition = await acceptPipeline(platform, caller, given.definition, `${at}/definition`)
  return { ...given, definition, rules, marks: secretMarks(platform, given.definition.source) }
}

interface Place {
  file: string
  pointer: string
}

/** @throws AtlasError `pipeline.invalid` naming both files */
function refuseTwice(files: CodeFiles): void {
  const makers = new Map<string, Place>()
  const claim = (what: string, place: Place): void => {
    const before = makers.get(what)
    if (before !== undefined)
      throw new AtlasError(
        'pipeline.invalid',
        `${before.file} and ${place.file} both make ${what}; one of them has to have another name.`,
        {
          fields: [before, place].map(({ pointer, file }) => ({ pointer, detail: `${what} is made in ${file}` })),
        },
      )
    makers.set(what, place)
  }
  for (const [index, { file, definition }] of files.pipelines.entries()) {
    const at = { file: file ?? definition.name, pointer: `/pipelines/${index}/definition` }
    claim(`the pipeline ${definition.name}`, { ...at, pointer: `${at.pointer}/name` })
    for (const [place, { name }] of definition.transforms.entries())
      claim(`navigate.${name}`, { ...at, pointer: `${at.pointer}/transforms/${place}/name` })
  }
  for (const [index, { file, name }] of files.transforms.entries()) claim(`navigate.${name}`, { file, pointer: `/transforms/${index}/sql` })
}

/** @throws AtlasError `pipeline.invalid` naming the path, at one of the given transforms on it; `sql.*` */
async function refuseCircles({ db }: Platform, files: CodeFiles): Promise<void> {
  const { parseTransform } = await import('../../pipeline/steps/plan.ts')
  const { orderTransforms } = await import('../../pipeline/steps/transform.ts')
  const given = [...ofPipelines(files), ...ofFiles(files)]
  if (given.length === 0) return
  const planned = await Promise.all(given.map(({ rule, pointer }) => withinRequest(pointer, () => parseTransform(rule, 'file'))))
  const names = new Set(given.map(({ rule }) => rule.name))
  const replaced = new Set(files.pipelines.map(({ definition }) => definition.name))
  const standing = [
    ...(await readStoredTransforms(db, process.cwd())),
    ...(await listPipelines(db)).filter(({ name }) => !replaced.has(name)).flatMap(({ definition }) => definition.transforms),
  ]
  // One that no longer parses keeps nobody from mending others.
  const others = await Promise.all(
    standing.filter(({ name }) => !names.has(name)).map((rule) => parseTransform(rule, 'file').catch(() => null)),
  )
  try {
    orderTransforms([...planned, ...others.filter((rule) => rule !== null)])
  } catch (error) {
    if (!(error instanceof AtlasError)) throw error
    const onPath = given.filter(
      ({ rule }) => error.message.includes(`navigate.${rule.name} `) || error.message.includes(`navigate.${rule.name}.`),
    )
    const fields = onPath.map(({ pointer, rule }) => ({ pointer, detail: `navigate.${rule.name} is on the circle` }))
    throw new AtlasError(error.code, error.message, { cause: error, fields, next: 'Let one of them read something else.' })
  }
}

interface Given {
  rule: PipelineDefinition['transforms'][number]
  pointer: string
}

function ofPipelines({ pipelines }: CodeFiles): Given[] {
  return pipelines.flatMap(({ definition }, index) =>
    definition.transforms.map((rule, place) => ({ rule, pointer: `/pipelines/${index}/definition/transforms/${place}/sql` })),
  )
}

function ofFiles({ transforms }: { transforms: readonly CodeTransform[] }): Given[] {
  return transforms.map(({ name, sql }, index) => ({
    rule: { name, sql, description: '', checks: [] },
    pointer: `/transforms/${index}/sql`,
  }))
}
