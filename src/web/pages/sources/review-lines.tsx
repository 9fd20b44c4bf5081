import type { ReactNode } from 'react'
import type { StreamRule } from '../../../contract/pipelines.ts'
import { formatCount } from '../../format/count.ts'
import { filterRows, rowInWords } from './filter-rows.ts'
import { MODE_WORDS } from './words.ts'

/** One choice with its way back. */
export function ReviewLine({ name, onEdit, children }: { name: string; onEdit?: () => void; children: ReactNode }) {
  return (
    <div className="flex items-start gap-4 px-4 py-3">
      <dt className="w-20 shrink-0 text-text-3">{name}</dt>
      <dd className="min-w-0 flex-1">
        <span className="flex items-start justify-between gap-3">
          <span className="min-w-0">{children}</span>
          {onEdit !== undefined && (
            <button type="button" className="link" onClick={onEdit}>
              Edit<span className="sr-only"> {name.toLowerCase()}</span>
            </button>
          )}
        </span>
      </dd>
    </div>
  )
}

const MOST_NAMED = 12

/** Rules grouped by mode, each stream with its cursor. */
export function RulesInWords({ rules }: { rules: readonly StreamRule[] }) {
  return (
    <span className="grid gap-2">
      {[...Map.groupBy(rules, ({ mode }) => mode)].map(([mode, own]) => (
        <span key={mode} className="block">
          <span className="font-medium">{MODE_WORDS[mode].title}</span>{' '}
          <span className="text-text-3">
            {formatCount(own.length)} {own.length === 1 ? 'stream' : 'streams'}
          </span>
          {own.slice(0, MOST_NAMED).map((rule) => (
            <span key={rule.name} className="block break-words">
              <code className="font-mono">{rule.name}</code>
              {rule.dataset !== undefined && (
                <span className="text-text-2">
                  {' '}
                  into <code className="font-mono">{rule.dataset}</code>
                </span>
              )}
              {rule.cursor !== undefined && (
                <span className="text-text-2">
                  {' '}
                  by <code className="font-mono">{rule.cursor.column}</code>
                </span>
              )}
              {rule.mode === 'merge' && rule.keys.length > 0 && <span className="text-text-2">, key {rule.keys.join(', ')}</span>}
              {rule.select !== undefined && <span className="text-text-2">, {formatCount(rule.select.length)} columns</span>}
              {rule.query !== undefined && <span className="text-text-2">, by a query</span>}
              {rule.where !== undefined && (
                <span className="text-text-2">, where {filterRows(rule.where).map(rowInWords).join(' and ')}</span>
              )}
              {rule.cursor?.backfill !== undefined && (
                <span className="text-warn">
                  , nothing but the backfill from {rule.cursor.backfill.from} to {rule.cursor.backfill.to}
                </span>
              )}
            </span>
          ))}
          {own.length > MOST_NAMED && <span className="block text-text-3">and {formatCount(own.length - MOST_NAMED)} more</span>}
        </span>
      ))}
    </span>
  )
}
