import type { AlertChannelTest } from '../../../contract/alert-channels.ts'
import { StatusBadge } from '../../components/status-badge.tsx'
import { formatDuration } from '../../format/duration.ts'

/** What came back from a test message. */
export function TestAnswer({ test: { ok, answer, error, next, durationMs } }: { test: AlertChannelTest }) {
  return (
    <div role="status" className="grid gap-2 px-4 py-4">
      <p className="flex flex-wrap items-center gap-x-3">
        {ok ? <StatusBadge mark="ok" word="The message arrived" /> : <StatusBadge mark="failed" word="The message did not arrive" />}
        <span className="text-text-3">after {formatDuration(durationMs)}</span>
      </p>
      {answer !== null && (
        <p className="break-words">
          The other side answered: <code className="font-mono">{answer}</code>
        </p>
      )}
      {error !== null && (
        <p className="break-words">
          {error} {next !== null && <span className="text-text-2">{next}</span>}
        </p>
      )}
    </div>
  )
}
