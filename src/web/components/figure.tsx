import type { Measured } from '../measured.ts'
import { Num } from './num.tsx'
import { type Mark, StatusMark } from './status-badge.tsx'

/** One of a row of large numbers, four beside each other where there is room: what it is, the number with its receipt, and a line about it. */
export function Figure(props: { name: string; m: Measured<number>; formula: string; note: string; mark?: Mark | undefined }) {
  const { name, m, formula, note, mark } = props
  const known = m.s === 'ok'
  return (
    <div className="border-line px-4 py-3 not-last:border-b sm:nth-3:border-b-0 xl:border-b-0! xl:not-last:border-r">
      <dt className="text-cell text-text-2">{name}</dt>
      <dd className="mt-1">
        <span className="inline-flex items-center gap-2">
          {known && mark !== undefined && <StatusMark mark={mark} />}
          <Num
            m={m}
            label={name}
            formula={formula}
            className={known ? 'text-figure font-medium proportional-nums' : 'text-section leading-8'}
          />
        </span>
        {known && <span className="mt-0.5 block text-label text-text-3">{note}</span>}
      </dd>
    </div>
  )
}
