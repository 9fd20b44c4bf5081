import type { LogLine, Step } from '../../../contract/runs.ts'
import { STEP_MARKS } from '../../components/status-badge.tsx'
import { formatRows } from '../../format/count.ts'
import { between, formatDuration } from '../../format/duration.ts'

export interface Line extends Omit<LogLine, 'id' | 'stream'> {
  id: string
}

/** What the run wrote, with a line for the end of each step, by time. */
export function linesOf(steps: readonly Step[], written: readonly LogLine[]): Line[] {
  const own = written.map(({ id, at, level, step, message }) => ({ id: String(id), at, level, step, message }))
  // A failed step has most often written its error itself.
  const isTold = ({ note }: Step) => note !== null && own.some((line) => line.level === 'error' && line.message.includes(note))
  const ends = steps.flatMap((step) => (isTold(step) ? [] : (endOf(step) ?? [])))
  // A step begins in the millisecond in which the one before it ends.
  const place = (line: Line) => steps.findIndex(({ name }) => name === line.step)
  return [...own, ...ends].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at) || place(a) - place(b))
}

function endOf({ name, stream, state, startedAt, finishedAt, rowsOut, note }: Step): Line | null {
  const worked = between(startedAt, finishedAt)
  if (finishedAt === null || worked === null || state === 'skipped') return null
  const what = stream === '' ? '' : `${stream}: `
  const rows = rowsOut === null ? '' : `, ${formatRows(rowsOut)}`
  const message = `${what}${STEP_MARKS[state].word.toLowerCase()} in ${formatDuration(worked)}${rows}.${note === null ? '' : ` ${note}`}`
  return {
    id: `${stream}-${name}`,
    at: finishedAt,
    level: state === 'failed' || state === 'blocked' ? 'error' : 'info',
    step: name,
    message,
  }
}
