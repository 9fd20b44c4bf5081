import type { RunReport } from '../contract/runs.ts'
import { DIMENSIONS } from '../core/dimensions.ts'
import { formatShare } from '../core/format-share.ts'
import { table } from './table.ts'

/** What a run did, for people. */
export function summary(report: RunReport): string {
  const parts = [headline(report)]
  if (report.streams.length > 1 || report.streams.some(({ state }) => state !== 'succeeded')) parts.push(streamsTable(report))
  if (report.datasets.length > 0)
    parts.push(
      table(
        ['dataset', 'snapshot', 'rows', 'quarantined'],
        report.datasets.map((d) => [d.name, d.snapshotId, String(d.rows), String(d.quarantined)]),
      ),
    )
  if (report.pii.length > 0) {
    const rows = report.pii.map((finding) => [
      finding.column,
      finding.entity,
      `${finding.matches} of ${finding.rows}`,
      finding.within === 'text' ? 'in text' : 'whole cell',
      finding.action,
    ])
    parts.push(table(['personal data in', 'kind', 'cells', 'where', 'done'], rows))
  }
  parts.push(qualityText(report))
  for (const batch of report.quarantine)
    parts.push(
      `Quarantined ${batch.rows} rows of ${batch.dataset}: ${batch.reasons.map((reason) => `${reason.reason} (${reason.rows})`).join('; ')}\n`,
    )
  for (const warning of report.warnings) parts.push(`Note: ${warning}\n`)
  return `${parts.join('\n')}`
}

function headline(report: RunReport): string {
  const sum = `${report.sourceRows} read = ${report.publishedRows} published + ${report.quarantinedRows} quarantined`
  const kept = report.deduplicatedRows === 0 ? sum : `${sum} + ${report.deduplicatedRows} replaced by a later row of the same key`
  const whole = report.discardedRows === 0 ? kept : `${kept} + ${report.discardedRows} discarded by the contract`
  const took = `${(report.durationMs / 1000).toFixed(1)} s`
  const published = report.datasets.length > 0
  const because = { partial: 'some streams failed', rate_limited: 'the source allows no more for now, and the next run goes on' }[
    report.status as 'partial'
  ] as string | undefined
  if (report.status === 'succeeded') return `✓ ${report.pipeline} succeeded in ${took}: ${whole}\n`
  if (because !== undefined)
    return `◔ ${report.pipeline} ${report.status} after ${took}, ${because}: ${published ? whole : 'nothing was published'}\n`
  return `✕ ${report.pipeline} ${report.status} after ${took}. Nothing was published.\n`
}

/** What became of each stream. */
function streamsTable({ streams }: RunReport): string {
  const rows = streams.map(({ name, dataset, mode, state, rows: read, counted, error }) => [
    name,
    dataset,
    mode,
    state,
    String(read),
    counted === null ? '' : String(counted),
    error?.code ?? '',
  ])
  return table(['stream', 'dataset', 'mode', 'state', 'rows', 'counted', 'error'], rows)
}

function qualityText(report: RunReport): string {
  const { score, dimensions, reasons, measured } = report.quality
  const total =
    score !== null
      ? `${formatShare(score)} from ${measured} of 6 dimensions, each the share of rows that break no rule`
      : measured === 0
        ? 'not measured'
        : `no score, since nobody declared a rule; ${measured} of 6 dimensions measured`
  const lines = DIMENSIONS.map((name) => {
    const [value, reason] = [dimensions[name], reasons[name]]
    if (value === null) return `  ${name.padEnd(13)} not measured${reason === undefined ? '' : `: ${reason}`}`
    return `  ${name.padEnd(13)} ${formatShare(value).padStart(7)}  ${restsOn(report.checks.filter(({ dimension }) => dimension === name))}`
  })
  return [`Quality: ${total}`, ...lines, ''].join('\n')
}

/** The rules that a share rests on: those that were declared have an outcome, the others were measured only. */
function restsOn(checks: RunReport['checks']): string {
  const declared = checks.filter(({ origin }) => origin !== 'automatic')
  const passing = declared.filter(({ status }) => status === 'passed').length
  const automatic = checks.filter(({ origin, status }) => origin === 'automatic' && status !== 'not_run' && status !== 'error').length
  const ofDeclared = declared.length === 0 ? 'no declared rule' : `${passing} of ${declared.length} declared pass`
  return automatic === 0 ? ofDeclared : `${ofDeclared}, ${automatic} measured by ${automatic === 1 ? 'itself' : 'themselves'}`
}
