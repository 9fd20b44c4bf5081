import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { CheckResult } from '../../../../contract/quality.ts'
import type { DatasetQuality } from '../../../../contract/quality-overview.ts'
import type { DatasetRule } from '../../../../contract/quality-rules.ts'
import { Empty } from '../../../components/empty.tsx'
import { Modal } from '../../../components/modal.tsx'
import { Load } from '../../../components/panel.tsx'
import { CHECK_MARKS, StatusBadge } from '../../../components/status-badge.tsx'
import { Time } from '../../../components/time.tsx'
import { formatCount } from '../../../format/count.ts'
import { datasetRulesQuery, metricHistoryQuery } from '../../../state/quality-queries.ts'
import { FailingRowsTable } from './failing-rows-table.tsx'
import { MetricChart } from './metric-chart.tsx'
import { RuleActs } from './rule-acts.tsx'
import { RuleVersions } from './rule-versions.tsx'
import { chartedMetric, figureWords, formatFigure, formatHours, originWords, thresholdWords } from './words.ts'

interface Props {
  rule: string
  quality: DatasetQuality
  snapshot: string | undefined
}

/** One rule: what it asks, what came of it, how that went over time, which rows break it. Its address is `rule`. */
export function RuleDrawer({ rule, quality, snapshot }: Props) {
  const navigate = useNavigate({ from: '/datasets/$name' })
  const close = () => void navigate({ search: (old) => ({ ...old, rule: undefined }), resetScroll: false })
  const rules = useQuery(datasetRulesQuery(quality.dataset))
  const result = quality.rules.find((one) => one.rule === rule)
  return (
    <Modal side="right" width={720} title={rule} onClose={close}>
      <Load query={rules} what="the rule" lines={6}>
        {(known) => {
          const declared = known.rules.find(({ id }) => id === rule)
          if (result === undefined && declared === undefined)
            return <Empty kind="filtered">There is no rule {rule} for this dataset, and it has no result in this snapshot.</Empty>
          return (
            <div className="grid gap-5 p-4">
              {result === undefined ? <p className="text-text-2">It is measured from the next run on.</p> : <Outcome result={result} />}
              <dl className="grid grid-cols-[8rem_minmax(0,1fr)] gap-x-3 gap-y-2">
                {declared === undefined ? result !== undefined && <ResultFacts result={result} /> : <RuleFacts declared={declared} />}
              </dl>
              {declared !== undefined && <RuleActs declared={declared} />}
              {result !== undefined && <History dataset={quality.dataset} result={result} />}
              {result !== undefined && <FailingRowsTable dataset={quality.dataset} result={result} snapshot={snapshot} />}
              {declared?.version != null && <RuleVersions dataset={quality.dataset} rule={rule} />}
            </div>
          )
        }}
      </Load>
    </Modal>
  )
}

function Outcome({ result }: { result: CheckResult }) {
  const { mark, word } = CHECK_MARKS[result.status]
  const ran = result.status !== 'error' && result.status !== 'not_run'
  return (
    <div>
      <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <StatusBadge mark={mark} word={word} tinted />
        {ran && result.eligible > 0 && (
          <span>
            {formatCount(result.failing)} of {formatCount(result.eligible)} rows break it
          </span>
        )}
        {ran && result.value !== null && <span>measured: {formatFigure(result.value)}</span>}
        {result.sample !== null && <span className="text-text-2">in a sample of {formatCount(result.sample.rows)} rows</span>}
      </p>
      {result.message !== null && <p className="mt-1 text-text-2">{result.message}</p>}
      {Object.keys(result.figures).length > 0 && (
        <p className="mt-1 flex flex-wrap gap-x-4 gap-y-1 text-cell text-text-2">
          {Object.entries(result.figures).map(([name, figure]) => (
            <span key={name}>{figureWords(name, figure)}</span>
          ))}
        </p>
      )}
    </div>
  )
}

function RuleFacts({ declared: { rule, origin, source, version, changedBy, changedAt } }: { declared: DatasetRule }) {
  const limit = [
    ...(rule.severity === 'error' || rule.severity === 'critical'
      ? [`fails above ${thresholdWords(rule.fail ?? { rows: rule.limit })}`]
      : []),
    ...(rule.warn === undefined ? [] : [`warns above ${thresholdWords(rule.warn)}`]),
  ]
  return (
    <>
      {rule.description !== undefined && <Fact name="About">{rule.description}</Fact>}
      <Fact name="Check">
        <a className="link" href="/docs">
          {rule.check}
        </a>
      </Fact>
      {Object.entries(rule.options).map(([name, value]) => (
        <Fact key={name} name={name}>
          <code className="font-mono break-words">{typeof value === 'string' ? value : JSON.stringify(value)}</code>
          {name.endsWith('Hours') && typeof value === 'number' && <span className="text-text-2"> = {formatHours(value)}</span>}
        </Fact>
      ))}
      {rule.where !== undefined && (
        <Fact name="Only rows where">
          <code className="font-mono break-words">{rule.where}</code>
        </Fact>
      )}
      <Fact name="Severity">
        {rule.severity}
        {limit.length > 0 && `, ${limit.join(', ')}`}
        {rule.blocking && '; blocks publication'}
        {rule.quarantine && '; failing rows go to quarantine'}
      </Fact>
      {rule.owner !== undefined && <Fact name="Owner">{rule.owner}</Fact>}
      <Fact name="From">
        {originWords(origin, source)}
        {version !== null && `, version ${formatCount(version)}`}
        {changedBy !== null && ` by ${changedBy}`} {changedAt !== null && <Time at={changedAt} />}
        {origin !== 'browser' && <span className="block text-label text-text-3">It is changed there, not here.</span>}
      </Fact>
      {!rule.enabled && <Fact name="State">turned off: no run measures it</Fact>}
    </>
  )
}

/** Of a rule that is there no more, or that runs by itself. */
function ResultFacts({ result }: { result: CheckResult }) {
  return (
    <>
      <Fact name="Check">{result.check}</Fact>
      <Fact name="Column">{result.column ?? 'the whole row'}</Fact>
      <Fact name="Dimension">{result.dimension}</Fact>
      <Fact name="From">{originWords(result.origin, null)}</Fact>
    </>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-text-3">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  )
}

function History({ dataset, result }: { dataset: string; result: CheckResult }) {
  const { key, title } = chartedMetric(result)
  const query = useQuery(metricHistoryQuery(dataset, key))
  return (
    <section>
      <h3 className="mb-1 font-medium">{title}</h3>
      <Load query={query} what="the history" lines={3}>
        {(history) => <MetricChart history={history} />}
      </Load>
      <Link to="/datasets/$name" params={{ name: dataset }} search={{ tab: 'history' }} className="link mt-1 inline-block text-label">
        All snapshots of {dataset}
      </Link>
    </section>
  )
}
