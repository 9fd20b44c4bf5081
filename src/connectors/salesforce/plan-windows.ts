import { AtlasError } from '../../core/errors.ts'
import { countRows } from './fetch-rows.ts'
import { cursorKindOf, type CursorKind } from './cursor-kind.ts'
import { isSystemStamp } from './describe.ts'
import type { ReadScope } from './read-scope.ts'
import { parseState, type Gap, type ReadState } from './read-state.ts'
import { writeSoql } from './soql.ts'
import { sliceWindow, windowConditions, type Window } from './window.ts'

/** What a read by the cursor asks for. */
export interface WindowPlan {
  kind: CursorKind
  state: ReadState | null
  nulls: 'raise' | 'exclude' | 'include'
  /** First value that is read at all. */
  start: string | null
  /** Where reading ends (exclusive); null where it does not. */
  end: string | null
  /** From where on rows are read once more; null when there was no read before. */
  low: string | null
  /** Windows whose rows may be here already. */
  again: { window: Window; gap: Gap | null }[]
  /** Windows that were never read, in order. */
  fresh: Window[]
  /** Rows of `fresh`; null when nobody knows. */
  expected: number | null
  backfill: boolean
  /** This read compares the whole object, for the fields that change without a stamp. */
  compares: boolean
  comparedAt: string | null
}

/** Rows whose stamp is younger than that may still be joined by others. */
const SETTLING_MS = 30_000
const DAY_MS = 86_400_000

/** @throws AtlasError `source.cursor_invalid` */
export async function planWindows(scope: ReadScope): Promise<WindowPlan> {
  const { plan, request, settings, options, landing, session } = scope
  const { cursor: field } = plan
  if (field === null) throw new AtlasError('source.cursor_invalid', `${plan.object.name} has no cursor.`)
  const kind = cursorKindOf(field, options.numbers)
  const rule = request.cursor
  const state = parseState(landing.state, field.name)
  const now = session.serverNow()
  const start = startOf(scope, kind)
  const end = earlier(
    kind,
    rule?.end === undefined ? null : kind.parse(rule.end),
    isSystemStamp(field.name) ? new Date(now.getTime() - SETTLING_MS).toISOString() : null,
  )
  const shared = { kind, state, nulls: rule?.nulls ?? 'raise', start, end, expected: null } as const
  if (rule?.backfill !== undefined) {
    const window = { from: kind.parse(rule.backfill.from), to: kind.parse(rule.backfill.to) }
    return {
      ...shared,
      low: window.from,
      again: [{ window, gap: null }],
      fresh: [],
      backfill: true,
      compares: false,
      comparedAt: state?.comparedAt ?? null,
    }
  }
  const silent = request.mode === 'merge' && options.formulaRefresh !== 'off' && plan.silent.length > 0
  const compares = state !== null && silent && isDue(state, now, options.formulaRefresh)
  const lookback = rule?.lookback ?? (field.type === 'datetime' ? `${settings.lookbackMinutes * 60}s` : '0')
  const low = state === null ? null : compares ? start : later(kind, start, kind.before(state.cursor, lookback))
  return {
    ...shared,
    low,
    again: windowsAgain(shared, low),
    ...(await freshWindows(scope, shared)),
    backfill: false,
    compares,
    comparedAt: silent && (compares || state === null) ? now.toISOString() : (state?.comparedAt ?? null),
  }
}

type Shared = Pick<WindowPlan, 'kind' | 'state' | 'nulls' | 'start' | 'end'>

/** The look-back up to what was reached, and gaps before it; empty when what was reached lies in the future. */
function windowsAgain({ kind, state, nulls, end }: Shared, low: string | null): WindowPlan['again'] {
  if (state === null || (end !== null && low !== null && kind.compare(low, end) >= 0)) return []
  const isBehind = end !== null && kind.compare(state.cursor, end) >= 0
  const window: Window = isBehind ? { from: low, to: end } : { from: low, to: state.cursor, through: true }
  const gaps = (state.gaps ?? []).map((gap) => ({
    gap,
    window: { from: gap.from, to: low === null ? gap.to : (earlier(kind, gap.to, low) ?? gap.to) },
  }))
  const isOpen = ({ from, to }: Window): boolean => low !== null && to !== null && (from === null || kind.compare(from, to) < 0)
  return [
    ...gaps.map((one) => (isOpen(one.window) ? one : { ...one, window: { from: low, to: low } })),
    { window, gap: null },
    ...(nulls === 'include' && kind.field.nillable ? [{ window: { from: null, to: null, nulls: true }, gap: null }] : []),
  ]
}

async function freshWindows(
  scope: ReadScope,
  { kind, state, nulls, start, end }: Shared,
): Promise<{ fresh: Window[]; expected: number | null }> {
  if (state !== null && end !== null && kind.compare(state.cursor, end) >= 0) return { fresh: [], expected: 0 }
  const window: Window = state === null ? { from: start, to: end } : { from: state.cursor, after: true, to: end }
  const withNulls: Window[] = state === null && nulls === 'include' && kind.field.nillable ? [{ from: null, to: null, nulls: true }] : []
  const expected = await countRows(scope, windowConditions(kind, window))
  if (expected === 0) return { fresh: withNulls, expected }
  return { fresh: [...withNulls, ...(await slices(scope, kind, window, expected))], expected }
}

const BIG = 1_000_000

async function slices({ session, plan, options }: ReadScope, kind: CursorKind, window: Window, rows: number | null): Promise<Window[]> {
  if (kind.field.type !== 'datetime' || window.to === null || (options.sliceDays === undefined && (rows ?? 0) <= BIG)) return [window]
  const where = [...plan.where, ...windowConditions(kind, window)]
  const q = writeSoql([kind.field.name], { from: plan.object.name, where, tail: `ORDER BY ${kind.field.name} ASC LIMIT 1` })
  const { records = [] } = (await session.json({ path: plan.all ? '/queryAll' : '/query', query: { q } })) as {
    records?: Record<string, string>[]
  }
  const first = records[0]?.[kind.field.name]
  return first === undefined ? [window] : sliceWindow(window, kind.parse(first), window.to, rows ?? 0, options.sliceDays)
}

function startOf({ request, settings }: ReadScope, kind: CursorKind): string | null {
  if (request.cursor?.start !== undefined) return kind.parse(request.cursor.start)
  const isTime = kind.field.type === 'datetime' || kind.field.type === 'date'
  return settings.startDate !== undefined && isTime ? kind.parse(settings.startDate) : null
}

function isDue({ comparedAt }: ReadState, now: Date, every: 'daily' | 'every_read' | 'off'): boolean {
  return every === 'every_read' || comparedAt === undefined || now.getTime() - Date.parse(comparedAt) >= DAY_MS
}

function earlier(kind: CursorKind, a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b
  return kind.compare(a, b) <= 0 ? a : b
}

function later(kind: CursorKind, a: string | null, b: string): string {
  return a !== null && kind.compare(a, b) > 0 ? a : b
}
