import type { SqlAnswer } from '../check.ts'
import { type Candidate, type Measured, NOTHING, type Row } from './measured.ts'
import type { NarrowPlan } from './narrow-plan.ts'
import { ALL_FAIL, type SharedAnswer } from './shared-scan.ts'
import { faultOf } from './table-reader.ts'

/** What both scans found. */
export interface Found {
  rows: number
  answers: ReadonlyMap<number, SharedAnswer>
  plan: NarrowPlan
  /** Of the narrow scan. */
  row: Row
  errors: ReadonlyMap<number, string>
  prefix: string
}

/** What was counted for one rule, out of what both scans found. */
export function finishRule(candidate: Candidate, found: Found): Measured {
  const { index, rule } = candidate
  const { plan } = rule
  const error = plan.kind === 'error' ? plan.message : found.errors.get(index)
  if (error !== undefined) return { ...NOTHING, error }
  if (plan.kind === 'unmeasurable') return NOTHING
  if (plan.kind === 'counted') return { ...NOTHING, eligible: found.rows + plan.failing, failing: plan.failing, figures: plan.figures }
  if (plan.kind === 'answered') return answered(plan.answer, found.rows)
  try {
    return scanned(candidate, found)
  } catch (fault) {
    return { ...NOTHING, error: faultOf(fault) }
  }
}

function answered(answer: SqlAnswer, rows: number): Measured {
  if ('error' in answer) return { ...NOTHING, error: answer.error }
  if ('value' in answer) return { ...NOTHING, value: answer.value }
  return { ...NOTHING, eligible: answer.eligible ?? rows, failing: answer.failing }
}

function scanned({ index, rule: { plan } }: Candidate, { rows, answers, plan: narrow, row, prefix }: Found): Measured {
  const once: SharedAnswer = answers.get(index) ?? { eligible: 0, failing: 0, figures: {} }
  const twice = narrow.items.find((item) => item.index === index)?.read(row, prefix) ?? {}
  const figures = { ...once.figures, ...twice.figures }
  if (plan.kind === 'measure') return judged(plan.judge(figures, twice.eligible ?? rows), figures)
  if (plan.kind === 'twofold') {
    const why = narrow.unmeasurable.get(index)
    if (why !== undefined) return { ...NOTHING, figures, notRun: why }
    return { ...NOTHING, ...twice, figures, message: narrow.messages.get(index) ?? null }
  }
  if (plan.kind !== 'row' && plan.kind !== 'aggregate') return { ...NOTHING, ...twice }
  const { [ALL_FAIL]: all, ...named } = figures
  const counted = { ...NOTHING, eligible: once.eligible, failing: once.failing, figures: named }
  return plan.kind === 'aggregate' && all === 'true' ? { ...counted, failing: once.eligible, message: plan.message } : counted
}

function judged(
  judgement: ReturnType<Extract<Candidate['rule']['plan'], { kind: 'measure' }>['judge']>,
  figures: Measured['figures'],
): Measured {
  const { value, broken, failing, eligible, message, level } = judgement
  // What was not measured is not judged: the check says why.
  const notRun = value === null && !broken && eligible === 0 ? (message ?? 'There was nothing to measure.') : null
  return {
    ...NOTHING,
    value: value === null || Number.isFinite(value) ? value : null,
    isBroken: broken,
    warnsOnly: level === 'warn',
    failing,
    eligible,
    figures: judgement.figures ?? figures,
    message,
    notRun,
  }
}
