import type { Caller } from '../../access/caller.ts'
import type { CodeFiles, CodePlan, DatasetEffect } from '../../contract/pipelines-as-code.ts'
import type { PipelineDefinition } from '../../contract/pipelines.ts'
import { listAllTransforms } from '../list-transforms.ts'
import type { Platform } from '../platform.ts'
import { acceptCode } from './accept-code.ts'
import { withoutSecrets } from './accept-pipeline.ts'
import { compareCode, type ComparedCode } from './compare-code.ts'
import { type Published, publishedDatasets } from './published-datasets.ts'
import { streamEffects } from './stream-effects.ts'
import { type ChangedTransform, transformEffect } from './transform-effects.ts'

interface Asking {
  caller: Caller
  address: string
}

/** What applying files would change, and what the runs after it would do to the datasets. Nothing is stored. Throws like `acceptCode`. */
export async function planCode(platform: Platform, asking: Asking, files: CodeFiles, signal: AbortSignal): Promise<CodePlan> {
  const code = await acceptCode(platform, asking.caller, files)
  const compared = await compareCode(platform, platform.db, code)
  const published = await publishedDatasets(platform.db)
  const pairs = changedPipelines(platform, compared, code.prune)
  const effects = pairs.flatMap(({ name, before, after }) => streamEffects(name, before, after, published))
  const changed = changedTransforms(pairs, compared, code.prune)
  for (const transform of changed) {
    const effect = await transformEffect(platform, { ...asking, signal }, transform, published)
    if (effect !== null) put(effects, effect)
  }
  await followOn(platform, effects, changed, published)
  const { id, changes, unchanged, notes } = compared
  return { id, changes, unchanged, notes, datasets: effects }
}

interface Pair {
  name: string
  before: PipelineDefinition | null
  after: PipelineDefinition | null
}

function changedPipelines(platform: Platform, compared: ComparedCode, prune: boolean): Pair[] {
  const shown = (definition: PipelineDefinition) => withoutSecrets(definition, platform)
  const removed = prune ? compared.gone.pipelines : []
  return [
    ...compared.pipelines.map(({ given, former }) => ({
      name: given.definition.name,
      before: former === null ? null : shown(former.definition),
      after: shown(given.definition),
    })),
    ...removed.map(({ name, definition }) => ({ name, before: shown(definition), after: null })),
  ]
}

function changedTransforms(pairs: readonly Pair[], compared: ComparedCode, prune: boolean): ChangedTransform[] {
  const own = pairs.flatMap(({ name: maker, before, after }) => {
    const old = new Map((before?.transforms ?? []).map(({ name, sql }) => [name, sql]))
    const now = new Map((after?.transforms ?? []).map(({ name, sql }) => [name, sql]))
    const made = [...now].filter(([name, sql]) => old.get(name) !== sql).map(([name, sql]) => ({ name, maker, sql }))
    const gone = [...old.keys()].filter((name) => !now.has(name)).map((name) => ({ name, maker, sql: null }))
    return [...made, ...gone]
  })
  const removed = prune ? compared.gone.transforms : []
  return [
    ...own,
    ...compared.transforms
      .filter(({ given, former }) => former?.sql !== given.sql)
      .map(({ given }) => ({ name: given.name, maker: given.file, sql: given.sql })),
    ...removed.map(({ name, file }) => ({ name, maker: file ?? name, sql: null })),
  ]
}

/** A transform of the name of a stream makes the dataset in place of the stream's own. */
function put(effects: DatasetEffect[], effect: DatasetEffect): void {
  const index = effects.findIndex(({ dataset }) => dataset === effect.dataset)
  if (index < 0) effects.push(effect)
  else effects[index] = effect
}

/** Stored transforms that read what is written anew are built anew as well, one after the other. */
async function followOn(
  { db }: Platform,
  effects: DatasetEffect[],
  changed: readonly ChangedTransform[],
  published: ReadonlyMap<string, Published>,
): Promise<void> {
  const standing = (await listAllTransforms(db)).filter(({ name }) => !changed.some((transform) => transform.name === name))
  const written = (): Set<string | null> => new Set(effects.filter(({ effect }) => effect !== 'left').map(({ dataset }) => dataset))
  for (let more = true; more;) {
    const names = written()
    const next = standing.filter(({ name, reads }) => !names.has(`navigate.${name}`) && reads.some((dataset) => names.has(dataset)))
    for (const { name, reads } of next)
      put(effects, {
        dataset: `navigate.${name}`,
        maker: name,
        effect: published.has(`navigate.${name}`) ? 'rewritten' : 'appears',
        rows: published.get(`navigate.${name}`)?.rows ?? null,
        why: `it reads ${reads.filter((dataset) => names.has(dataset)).join(', ')}`,
        columns: [],
        columnsKnown: false,
      })
    more = next.length > 0
  }
}
