import { type ReactNode, useState } from 'react'
import type { StreamRule } from '../../../contract/pipelines.ts'
import type { ConnectorInfo, DiscoveredStream } from '../../../contract/sources.ts'
import { Empty } from '../../components/empty.tsx'
import { Num } from '../../components/num.tsx'
import { AsOf } from '../../components/panel.tsx'
import { SearchBox } from '../../components/search-box.tsx'
import { Heads } from '../../components/heads.tsx'
import { Table } from '../../components/table.tsx'
import { formatCount } from '../../format/count.ts'
import { measured } from '../../measured.ts'
import { useMay } from '../../state/session.ts'
import type { Unsaved } from '../../state/source-queries.ts'
import { OwnQueries } from './own-queries.tsx'
import { suggestRule } from './source-draft.ts'
import { StreamPreviewDrawer } from './stream-preview.tsx'
import type { Found } from './stream-steps.tsx'

const PAGE = 200

interface Props {
  connector: ConnectorInfo
  found: Found
  rules: StreamRule[]
  onChange: (rules: StreamRule[]) => void
  unsaved: Unsaved
  revision: number
  back: ReactNode
  onNext: () => void
}

/** What is read of the source, chosen from what it holds. */
export function StreamsStep({ connector, found, rules, onChange, unsaved, revision, back, onNext }: Props) {
  const [wanted, setWanted] = useState<string>()
  const [looked, setLooked] = useState<DiscoveredStream>()
  const chosen = new Set(rules.map(({ name }) => name))
  const known = found.streams.map(({ name }) => name)
  const chosenOfSource = known.filter((name) => chosen.has(name)).length
  const words = (wanted ?? '').toLowerCase()
  const shown = found.streams.filter(({ name, title }) => `${name} ${title ?? ''}`.toLowerCase().includes(words))
  const gone = rules.filter(({ name, query }) => query === undefined && !found.streams.some((stream) => stream.name === name))
  const add = (streams: DiscoveredStream[]) => [...rules, ...streams.filter(({ name }) => !chosen.has(name)).map(suggestRule)]
  const drop = (streams: DiscoveredStream[]) => rules.filter(({ name }) => !streams.some((stream) => stream.name === name))
  const allShown = shown.length > 0 && shown.every(({ name }) => chosen.has(name))
  return (
    <>
      <section className="panel max-w-[960px]" aria-label="Streams of the source">
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-line px-4 py-2">
          <SearchBox label="Search" placeholder="name of a stream" value={wanted} onChange={setWanted} />
          <span className="flex flex-wrap items-center gap-3">
            <span role="status" className="text-cell text-text-2">
              {formatCount(chosenOfSource)} of {formatCount(known.length)} chosen
            </span>
            <button type="button" className="btn" onClick={() => onChange(allShown ? drop(shown) : add(shown))}>
              {allShown ? 'Choose none' : 'Choose all'}
              {wanted !== undefined && ` that match`}
            </button>
          </span>
        </div>
        {gone.length > 0 && (
          <p className="border-b border-line bg-warn-tint px-4 py-2 text-cell text-warn">
            The source does not have these any more: {gone.map(({ name }) => name).join(', ')}.{' '}
            <button type="button" className="link" onClick={() => onChange(rules.filter((rule) => !gone.includes(rule)))}>
              Read them no more
            </button>
          </p>
        )}
        {shown.length === 0 ? (
          <Empty kind="filtered">No stream is called anything like “{wanted}”.</Empty>
        ) : (
          <StreamTable
            streams={shown}
            at={found.at}
            chosen={chosen}
            onToggle={(stream) => onChange(chosen.has(stream.name) ? drop([stream]) : add([stream]))}
            onLook={setLooked}
          />
        )}
        <footer className="border-t border-line px-4 py-2 text-label text-text-3">
          Rows and sizes as the source estimates them, <AsOf at={found.at} />
        </footer>
      </section>
      {connector.queryLanguage !== null && (
        <OwnQueries language={connector.queryLanguage} taken={known} rules={rules} onChange={onChange} />
      )}
      <div className="mt-4 flex gap-2">
        <button type="button" className="btn btn-primary" disabled={rules.length === 0} onClick={onNext}>
          Choose how to read
        </button>
        {back}
        {rules.length === 0 && <span className="self-center text-text-2">Choose at least one stream.</span>}
      </div>
      {looked !== undefined && (
        <StreamPreviewDrawer
          stream={rules.find(({ name }) => name === looked.name) ?? suggestRule(looked)}
          unsaved={unsaved}
          revision={revision}
          onClose={() => setLooked(undefined)}
        />
      )}
    </>
  )
}

interface TableProps {
  streams: DiscoveredStream[]
  at: string
  chosen: ReadonlySet<string>
  onToggle: (stream: DiscoveredStream) => void
  onLook: (stream: DiscoveredStream) => void
}

function StreamTable({ streams, at, chosen, onToggle, onLook }: TableProps) {
  const may = useMay('datasets.read_raw')
  const [most, setMost] = useState(PAGE)
  const receipt = (unit: 'columns' | undefined) =>
    ({
      asOf: at,
      scope: { rows: 1, of: null, how: 'estimate', ...(unit && { unit }) },
      src: { kind: 'query', id: 'the source’s own count' },
    }) as const
  return (
    <>
      <Table
        label="Streams to choose from"
        maxHeight={560}
        head={
          <Heads
            of={[
              'Stream',
              { name: 'Kind', className: 'max-lg:hidden' },
              { name: 'Columns', right: true },
              { name: 'Rows, about', right: true },
              { name: 'Key', className: 'max-lg:hidden' },
              { name: 'Look', hidden: true },
            ]}
          />
        }
      >
        {streams.slice(0, most).map((stream) => (
          <tr key={stream.name} aria-selected={chosen.has(stream.name)}>
            <th scope="row" className="pin">
              <label className="inline-flex min-h-6 items-center gap-2.5">
                <input
                  type="checkbox"
                  className="size-4 accent-(--color-text)"
                  checked={chosen.has(stream.name)}
                  onChange={() => onToggle(stream)}
                />
                {stream.name}
                {stream.title !== null && stream.title !== stream.name && <span className="font-normal text-text-3">{stream.title}</span>}
              </label>
            </th>
            <td className="max-lg:hidden">{stream.kind}</td>
            <td className="right">
              {stream.columns === null ? (
                <span className="text-text-3">found on reading</span>
              ) : (
                <Num m={measured(stream.columns.length, { ...receipt('columns') })} label={`columns of ${stream.name}`} />
              )}
            </td>
            <td className="right">
              {stream.rowEstimate === null ? (
                <span className="text-text-3">not known</span>
              ) : (
                <Num m={measured(stream.rowEstimate, receipt(undefined))} label={`rows of ${stream.name}, estimated`} />
              )}
            </td>
            <td className="max-lg:hidden">
              {stream.primaryKey.length > 0 ? (
                <code className="font-mono">{stream.primaryKey.join(', ')}</code>
              ) : (
                <span className="text-text-3">none</span>
              )}
            </td>
            <td className="right">
              <button
                type="button"
                className="link"
                aria-disabled={!may}
                title={may ? undefined : 'Your role does not include reading raw data'}
                onClick={() => may && onLook(stream)}
              >
                Preview<span className="sr-only"> {stream.name}</span>
              </button>
            </td>
          </tr>
        ))}
      </Table>
      {streams.length > most && (
        <div className="border-t border-line px-4 py-2">
          <button type="button" className="btn" onClick={() => setMost(most + PAGE)}>
            Show {PAGE} more
          </button>
        </div>
      )}
    </>
  )
}
