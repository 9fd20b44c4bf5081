import { errors, type ErrorKind } from '../../src/core/errors.ts'
import { cell } from './schema-text.ts'

/** `docs/reference/errors.md`: every error code with its cause and cure. */
export function errorsReference(): string {
  const entries: [string, ErrorKind][] = Object.entries(errors)
  const sections = [...Map.groupBy(entries, ([code]) => code.split('.')[0] ?? '')].map(([area, rows]) =>
    [
      `## ${area}`,
      '',
      '| code | HTTP | retry | what it means | what to do |',
      '|---|---|---|---|---|',
      ...rows.map(
        ([code, kind]) =>
          `| <a id="${code}"></a>\`${code}\` | ${kind.status} | ${kind.retry ? 'yes' : 'no'} | ${cell(kind.title)} | ${cell(kind.next)} |`,
      ),
    ].join('\n'),
  )
  return [
    '# Errors',
    'Every error has a code. Over HTTP it comes as `application/problem+json` (RFC 9457) with that code, on the command line as its last word in brackets. *Retry* says whether doing the same again later may help.',
    ...sections,
    '',
  ].join('\n\n')
}
