import { useQuery } from '@tanstack/react-query'
import { History, RotateCcw } from 'lucide-react'
import { Fragment, type ReactNode, useState } from 'react'
import type { Source, SourceStream } from '../../../contract/sources.ts'
import { Empty } from '../../components/empty.tsx'
import { Num } from '../../components/num.tsx'
import { Load, Panel } from '../../components/panel.tsx'
import { StatusBadge, StatusMark } from '../../components/status-badge.tsx'
import { Heads } from '../../components/heads.tsx'
import { Table } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { type Measured, allRows } from '../../measured.ts'
import { pollWhilePaused } from '../../state/live.ts'
import { useMay } from '../../state/session.ts'
import { sourceStreamsQuery } from '../../state/source-queries.ts'
import { isIncremental } from '../sources/source-draft.ts'
import { MODE_WORDS, STREAM_MARKS } from '../sources/words.ts'
import { Backfill } from './backfill.tsx'
import { ReadAgain } from './read-again.tsx'

/** The chosen streams, and how far each is. */
export function StreamsTab({ source }: { source: Source }) {
  const query = useQuery({ ...sourceStreamsQuery(source.name), refetchInterval: pollWhilePaused })
  const [asked, setAsked] = useState<{ act: 'again' | 'backfill'; stream: SourceStream }>()
  const change = (
    <a className="btn" href={`/sources/${encodeURIComponent(source.name)}/streams`}>
      Change streams
    </a>
  )
  return (
    <Panel title="Streams" aside={change}>
      <Load query={query} what="the streams" lines={6}>
        {(streams) =>
          streams.length === 0 ? (
            <Empty kind="first-use">
              No stream was chosen one by one: a run reads all that the source has, and replaces each every time. They stand here after the
              first run.
            </Empty>
          ) : (
            <StreamsTable
              source={source}
              streams={streams}
              onReadAgain={(stream) => setAsked({ act: 'again', stream })}
              onBackfill={(stream) => setAsked({ act: 'backfill', stream })}
            />
          )
        }
      </Load>
      {asked?.act === 'again' && <ReadAgain source={source} stream={asked.stream} onClose={() => setAsked(undefined)} />}
      {asked?.act === 'backfill' && <Backfill source={source} stream={asked.stream} onClose={() => setAsked(undefined)} />}
    </Panel>
  )
}

interface TableProps {
  source: Source
  streams: SourceStream[]
  onReadAgain: (stream: SourceStream) => void
  onBackfill: (stream: SourceStream) => void
}

function StreamsTable({ source, streams, onReadAgain, onBackfill }: TableProps) {
  const may = useMay('runs.start')
  return (
    <Table
      label="Streams of the source"
      head={
        <Heads
          of={[
            'Stream',
            'State',
            'Mode',
            'Cursor, and how far',
            { name: 'Key', className: 'max-lg:hidden' },
            { name: 'Rows', right: true },
            'Last read',
            { name: 'Act', hidden: true },
          ]}
        />
      }
    >
      {streams.map((stream) => (
        <Fragment key={stream.name}>
          <tr data-stream={stream.name}>
            <th scope="row" className="pin">
              {stream.lastReadAt === null ? (
                stream.name
              ) : (
                <a
                  className="hover:underline"
                  href={`/datasets/${encodeURIComponent(`chart.${stream.dataset}`)}`}
                  title={`Open chart.${stream.dataset}`}
                >
                  {stream.name}
                </a>
              )}
            </th>
            <td>
              <StatusBadge {...STREAM_MARKS[stream.lastState]} />
            </td>
            <td>{MODE_WORDS[stream.mode].title}</td>
            <td>
              <Reached stream={stream} />
            </td>
            <td className="max-lg:hidden">
              {stream.keys.length === 0 ? (
                <None>{stream.mode === 'merge' ? 'the source’s own' : 'none'}</None>
              ) : (
                <code className="font-mono">{stream.keys.join(', ')}</code>
              )}
            </td>
            <td className="right">
              <Num m={rowsOf(source, stream)} label={`rows of explore.${stream.dataset}`} />
            </td>
            <td>{stream.lastReadAt === null ? <None>never</None> : <Time at={stream.lastReadAt} />}</td>
            <td className="right">
              <span className="inline-flex">
                {stream.cursorColumn !== null && (
                  <Act
                    may={may}
                    icon={<History size={14} aria-hidden />}
                    word="Backfill…"
                    of={stream.name}
                    onAct={() => onBackfill(stream)}
                  />
                )}
                <Act
                  may={may}
                  icon={<RotateCcw size={14} aria-hidden />}
                  word="Read all again"
                  of={stream.name}
                  onAct={() => onReadAgain(stream)}
                />
              </span>
            </td>
          </tr>
          {stream.lastError !== null && (
            <tr>
              <td colSpan={8} className="wrap text-text-2">
                <span className="flex max-w-[100ch] items-start gap-2">
                  <StatusMark mark="failed" size={14} />
                  <span>
                    <span className="sr-only">Last error of {stream.name}: </span>
                    <span className="text-bad">{stream.lastError.title}.</span> {stream.lastError.detail} {stream.lastError.next}
                  </span>
                </span>
              </td>
            </tr>
          )}
        </Fragment>
      ))}
    </Table>
  )
}

function Act({ may, icon, word, of, onAct }: { may: boolean; icon: ReactNode; word: string; of: string; onAct: () => void }) {
  return (
    <button
      type="button"
      className="btn btn-quiet min-h-7"
      aria-disabled={!may || undefined}
      title={may ? word : 'Your role does not include starting runs'}
      onClick={() => may && onAct()}
    >
      {icon}
      <span className="max-xl:sr-only">
        {word}
        <span className="sr-only"> of {of}</span>
      </span>
    </button>
  )
}

/** The cursor column and the value that it has reached; a stream that is read whole has neither. */
function Reached({ stream: { mode, cursorColumn, cursorValue } }: { stream: SourceStream }) {
  if (cursorColumn === null) return <None>{isIncremental(mode) ? 'found by the source itself' : 'reads all'}</None>
  return (
    <>
      <code className="block font-mono">{cursorColumn}</code>
      {cursorValue === null ? <None>nothing yet</None> : <code className="font-mono text-text-3">{cursorValue}</code>}
    </>
  )
}

function None({ children }: { children: string }) {
  return <span className="text-text-3">{children}</span>
}

function rowsOf(source: Source, { rows, lastReadAt, dataset }: SourceStream): Measured<number> {
  if (rows === null || lastReadAt === null) return { s: 'never' }
  const src =
    source.lastRun === null ? ({ kind: 'query', id: `explore.${dataset}` } as const) : ({ kind: 'run', id: source.lastRun.runId } as const)
  return { s: 'ok', v: rows, asOf: lastReadAt, scope: allRows(rows), src }
}
