import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import type { Reply } from '../../../client/call.ts'
import { Empty } from '../../components/empty.tsx'
import { Select } from '../../components/field.tsx'
import { Num } from '../../components/num.tsx'
import { AsOf, Load, Panel } from '../../components/panel.tsx'
import { StatusBadge } from '../../components/status-badge.tsx'
import { formatCount } from '../../format/count.ts'
import { formatFailRate } from '../../format/percent.ts'
import { type Measured, allRows } from '../../measured.ts'
import { maskedDatasetsQuery, riskQuery } from '../../state/pii-queries.ts'
import { ruleInWords } from './words.ts'

type Risk = Reply<'GET /datasets/:name/risk'>

const route = getRouteApi('/inside/pii')

/** How well people hide among one another in a dataset after masking; measured when it is asked for. */
export function AnonymityPanel() {
  const { risk: name } = route.useSearch()
  const navigate = useNavigate({ from: '/pii' })
  const datasets = useQuery(maskedDatasetsQuery)
  const query = useQuery({ ...riskQuery(name ?? ''), enabled: name !== undefined })
  const asOf = new Date(query.dataUpdatedAt).toISOString()
  return (
    <Panel title="Who stands out after masking" aside={name !== undefined && query.data !== undefined && <AsOf at={asOf} />}>
      <Load query={datasets} what="the datasets to measure" lines={2}>
        {(names) =>
          names.length === 0 ? (
            <Empty kind="never-measured">Not measured: there is no dataset in chart or navigate yet.</Empty>
          ) : (
            <div className="max-w-80 px-4 py-3">
              <Select
                label="Dataset to measure"
                value={name ?? ''}
                options={[{ value: '', label: 'Choose a dataset' }, ...names.map((value) => ({ value, label: value }))]}
                onChange={(value) =>
                  void navigate({ search: (old) => ({ ...old, risk: value === '' ? undefined : value }), resetScroll: false })
                }
              />
            </div>
          )
        }
      </Load>
      {name !== undefined && (
        <div className="border-t border-line">
          <Load query={query} what={`how people hide in ${name}`} lines={3}>
            {(risk) => <Answer name={name} risk={risk} asOf={asOf} />}
          </Load>
        </div>
      )}
    </Panel>
  )
}

function Answer({ name, risk, asOf }: { name: string; risk: Risk; asOf: string }) {
  const { columns, rows, k, wanted, uniqueShare, exposedShare, cause, mend, snapshotId } = risk
  if (columns.length === 0)
    return (
      <Empty kind="never-measured">
        Not measured: no column of {name} describes people by its name, such as a birth date, a sex or a postcode.
      </Empty>
    )
  if (rows === 0) return <Empty kind="never-measured">Not measured: {name} has no rows.</Empty>
  const of = (v: number): Measured<number> => ({
    s: 'ok',
    v,
    asOf,
    scope: allRows(rows),
    src: { kind: 'query', id: `snapshot ${snapshotId} of ${name}` },
  })
  const share = (part: number) => formatFailRate(Math.round(part * rows), rows)
  return (
    <div className="grid gap-2 px-4 py-3">
      <p className="flex flex-wrap items-baseline gap-x-3">
        <StatusBadge mark={k >= wanted ? 'ok' : 'warning'} word={k >= wanted ? 'Nobody stands out' : 'Somebody stands out'} />
        <span>
          The smallest group of rows that are equal in <span className="font-medium">{columns.join(', ')}</span> has{' '}
          <Num m={of(k)} label="rows of the smallest group (k)" formula="least count of rows with equal values in the columns" />{' '}
          {k === 1 ? 'row' : 'rows'}; {formatCount(wanted)} are wanted.
        </span>
      </p>
      <p>
        <Num m={of(uniqueShare)} as={share} label="rows that no other row is equal to" formula="rows in groups of one ÷ rows" /> of the rows
        are alone,{' '}
        <Num
          m={of(exposedShare)}
          as={share}
          label="rows in groups that are too small"
          formula="rows in groups smaller than wanted ÷ rows"
        />{' '}
        in a group that is too small.
      </p>
      {cause !== null && (
        <p>
          <span className="text-text-2">Cause:</span> {cause.columns.join(' with ')} alone makes groups too small.
        </p>
      )}
      {k < wanted && (
        <p>
          <span className="text-text-2">To mend it:</span>{' '}
          {mend === null ? (
            'no coarser form of these columns is enough; leave one of them out.'
          ) : (
            <>
              {mend.steps.map(({ column, rule }) => `${column} ${ruleInWords(rule).toLowerCase()}`).join('; ')}. The smallest group would
              then have{' '}
              <Num m={of(mend.k)} label="rows of the smallest group after that" formula="measured with the columns made coarser" /> rows.
            </>
          )}
        </p>
      )}
    </div>
  )
}
