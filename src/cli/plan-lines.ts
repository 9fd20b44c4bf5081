import type { CodeChange, CodePlan, DatasetEffect } from '../contract/pipelines-as-code.ts'
import type { ValueChange } from '../contract/stored-pipelines.ts'
import { lineDifference } from '../core/line-difference.ts'

const signs: Record<CodeChange['action'], string> = {
  create: '+ new',
  change: '~ changed',
  move: '> moved',
  take_over: '~ taken over',
  remove: '- removed',
  gone: '  stays',
  conflict: '! conflict',
}

const effects: Record<DatasetEffect['effect'], string> = {
  appears: '+ appears',
  rewritten: '~ rewritten in full',
  added_to: '~ added to',
  left: '  stays, fed no more',
}

/** A plan as people read it; empty where there is nothing to do. */
export function planLines(plan: Pick<CodePlan, 'changes' | 'notes'> & { datasets?: CodePlan['datasets'] }): string[] {
  const datasets = plan.datasets ?? []
  return [
    ...plan.changes.flatMap(changeLines),
    ...(datasets.length === 0 ? [] : ['', 'With the next run:', ...datasets.flatMap(effectLines)]),
    ...plan.notes.map((note) => `Note: ${note}`),
  ]
}

function changeLines({ kind, name, file, action, version, detail, changes }: CodeChange): string[] {
  const where = file === null ? '' : ` (${file})`
  const from = version === null ? '' : `, version ${version} now`
  const hint = action === 'gone' && !detail.includes('another project') ? '; --prune removes it' : ''
  const head = `${signs[action]}  ${kind} ${name}${where}${from}${detail === '' ? '' : `: ${detail}`}${hint}`
  return [head, ...changes.flatMap(valueLines)]
}

function valueLines({ path, from, to }: ValueChange): string[] {
  if (isText(from) && isText(to)) {
    const lines = lineDifference(from, to)
    return [`    ${path}:`, ...lines.map(({ sign, text }) => `      ${sign} ${text}`)]
  }
  return [`    ${path}: ${from === undefined ? '' : `${shown(from)} → `}${to === undefined ? 'nothing' : shown(to)}`]
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.includes('\n')
}

function shown(value: unknown): string {
  return JSON.stringify(value)
}

function effectLines({ dataset, effect, rows, why, columns, columnsKnown }: DatasetEffect): string[] {
  const size = rows === null ? '' : `, ${rows} ${rows === 1 ? 'row' : 'rows'} now`
  const unknown = columnsKnown || dataset === null ? '' : '; its columns are known once it is built'
  const head = `  ${effects[effect]}  ${dataset ?? 'datasets'}${size}: ${why}${unknown}`
  const words = { appears: '+', vanishes: '-', retyped: '~' }
  return [
    head,
    ...columns.map(
      ({ name, effect: change, from, to }) =>
        `      ${words[change]} column ${name}${from === null ? '' : ` ${from}`}${to === null || to === from ? '' : `${from === null ? ' ' : ' → '}${to}`}`,
    ),
  ]
}
