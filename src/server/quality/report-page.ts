import { createHash } from 'node:crypto'
import type { HistoryPoint, MetricSeries } from '../../contract/quality-history.ts'
import type { DatasetQuality, ScorePoint, StatusCounts } from '../../contract/quality-overview.ts'
import { type CheckResult, Dimension } from '../../contract/quality.ts'
import { formatShare } from '../../core/format-share.ts'
import { html, type Html } from '../html.ts'
import { reportStyle } from './report-style.ts'

const styleHash = createHash('sha256').update(reportStyle).digest('base64')

/** Nothing is loaded and nothing runs; the one style of the page is named by its hash. */
export const reportPolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

const WORDS = {
  passed: '✓ passed',
  warned: '▲ warning',
  failed: '✕ failed',
  error: '! could not run',
  not_run: '○ not run',
  none: '‒ no rule',
} as const
const REASONS = { above: 'above', below: 'below', drifting_up: 'drifting up', drifting_down: 'drifting down' } as const
const NOTHING: Html = { html: '' }

/** A page of its own to read and print: no script, no link, no request. */
export function reportPage(quality: DatasetQuality, written: { at: string; version: string }): string {
  const { dataset, snapshotId, rows, measuredAt, counts, automatic, refused, anomalies } = quality
  const title = `Quality of ${dataset}`
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${{ html: reportStyle }}</style></head>
<body><header><h1>${title}</h1>
<p>Snapshot ${snapshotId}, ${whole(rows)} rows, ${measuredAt === null ? 'not measured' : `measured ${instant(measuredAt)}`}. Written ${instant(written.at)} by Atlas ${written.version}.</p></header>
<main>${scoreOf(quality)}
<section><h2>Dimensions</h2>${dimensionsTable(quality)}</section>
<section><h2>Rules</h2><p>Declared: ${counted(counts)}. Run by themselves: ${counted(automatic)}.</p>${rulesTable(quality.rules)}</section>
${refused === null ? NOTHING : html`<section><h2>Refused since</h2><p>Run ${refused.runId} of ${instant(refused.at)} published nothing.</p>${rulesTable(refused.results)}</section>`}
<section><h2>Columns</h2>${columnsTable(quality)}</section>
<section><h2>Outside what history lets expect</h2>${anomalies.length === 0 ? html`<p>None.</p>` : anomaliesTable(anomalies)}</section>
<section><h2>Score over time</h2>${trend(quality.trend)}</section>
</main></body></html>
`.html
}

function scoreOf({ summary }: DatasetQuality): Html {
  if (summary === null) return html`<p class="score">Not measured</p>`
  const { score, cap, coverage, measured } = summary
  const covered = coverage.of === 0 ? 'coverage not measured' : `${coverage.columns} of ${coverage.of} columns covered by a declared rule`
  return html`<p class="score">${percent(score)}</p>
<p>Mean of ${measured} of 6 dimensions; ${covered}.${cap === null ? '' : ` Held at ${percent(cap.at)} or less by the rule ${cap.rule}.`}</p>`
}

function dimensionsTable({ dimensions }: DatasetQuality): Html {
  const rows = Dimension.options.map((dimension) => {
    const { score, state, rules, passing, automatic, failing, reason } = dimensions[dimension]
    const outcome = rules === 0 ? WORDS.none : `${WORDS[state].slice(0, 1)} ${passing} of ${rules} pass`
    return html`<tr><th scope="row">${dimension}</th><td class="n">${percent(score)}</td><td>${outcome}</td><td class="n">${rules === 0 ? '' : whole(failing)}</td><td class="n">${automatic}</td><td>${reason ?? ''}</td></tr>`
  })
  return html`<table><thead><tr><th>Dimension</th><th class="n">Rows that break no rule</th><th>Declared rules</th><th class="n">Rows that break the worst of them</th><th class="n">Rules that run by themselves</th><th>Why not measured</th></tr></thead><tbody>${rows}</tbody></table>
<p>The share is of all rules of the dimension. Those that run by themselves are measured only: they pass or fail nothing.</p>`
}

function rulesTable(results: readonly CheckResult[]): Html {
  const rows = results.map((result) => {
    const { rule, title, column, severity, origin, status, eligible, failing, value, message } = result
    const isMeasured = status !== 'error' && status !== 'not_run'
    const outcome = value === null ? (isMeasured ? `${whole(failing)} of ${whole(eligible)}` : '—') : String(value)
    return html`<tr class="${status}"><td>${WORDS[status]}</td><th scope="row">${rule}</th><td>${title}</td><td>${column ?? ''}</td><td>${severity}</td><td>${origin}</td><td class="n">${outcome}</td><td>${message ?? ''}</td></tr>`
  })
  if (rows.length === 0) return html`<p>No rule has run.</p>`
  return html`<table><thead><tr><th>Outcome</th><th>Rule</th><th>Check</th><th>Column</th><th>Severity</th><th>Origin</th><th class="n">Failing rows or value</th><th>Message</th></tr></thead><tbody>${rows}</tbody></table>`
}

function columnsTable({ columns }: DatasetQuality): Html {
  const rows = columns.map(
    ({ column, type, pii, score, dimensions, covered }) =>
      html`<tr><th scope="row">${column}</th><td>${type}</td><td>${pii ?? ''}</td><td class="n">${percent(score)}</td>${Dimension.options.map((dimension) => html`<td class="n">${percent(dimensions[dimension])}</td>`)}<td>${covered ? 'yes' : 'no'}</td></tr>`,
  )
  return html`<table><thead><tr><th>Column</th><th>Type</th><th>Personal data</th><th class="n">Score</th>${Dimension.options.map((dimension) => html`<th class="n">${dimension}</th>`)}<th>Declared rule</th></tr></thead><tbody>${rows}</tbody></table>`
}

function anomaliesTable(anomalies: readonly MetricSeries[]): Html {
  const rows = anomalies.map(
    ({ rule, column, metric, last }) =>
      html`<tr><th scope="row">${[rule, column, metric].filter((part) => part !== null).join(' · ')}</th><td class="n">${last.value}</td><td class="n">${range(last)}</td><td>${last.reason === null ? '' : REASONS[last.reason]}</td></tr>`,
  )
  return html`<table><thead><tr><th>Metric</th><th class="n">Value</th><th class="n">Expected</th><th>How</th></tr></thead><tbody>${rows}</tbody></table>`
}

function range({ low, high }: HistoryPoint): string {
  return low === null || high === null ? '—' : `${round(low)} to ${round(high)}`
}

function trend(points: readonly ScorePoint[]): Html {
  const rows = points.map(
    ({ snapshotId, at, score, rows: n }) =>
      html`<tr><th scope="row">${snapshotId}</th><td>${instant(at)}</td><td class="n">${whole(n)}</td><td class="n">${percent(score)}</td></tr>`,
  )
  return html`<table><thead><tr><th>Snapshot</th><th>Published</th><th class="n">Rows</th><th class="n">Score</th></tr></thead><tbody>${rows}</tbody></table>`
}

function counted(counts: StatusCounts): string {
  const parts = Object.entries(counts).flatMap(([status, n]) => (n === 0 ? [] : [`${n} ${WORDS[status as keyof StatusCounts].slice(2)}`]))
  return parts.length === 0 ? 'none' : parts.join(', ')
}

/** What was not measured is a dash. */
function percent(score: number | null): string {
  return score === null ? '—' : formatShare(score)
}

function whole(count: number): string {
  return count.toLocaleString('en').replaceAll(',', ' ')
}

function round(value: number): string {
  return String(Number(value.toPrecision(6)))
}

function instant(at: string): string {
  return `${at.slice(0, 16).replace('T', ' ')} UTC`
}
