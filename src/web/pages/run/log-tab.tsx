import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { ArrowDown } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { LogLine, RunDetail, RunState } from '../../../contract/runs.ts'
import { Select } from '../../components/field.tsx'
import { Empty } from '../../components/empty.tsx'
import { Load } from '../../components/panel.tsx'
import { SearchBox } from '../../components/search-box.tsx'
import { formatCount } from '../../format/count.ts'
import { formatLogTime } from '../../format/instant.ts'
import { foundLinesQuery, runLogQuery } from '../../state/api.ts'
import { isFinished, pollWhilePaused } from '../../state/live.ts'
import { useTimeZone } from '../../state/session.ts'
import { type Line, linesOf } from './log-lines.ts'

const route = getRouteApi('/inside/runs/$runId')
const SHOWN = 2_000
const AT_BOTTOM_PX = 24

/** What the run wrote, between the ends of its steps; follows new lines only while its end is in view. */
export function LogTab({ run }: { run: RunDetail }) {
  const { q, level } = route.useSearch()
  return (
    <section className="panel" aria-label="Log">
      <LogFilter />
      {q === undefined && level === undefined ? <WholeLog run={run} /> : <FoundLines run={run} search={q} level={level} />}
    </section>
  )
}

const LEVELS = [
  { value: 'all', label: 'All' },
  { value: 'warn,error', label: 'Warnings and errors' },
  { value: 'error', label: 'Errors' },
]

function LogFilter() {
  const old = route.useSearch()
  const navigate = route.useNavigate()
  const set = (part: { q?: string | undefined; level?: string | undefined }) =>
    void navigate({ search: { ...old, ...part, tab: 'log' }, resetScroll: false, replace: true })
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-2">
      <SearchBox label="Search the log" value={old.q} onChange={(q) => set({ q })} />
      <Select
        compact
        label="Level"
        value={old.level ?? 'all'}
        options={LEVELS}
        onChange={(level) => set({ level: level === 'all' ? undefined : level })}
      />
    </div>
  )
}

function FoundLines({ run, search, level }: { run: RunDetail; search: string | undefined; level: string | undefined }) {
  const query = useQuery({ ...foundLinesQuery(run.id, { search, level }), refetchInterval: isFinished(run) ? false : 5_000 })
  return (
    <Load query={query} what="the log" lines={8}>
      {(lines) => (lines.length === 0 ? <Empty kind="filtered">No line of the log fits.</Empty> : <Lines lines={lines} fromEnd={false} />)}
    </Load>
  )
}

function WholeLog({ run }: { run: RunDetail }) {
  const query = useQuery({ ...runLogQuery(run.id), refetchInterval: pollWhilePaused })
  return (
    <>
      <Load query={query} what="the log" lines={8}>
        {(written) => <Log lines={linesOf(run.steps, written)} state={run.state} />}
      </Load>
    </>
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

function Lines({ lines, fromEnd }: { lines: readonly (Line | LogLine)[]; fromEnd: boolean }) {
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
