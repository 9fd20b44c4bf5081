import type { RuleDifference } from '../contract/quality-contracts.ts'

const words: Record<RuleDifference['difference'], string> = {
  added: '+ new',
  changed: '~ changed',
  removed: '- taken out',
  conflict: '! also elsewhere',
  same: '= the same rule stands',
  elsewhere: '  only elsewhere',
}

/** How a contract file differs from what is applied, a line for each rule. */
export function differenceLines(differences: readonly RuleDifference[]): string[] {
  return differences.map(({ rule, difference, origin, source, changes }) => {
    const where =
      origin === 'browser' ? ' (made in the browser)' : origin === 'pipeline' ? ` (in the pipeline ${source ?? '?'}; measured once)` : ''
    const what = changes.map(({ path, from, to }) => `${path}: ${valueOf(from)} → ${valueOf(to)}`).join(', ')
    return `  ${words[difference]}  ${rule}${where}${what === '' ? '' : `: ${what}`}`
  })
}

function valueOf(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}
