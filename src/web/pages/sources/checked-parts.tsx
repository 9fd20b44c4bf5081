import type { CheckedPart } from '../../../contract/sources.ts'
import { StatusMark } from '../../components/status-badge.tsx'
import { formatDuration } from '../../format/duration.ts'
import { PART_WORDS } from './words.ts'

/** What a test found, part by part, and where it stopped. */
export function CheckedParts({ parts }: { parts: readonly CheckedPart[] }) {
  const failed = parts.some((part) => !part.ok)
  return (
    <div role="status">
      <p className={`px-4 pt-3 font-medium ${failed ? 'text-bad' : 'text-ok'}`}>
        {failed ? 'The source cannot be read yet' : parts.length === 0 ? 'Nothing had to be tested' : 'The source can be read'}
      </p>
      <ol className="px-4 pt-1 pb-3">
        {parts.map((part, index) => (
          <li key={`${part.part} ${index}`} className="flex items-start gap-2 py-1" data-part={part.part} data-ok={part.ok}>
            <span className="pt-0.5">
              <StatusMark mark={part.ok ? 'ok' : 'failed'} />
            </span>
            <span className="min-w-0 break-words">
              <span className="font-medium">{PART_WORDS[part.part]}</span>
              <span className="sr-only">{part.ok ? ': works' : ': fails'}</span>
              {part.durationMs !== null && <span className="text-text-3"> {formatDuration(part.durationMs)}</span>}
              {part.detail !== '' && <span className={part.ok ? 'text-text-2' : ''}> · {part.detail}</span>}
            </span>
          </li>
        ))}
      </ol>
    </div>
  )
}

/** While a test is on its way. */
export function Testing() {
  return (
    <p role="status" className="flex items-center gap-2 px-4 py-3 text-run">
      <StatusMark mark="running" /> Testing name, connection, TLS, sign-in and permission
    </p>
  )
}
