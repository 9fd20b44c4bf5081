import { useQuery } from '@tanstack/react-query'
import { ArrowDown } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { LogLine, RunDetail, RunState } from '../../../contract/runs.ts'
import { Empty } from '../../components/empty.tsx'
import { Load } from '../../components/panel.tsx'
import { formatCount } from '../../format/count.ts'
import { formatLogTime } from '../../format/instant.ts'
import { runLogQuery } from '../../state/api.ts'
import { isFinished, pollWhilePaused } from '../../state/live.ts'
import { useTimeZone } from '../../state/session.ts'
import { type Line, linesOf } from './log-lines.ts'

const SHOWN = 2_000
const AT_BOTTOM_PX = 24

/** What the run wrote, between the ends of its steps; follows new lines only while its end is in view. */
export function LogTab({ run }: { run: RunDetail }) {
  const query = useQuery({ ...runLogQuery(run.id), refetchInterval: pollWhilePaused })
  return (
    <section className="panel" aria-label="Log">
      <Load query={query} what="the log" lines={8}>
        {(written) => <Log lines={linesOf(run.steps, written)} state={run.state} />}
      </Load>
    </section>
  )
}

function Log({ lines, state }: { lines: Line[]; state: RunState }) {
  const open = !isFinished({ state })
  // A run that went well is read from its start; of any other the end is the news.
  if (lines.length > 0) return <Lines lines={lines} fromEnd={state !== 'succeeded'} />
  return (
    <Empty kind="first-use">{open ? 'The first line comes when the first step has ended.' : 'The run ended before its first step.'}</Empty>
  )
}

const TONES: Record<LogLine['level'], string> = { info: '', warn: 'text-warn', error: 'text-bad' }

function Lines({ lines, fromEnd }: { lines: Line[]; fromEnd: boolean }) {
  const box = useRef<HTMLDivElement>(null)
  const [following, setFollowing] = useState(fromEnd)
  const [fits, setFits] = useState(true)
  const zone = useTimeZone()
  const shown = lines.slice(-SHOWN)
  useEffect(() => {
    const element = box.current
    if (element === null) return
    const settle = () => {
      if (following) element.scrollTop = element.scrollHeight
      setFits(element.scrollHeight <= element.clientHeight)
    }
    settle()
    // Lines wrap anew when the window or the font changes.
    const resized = new ResizeObserver(settle)
    resized.observe(element)
    resized.observe(element.firstElementChild!)
    return () => resized.disconnect()
  }, [following, lines])
  const onScroll = () => {
    const element = box.current
    if (element !== null) setFollowing(element.scrollHeight - element.scrollTop - element.clientHeight < AT_BOTTOM_PX)
  }
  return (
    <div className="relative">
      <div
        ref={box}
        onScroll={onScroll}
        tabIndex={0}
        role="log"
        aria-label="Log lines"
        aria-live="off"
        className="max-h-[480px] overflow-auto font-mono text-label"
      >
        <div className="py-2">
          {lines.length > shown.length && (
            <p className="px-4 py-1 text-text-3">
              The newest {formatCount(shown.length)} lines of {formatCount(lines.length)} are shown.
            </p>
          )}
          {shown.map((line) => (
            <div
              key={line.id}
              id={`line-${line.id}`}
              className={`grid grid-cols-[7rem_6rem_minmax(0,1fr)] gap-x-3 px-4 py-0.5 hover:bg-hover max-sm:grid-cols-1 ${TONES[line.level]}`}
            >
              <time dateTime={line.at} className="text-text-3">
                {formatLogTime(Date.parse(line.at), zone)}
              </time>
              <span className="truncate text-text-2">{line.step ?? 'run'}</span>
              <span className="break-words whitespace-pre-wrap">
                {line.level !== 'info' && <strong>{line.level === 'warn' ? 'warning: ' : 'error: '}</strong>}
                {line.message}
              </span>
            </div>
          ))}
        </div>
      </div>
      {!following && !fits && (
        <button type="button" className="btn absolute right-4 bottom-3" onClick={() => setFollowing(true)}>
          <ArrowDown size={14} aria-hidden /> To the end
        </button>
      )}
    </div>
  )
}
