import type { WriteStream } from 'node:tty'
import type { RunEvent, Step } from '../contract/runs.ts'

export interface RunReporter {
  show(event: RunEvent): void
  /** Clears what is only for the moment. */
  end(): void
}

/**
 * Shows how far a run is: a bar on a terminal, plain lines otherwise.
 * @param warned gets the warnings that were shown, so that they need not be told again
 */
export function createRunReporter(stream: WriteStream | NodeJS.WriteStream, warned: Set<string>): RunReporter {
  const reporter = stream.isTTY ? terminalReporter(stream) : lineReporter(stream)
  const seen = new Set<string>()
  return {
    // A stream that reconnects, or ends, tells again what it told before.
    show(event) {
      const key = keyOf(event)
      if (key !== null && seen.has(key)) return
      if (key !== null) seen.add(key)
      if (event.kind === 'log' && event.line.level === 'warn') {
        if (warned.has(event.line.message)) return
        warned.add(event.line.message)
      }
      // Why a step failed stands in its own line, and where the run ends.
      if (event.kind === 'log' && event.line.level === 'error') return
      reporter.show(event)
    },
    end: () => reporter.end(),
  }
}

function keyOf(event: RunEvent): string | null {
  if (event.kind === 'log') return `log ${event.line.id}`
  return event.kind === 'step' ? `${event.step.stream} ${event.step.name} ${event.step.state}` : null
}

function lineReporter(stream: NodeJS.WriteStream): RunReporter {
  return { show: (event) => void stream.write(lineOf(event)), end: () => undefined }
}

function lineOf(event: RunEvent): string {
  if (event.kind === 'log') return `${event.line.level === 'info' ? '' : `${event.line.level}: `}${event.line.message}\n`
  if (event.kind !== 'step' || event.step.finishedAt === null) return ''
  return `${stepText(event.step)}\n`
}

function stepText(step: Step): string {
  const where = step.stream === '' ? '' : ` ${step.stream}`
  const rows = step.rowsOut ?? step.rowsIn
  const took =
    step.startedAt === null || step.finishedAt === null
      ? ''
      : ` in ${((Date.parse(step.finishedAt) - Date.parse(step.startedAt)) / 1000).toFixed(1)} s`
  const count = rows === null ? '' : `, ${rows} rows`
  return `${MARKS[step.state]} ${step.name}${where}${count}${took}${step.note === null ? '' : `: ${step.note}`}`
}

const MARKS: Record<Step['state'], string> = {
  waiting: '○',
  running: '◐',
  succeeded: '✓',
  failed: '✕',
  blocked: '✕',
  cancelled: '⊘',
  skipped: '↷',
  rate_limited: '◔',
}

type Progress = Extract<RunEvent, { kind: 'progress' }>

/** How far one stream is, and when that was first told of: from both comes the rate. */
interface Going {
  event: Progress
  first: { at: number; done: number }
}

/** One line that is drawn again and again, below the lines that stay. */
function terminalReporter(stream: NodeJS.WriteStream): RunReporter {
  let shown = ''
  const going = new Map<string, Going>()
  const draw = (text: string): void => {
    if (text === shown) return
    stream.write(`\r\u001b[2K${text}`)
    shown = text
  }
  return {
    show(event) {
      const line = lineOf(event)
      if (line !== '') {
        stream.write(`\r\u001b[2K${line}`)
        shown = ''
      }
      if (event.kind === 'step') {
        going.delete(event.step.stream)
        if (event.step.state === 'running') draw(`◐ ${event.step.name} ${event.step.stream}`)
      }
      if (event.kind !== 'progress') return
      const first = going.get(event.stream)?.first ?? { at: performance.now(), done: event.bytes ?? event.rows ?? 0 }
      going.set(event.stream, { event, first })
      draw(progressText([...going.values()], stream.columns ?? 80))
    },
    end: () => draw(''),
  }
}

/** A bar only where the total is known; else what was counted. Several streams at once share the line: all of their rows and bytes. */
function progressText(all: readonly Going[], width: number): string {
  const [one] = all
  if (one === undefined) return ''
  if (all.length > 1) {
    const sum = (unit: 'rows' | 'bytes') => all.reduce((total, { event }) => total + (event[unit] ?? 0), 0)
    return shortened(`◐ ${one.event.step} ${all.length} streams: ${sum('rows')} rows, ${megabytes(sum('bytes'))}`, width)
  }
  const { event, first } = one
  const head = `◐ ${event.step} ${event.stream} `
  const done = event.bytes ?? event.rows
  if (done === null) return head
  const seconds = (performance.now() - first.at) / 1000
  const rate = (done - first.done) / seconds
  const unit = amount(event, done) + (seconds >= 1 && rate > 0 ? `, ${amount(event, rate)}/s` : '')
  if (event.total === null || event.total === 0) return shortened(head + unit, width)
  const left = rate > 0 && seconds >= 1 && event.total > done ? `, ${Math.ceil((event.total - done) / rate)} s left` : ''
  const share = Math.min(1, done / event.total)
  const cells = Math.max(10, Math.min(40, width - head.length - unit.length - left.length - 8))
  const full = Math.floor(share * cells)
  return `${head}${'█'.repeat(full)}${'░'.repeat(cells - full)} ${Math.floor(share * 100)} % ${unit}${left}`
}

function amount(event: Progress, value: number): string {
  return event.bytes === null ? `${Math.round(value)} rows` : megabytes(value)
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

/** A line that wraps cannot be drawn over. */
function shortened(text: string, width: number): string {
  return text.length < width ? text : `${text.slice(0, Math.max(0, width - 2))}…`
}
