import {
  Ban,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CirclePause,
  Contrast,
  Hourglass,
  Minus,
  OctagonMinus,
  OctagonX,
  RedoDot,
  TriangleAlert,
} from 'lucide-react'
import type { CheckStatus } from '../../contract/quality.ts'
import type { RunState, StepState } from '../../contract/runs.ts'

/** Every mark there is: shape + colour. The word comes with the badge. */
const MARKS = {
  ok: { Icon: CircleCheck, tone: 'ok' },
  warning: { Icon: TriangleAlert, tone: 'warn' },
  failed: { Icon: OctagonX, tone: 'bad' },
  blocked: { Icon: OctagonMinus, tone: 'bad' },
  running: { Icon: Contrast, tone: 'run' },
  waiting: { Icon: CircleDashed, tone: 'idle' },
  cancelled: { Icon: Ban, tone: 'idle' },
  skipped: { Icon: RedoDot, tone: 'idle' },
  paused: { Icon: CirclePause, tone: 'idle' },
  late: { Icon: Hourglass, tone: 'warn' },
  none: { Icon: Minus, tone: 'idle' },
  error: { Icon: CircleAlert, tone: 'bad' },
} as const
export type Mark = keyof typeof MARKS
type Tone = (typeof MARKS)[Mark]['tone']

const MARK_COLOUR: Record<Tone, string> = {
  ok: 'text-ok-mark',
  warn: 'text-warn-mark',
  bad: 'text-bad-mark',
  run: 'text-run-mark',
  idle: 'text-idle-mark',
}
const WORD_COLOUR: Record<Tone, string> = { ok: 'text-ok', warn: 'text-warn', bad: 'text-bad', run: 'text-run', idle: 'text-idle' }
const TINT: Record<Tone, string> = { ok: 'bg-ok-tint', warn: 'bg-warn-tint', bad: 'bg-bad-tint', run: 'bg-run-tint', idle: 'bg-idle-tint' }

export const RUN_MARKS: Record<RunState, { mark: Mark; word: string }> = {
  queued: { mark: 'waiting', word: 'Queued' },
  running: { mark: 'running', word: 'Running' },
  succeeded: { mark: 'ok', word: 'Succeeded' },
  partial: { mark: 'warning', word: 'Partly published' },
  rate_limited: { mark: 'late', word: 'Rate limited' },
  failed: { mark: 'failed', word: 'Failed' },
  blocked: { mark: 'blocked', word: 'Blocked' },
  cancelled: { mark: 'cancelled', word: 'Cancelled' },
}

export const STEP_MARKS: Record<StepState, { mark: Mark; word: string }> = {
  waiting: { mark: 'waiting', word: 'Waiting' },
  running: { mark: 'running', word: 'Running' },
  succeeded: { mark: 'ok', word: 'Succeeded' },
  failed: { mark: 'failed', word: 'Failed' },
  blocked: { mark: 'blocked', word: 'Blocked' },
  cancelled: { mark: 'cancelled', word: 'Cancelled' },
  skipped: { mark: 'skipped', word: 'Skipped' },
  rate_limited: { mark: 'late', word: 'Rate limited' },
}

export const CHECK_MARKS: Record<CheckStatus, { mark: Mark; word: string }> = {
  passed: { mark: 'ok', word: 'Passed' },
  warned: { mark: 'warning', word: 'Over limit' },
  failed: { mark: 'failed', word: 'Failed' },
  error: { mark: 'error', word: 'Could not run' },
  not_run: { mark: 'waiting', word: 'Not run' },
}

/** The shape alone; only beside its word. */
export function StatusMark({ mark, size = 16 }: { mark: Mark; size?: number }) {
  const { Icon, tone } = MARKS[mark]
  return (
    <Icon
      size={size}
      strokeWidth={2.25}
      aria-hidden
      data-mark={mark}
      className={`self-center ${MARK_COLOUR[tone]} ${mark === 'running' ? 'pulse' : ''}`}
    />
  )
}

/** Shape + word + colour. `plain` in tables, tinted in headings. */
export function StatusBadge({ mark, word, tinted = false }: { mark: Mark; word: string; tinted?: boolean }) {
  const { tone } = MARKS[mark]
  return (
    <span
      className={`inline-flex items-baseline gap-1.5 font-medium whitespace-nowrap ${WORD_COLOUR[tone]} ${tinted ? `rounded-control px-2 py-0.5 ${TINT[tone]}` : ''}`}
    >
      <StatusMark mark={mark} />
      {word}
    </span>
  )
}

/** The CSS colour of a mark, for charts. */
export function markColour(mark: Mark): string {
  return `var(--color-${MARKS[mark].tone}-mark)`
}
