import type { AttentionItem } from '../../../contract/dashboard.ts'
import { Empty } from '../../components/empty.tsx'
import { type Mark, StatusMark } from '../../components/status-badge.tsx'
import { Time } from '../../components/time.tsx'
import { formatClock } from '../../format/instant.ts'
import { useTimeZone } from '../../state/session.ts'

const KINDS: Record<AttentionItem['kind'], { mark: Mark; word: string }> = {
  run_failed: { mark: 'failed', word: 'Failed' },
  run_blocked: { mark: 'blocked', word: 'Blocked' },
  run_partial: { mark: 'warning', word: 'Partly published' },
  schema_changed: { mark: 'warning', word: 'Schema' },
  rule_broken: { mark: 'failed', word: 'Quality' },
  quarantine: { mark: 'warning', word: 'Quarantine' },
  pii_kept: { mark: 'warning', word: 'Personal data' },
  disk: { mark: 'warning', word: 'Disk' },
  lake: { mark: 'failed', word: 'Lake' },
}

/** One ranked list of what needs a person; each line has one verb. */
export function Attention({ items, asOf }: { items: AttentionItem[]; asOf: string }) {
  const zone = useTimeZone()
  if (items.length === 0) {
    return (
      <Empty kind="good">
        Nothing needs attention, evaluated <time dateTime={asOf}>{formatClock(Date.parse(asOf), zone)}</time>.
      </Empty>
    )
  }
  return (
    <ul>
      {items.map((item) => (
        <li
          key={`${item.kind} ${item.link} ${item.title}`}
          className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-2.5 last:border-b-0"
        >
          <div className="flex min-w-0 flex-1 basis-72 items-start gap-3">
            <span className="pt-0.5">
              <StatusMark mark={KINDS[item.kind].mark} />
              <span className="sr-only">{KINDS[item.kind].word}</span>
            </span>
            <div className="min-w-0">
              <span className="font-medium">{item.title}</span>
              <span className="block text-cell text-text-2 xl:ml-3 xl:inline">{item.detail}</span>
            </div>
          </div>
          <Time at={item.since} className="text-cell text-text-3" />
          <a href={item.link} className="btn">
            {item.verb}
            <span className="sr-only">: {item.title}</span>
          </a>
        </li>
      ))}
    </ul>
  )
}
