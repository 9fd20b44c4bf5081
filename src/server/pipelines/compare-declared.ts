import type { Kysely } from 'kysely'
import type { CodeChange } from '../../contract/pipelines-as-code.ts'
import { listDeclaredRules } from '../../store/alert-rules.ts'
import { listSetTargets, type SetTarget } from '../../store/freshness-targets.ts'
import { listSchedules, type ScheduleRow } from '../../store/schedules.ts'
import type { Schema } from '../../store/schema.ts'
import type { AcceptedCode, AcceptedPipeline } from './accept-code.ts'
import { type AlertAct, compareAlerts } from './compare-alerts.ts'
import { compareFreshness, type FreshnessAct } from './compare-freshness.ts'
import { compareSchedules, type ScheduleAct } from './compare-schedules.ts'

/** Whose an act is. */
export interface OfFile {
  pipeline: string
  file: string
}

/** What there is to do for what files say beside definitions. */
export interface ComparedDeclared {
  schedules: (ScheduleAct & OfFile)[]
  freshness: (FreshnessAct & OfFile)[]
  alerts: (AlertAct & OfFile)[]
}

interface Found extends ComparedDeclared {
  changes: CodeChange[]
  unchanged: number
  notes: string[]
}

/** Compares schedules, freshness targets and alert rules. A file without a key says nothing of it; what it once said of it goes. */
export async function compareDeclared(db: Kysely<Schema>, code: AcceptedCode, found: Found): Promise<void> {
  const schedules = Map.groupBy(await listSchedules(db), ({ pipeline }) => pipeline)
  const rules = Map.groupBy(await listDeclaredRules(db), ({ pipeline }) => pipeline)
  const targets = await listSetTargets(db)
  const says = new Map(code.pipelines.map(({ definition, freshness = {} }) => [definition.name, freshness]))
  // What one of the files says no longer another may say in the same apply.
  const isGivenUp = ({ file, pipeline, dataset }: SetTarget): boolean =>
    file !== null && pipeline !== null && says.has(pipeline) && !Object.hasOwn(says.get(pipeline) ?? {}, dataset)
  for (const given of code.pipelines) {
    const { file } = given
    if (file === null) continue
    const pipeline = given.definition.name
    const of = { pipeline, file }
    addSchedules(found, of, given, schedules.get(pipeline) ?? [])
    const standing = targets.filter((target) => target.pipeline === pipeline || !isGivenUp(target))
    addFreshness(found, of, given, { targets: standing, takeOver: code.takeOver })
    const own = (rules.get(pipeline) ?? []).map(({ rule }) => rule)
    const { acts, unchanged } = compareAlerts(given.rules, own, code.channels)
    found.unchanged += unchanged
    for (const act of acts) {
      found.alerts.push({ ...act, ...of })
      found.changes.push({ ...changeOf('alert', act, of), name: act.name })
    }
  }
}

function addSchedules(found: Found, of: OfFile, { schedules }: AcceptedPipeline, rows: readonly ScheduleRow[]): void {
  const { acts, unchanged, elsewhere } = compareSchedules(of.pipeline, schedules ?? [], rows)
  found.unchanged += unchanged
  if (schedules !== undefined && elsewhere > 0)
    found.notes.push(
      `${of.pipeline} has ${elsewhere === 1 ? 'a schedule' : `${elsewhere} schedules`} made in the browser beside those of ${of.file}.`,
    )
  for (const act of acts) {
    found.schedules.push({ ...act, ...of })
    found.changes.push({ ...changeOf('schedule', act, of), name: of.pipeline })
  }
}

function addFreshness(
  found: Found,
  of: OfFile,
  { freshness }: AcceptedPipeline,
  { targets, takeOver }: { targets: readonly SetTarget[]; takeOver: boolean },
): void {
  const { acts, unchanged } = compareFreshness(of.pipeline, freshness ?? {}, targets, takeOver)
  found.unchanged += unchanged
  for (const act of acts) {
    const holder = act.holder === '' ? {} : { detail: `${of.file} says ${act.within}, and ${act.holder}` }
    found.freshness.push({ ...act, ...of })
    found.changes.push({ ...changeOf('freshness', act, of), name: act.dataset, ...holder })
  }
}

function changeOf(
  kind: 'schedule' | 'freshness' | 'alert',
  { action, changes }: Pick<CodeChange, 'action' | 'changes'>,
  { file }: OfFile,
): Omit<CodeChange, 'name'> {
  const detail = action === 'take_over' ? `the same was made elsewhere, and belongs to ${file} from now on` : ''
  return { kind, file, action, version: null, detail: changes.length === 0 ? detail : '', changes }
}
