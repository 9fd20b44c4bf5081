import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { CheckResult } from '../../../../contract/quality.ts'
import type { DatasetQuality } from '../../../../contract/quality-overview.ts'
import type { DatasetRule } from '../../../../contract/quality-rules.ts'
import { Empty } from '../../../components/empty.tsx'
import { Num } from '../../../components/num.tsx'
import { CHECK_MARKS, StatusBadge } from '../../../components/status-badge.tsx'
import { Heads } from '../../../components/heads.tsx'
import { Table } from '../../../components/table.tsx'
import { formatCount } from '../../../format/count.ts'
import { formatPassRate } from '../../../format/percent.ts'
import { type Measured, type Receipt, allRows } from '../../../measured.ts'
import { datasetRulesQuery } from '../../../state/quality-queries.ts'
import { formatFigure, homeWords, originWords } from './words.ts'

/** Declared rules, worst first as the server gives them; rules that were made since stand below as not run. */
export function RulesTable({ quality, receipt }: { quality: DatasetQuality; receipt: Receipt }) {
  const rules = useQuery(datasetRulesQuery(quality.dataset)).data?.rules ?? []
  const results = quality.rules.filter(({ origin }) => origin !== 'automatic')
  const measured = new Set(results.map(({ rule }) => rule))
  const waiting = rules.filter(({ id }) => !measured.has(id))
  if (results.length + waiting.length === 0)
    return <Empty kind="never-measured">Nobody has declared a rule for this dataset. What runs by itself informs, and fails nothing.</Empty>
  return (
    <Table
      label="Rules"
      head={
        <Heads
          of={[
            'Rule',
            'State',
            'Column',
            { name: 'Dimension', className: 'max-lg:hidden' },
            { name: 'Failing', right: true },
            { name: 'Passing', right: true },
            'From',
          ]}
        />
      }
    >
      {results.map((result) => (
        <Row key={result.rule} result={result} rule={rules.find(({ id }) => id === result.rule)} receipt={receipt} />
      ))}
      {waiting.map((rule) => (
        <Waiting key={`${rule.origin} ${rule.id}`} rule={rule} />
      ))}
    </Table>
  )
}

function Row({ result, rule, receipt }: { result: CheckResult; rule: DatasetRule | undefined; receipt: Receipt }) {
  const { mark, word } = CHECK_MARKS[result.status]
  const ran = result.status !== 'not_run' && result.status !== 'error'
  const failing: Measured<number> = ran ? { s: 'ok', v: result.failing, ...receipt, scope: allRows(result.eligible) } : { s: 'never' }
  const ofRows = result.value === null || result.eligible > 0
  return (
    <tr>
      <th scope="row" className="pin">
        <RuleLink id={result.rule} />
        <span className="mt-0.5 block font-normal text-text-2">
          {result.title}
          {result.blocking && <span className="text-text-3"> · blocking</span>}
          {result.severity !== 'error' && <span className="text-text-3"> · {result.severity}</span>}
        </span>
      </th>
      <td>
        <StatusBadge mark={mark} word={word} />
      </td>
      <td>{result.column ?? <span className="text-text-3">table</span>}</td>
      <td className="max-lg:hidden">{result.dimension}</td>
      <td className="right">
        {ofRows ? (
          <Num m={failing} label={`rows that break ${result.rule}`} formula={`${result.check} over the rows it applies to`} />
        ) : (
          <Num m={{ s: 'ok', v: result.value!, ...receipt }} label={`what ${result.rule} measured`} as={formatFigure} />
        )}
      </td>
      <td className="right">
        {ran && ofRows ? (
          `${formatPassRate(result.eligible - result.failing, result.eligible)} of ${formatCount(result.eligible)}`
        ) : (
          <span className="text-text-3">—</span>
        )}
      </td>
      <td className="text-text-2">{rule === undefined ? originWords(result.origin, null) : homeWords(rule)}</td>
    </tr>
  )
}

function Waiting({ rule }: { rule: DatasetRule }) {
  return (
    <tr>
      <th scope="row" className="pin">
        <RuleLink id={rule.id} />
        <span className="mt-0.5 block font-normal text-text-2">{rule.rule.check}</span>
      </th>
      <td>
        {rule.rule.enabled ? <StatusBadge mark="waiting" word="From the next run" /> : <StatusBadge mark="paused" word="Turned off" />}
      </td>
      <td>{typeof rule.rule.options['column'] === 'string' ? rule.rule.options['column'] : <span className="text-text-3">table</span>}</td>
      <td className="max-lg:hidden">{rule.rule.dimension ?? <span className="text-text-3">—</span>}</td>
      <td className="right text-text-3">not measured</td>
      <td className="right text-text-3">—</td>
      <td className="text-text-2">{homeWords(rule)}</td>
    </tr>
  )
}

function RuleLink({ id }: { id: string }) {
  return (
    <Link
      from="/datasets/$name"
      to="/datasets/$name"
      search={(old) => ({ ...old, rule: id })}
      resetScroll={false}
      className="hover:underline"
      title="Open definition, history and failing rows"
    >
      {id}
    </Link>
  )
}
