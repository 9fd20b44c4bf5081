import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Load } from '../../../components/panel.tsx'
import { Time } from '../../../components/time.tsx'
import { formatCount } from '../../../format/count.ts'
import { ruleVersionsQuery } from '../../../state/quality-queries.ts'

/** Every edit of a rule: who, when, why, and what changed. */
export function RuleVersions({ dataset, rule }: { dataset: string; rule: string }) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <details onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary className="link w-fit">Versions</summary>
      {isOpen && <Versions dataset={dataset} rule={rule} />}
    </details>
  )
}

function Versions({ dataset, rule }: { dataset: string; rule: string }) {
  const query = useQuery(ruleVersionsQuery(dataset, rule))
  return (
    <Load query={query} what="the versions" lines={3}>
      {({ versions }) => (
        <ol className="mt-2 grid gap-3">
          {versions.map(({ version, change, by, at, reason, changes }) => (
            <li key={version} className="text-cell">
              <span className="font-medium">Version {formatCount(version)}</span>{' '}
              <span className="text-text-2">
                {change.replaceAll('_', ' ')} by {by} <Time at={at} />
                {reason !== '' && `: ${reason}`}
              </span>
              {changes.length > 0 && (
                <ul className="mt-0.5 text-text-2">
                  {changes.map(({ path, from, to }) => (
                    <li key={path}>
                      <code className="font-mono break-words">
                        {path}: {JSON.stringify(from) ?? '—'} → {JSON.stringify(to) ?? '—'}
                      </code>
                    </li>
                  ))}
                </ul>
              )}
            </li>
          ))}
        </ol>
      )}
    </Load>
  )
}
