import type { QuarantineFix, QuarantinePreview, QuarantineSelection } from '../../contract/quarantine.ts'
import type { Run } from '../../contract/runs.ts'
import { AtlasError } from '../../core/errors.ts'
import { planReplay, REREAD } from '../../pipeline/replay/plan-replay.ts'
import { type ChosenBatch, previewFix, stageFix } from '../../pipeline/replay/stage-fix.ts'
import type { ReplayFile } from '../../store/quarantine-tables.ts'
import type { Platform } from '../platform.ts'
import { measuringOf } from '../rules/measure-rules.ts'
import { type Choice, chooseRows } from './choose-rows.ts'

/** Rows of one replay; a run's file keeps the number of each. */
const MAX_ROWS = 50_000

/**
 * Mends rows and queues the run that carries them back.
 * @throws AtlasError `quarantine.*`, `sql.*` for an expression
 */
export async function replayRows(
  platform: Platform,
  request: { selection: QuarantineSelection; fix: QuarantineFix; by: string },
  signal: AbortSignal,
): Promise<{ run: Run; rows: number; note: string | null }> {
  const { selection, fix, by } = request
  const target = await planReplay(platform.db, selection.dataset)
  const choice = sendable(await chooseRows(platform, selection, signal), selection)
  if (choice.rows > MAX_ROWS)
    throw new AtlasError(
      'quarantine.cannot_replay',
      `${choice.rows} rows were chosen; a replay takes ${MAX_ROWS}. Choose fewer, and replay again.`,
    )
  assertEditsChosen(choice, fix)
  const environment = { ...measuringOf(platform), random: platform.random }
  const files: ReplayFile[] = []
  try {
    for (const batch of batchesOf(choice)) files.push(await stageFix(environment, target.explore, batch, fix, signal))
    const run = await platform.runs.replay({ target, files, chosen: choice.chosen, requestedBy: by })
    return { run, rows: choice.rows, note: target.note }
  } catch (error) {
    await Promise.allSettled(files.map((file) => platform.lake.files.remove(file.path)))
    throw error
  }
}

/** The first of the chosen rows as a fix would make them. @throws as `replayRows` */
export async function previewRows(
  platform: Platform,
  request: { selection: QuarantineSelection; fix: QuarantineFix; limit: number },
  signal: AbortSignal,
): Promise<QuarantinePreview> {
  const { selection, fix, limit } = request
  const { explore } = await planReplay(platform.db, selection.dataset)
  const choice = sendable(await chooseRows(platform, selection, signal), selection)
  assertEditsChosen(choice, fix)
  const environment = { ...measuringOf(platform), random: platform.random }
  const columns = explore.columns.map(({ name, type }) => ({ name, type }))
  const rows: QuarantinePreview['rows'] = []
  for (const batch of batchesOf(choice)) {
    if (rows.length >= limit) break
    const shown = await previewFix(environment, explore, batch, fix, limit - rows.length, signal)
    const named = (cells: (string | null)[]) => Object.fromEntries(columns.map(({ name }, index) => [name, cells[index] ?? null]))
    rows.push(...shown.map(({ row, before, after }) => ({ batch: batch.batch, row, before: named(before), after: named(after) })))
  }
  return { columns, rows, selected: choice.rows }
}

/** Of all rows that match, those that can go back; where none can, the first says why. Rows that are named are taken by their names. */
function sendable(choice: Choice, { rows }: QuarantineSelection): Choice {
  if (rows !== undefined) return choice
  const stale = new Set(choice.scan.batches.filter((batch) => batch.isReread || !batch.isPublished).map(({ id }) => id))
  const chosen = new Map([...choice.chosen].filter(([batch]) => !stale.has(batch)))
  if (chosen.size === 0) return choice
  return { ...choice, chosen, rows: [...chosen.values()].flat().reduce((sum, { from, to }) => sum + to - from, 0) }
}

/** Rows that the source gave again, or will give again, would be there twice. */
function batchesOf({ scan, chosen }: Choice): ChosenBatch[] {
  return scan.batches.flatMap((batch) => {
    const ranges = chosen.get(batch.id)
    if (ranges === undefined) return []
    if (!batch.isPublished)
      throw new AtlasError(
        'quarantine.cannot_replay',
        `The run ${batch.runId} that refused the rows of ${batch.id} published nothing; run its pipeline again, which reads them anew.`,
      )
    if (batch.isReread) throw new AtlasError('quarantine.cannot_replay', `The source of ${batch.id} ${REREAD}`)
    return [{ batch: batch.id, path: batch.path, ranges }]
  })
}

function assertEditsChosen({ chosen }: Choice, { edits }: QuarantineFix): void {
  const stray = edits.find(({ batch, row }) => !(chosen.get(batch) ?? []).some((range) => row >= range.from && row < range.to))
  if (stray === undefined) return
  throw new AtlasError('quarantine.bad_fix', `Row ${stray.row} of ${stray.batch} is edited, and not among the rows chosen.`)
}
