import type { ValueChange } from '../../contract/stored-pipelines.ts'
import type { SetTarget } from '../../store/freshness-targets.ts'

/** What becomes of one freshness target; `within` is null where it is removed. */
export interface FreshnessAct {
  action: 'create' | 'change' | 'take_over' | 'remove' | 'conflict'
  dataset: string
  within: string | null
  /** Who else says it, in words; empty where nobody does. */
  holder: string
  changes: ValueChange[]
}

/**
 * How the freshness targets of a pipeline's file differ from what is set. The same that was set elsewhere is taken over; another value is a conflict
 * unless `takeOver`.
 * @param wanted by dataset
 * @param targets all that are set
 */
export function compareFreshness(
  pipeline: string,
  wanted: Readonly<Record<string, string>>,
  targets: readonly SetTarget[],
  takeOver: boolean,
): { acts: FreshnessAct[]; unchanged: number } {
  const acts: FreshnessAct[] = []
  let unchanged = 0
  for (const [dataset, within] of Object.entries(wanted)) {
    const target = targets.find((one) => one.dataset === dataset)
    const changes = [{ path: 'within', ...(target === undefined ? {} : { from: target.within }), to: within }]
    const act = { dataset, within, holder: '', changes }
    const isSame = target?.within === within
    if (target === undefined) acts.push({ ...act, action: 'create' })
    else if (target.file !== null && target.pipeline === pipeline) {
      if (isSame) unchanged += 1
      else acts.push({ ...act, action: 'change' })
    } else if (isSame && target.file === null) acts.push({ ...act, action: 'take_over', changes: [] })
    else acts.push({ ...act, action: takeOver ? 'take_over' : 'conflict', holder: holderOf(target), changes: isSame ? [] : changes })
  }
  const gone = targets.filter(({ dataset, file, pipeline: own }) => own === pipeline && file !== null && !Object.hasOwn(wanted, dataset))
  for (const { dataset, within } of gone)
    acts.push({ action: 'remove', dataset, within: null, holder: '', changes: [{ path: 'within', from: within }] })
  return { acts, unchanged }
}

function holderOf({ file, within }: SetTarget): string {
  return file === null ? `${within} was set by itself` : `${file} says ${within}`
}
