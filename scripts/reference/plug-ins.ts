import { z } from 'zod'
import type { Recognizer } from '../../src/privacy/recognizer.ts'
import type { Check } from '../../src/quality/check.ts'
import { fieldTable, schemaText, type JsonSchema } from './schema-text.ts'

/** `docs/reference/checks.md`. */
export function checksReference(checks: readonly Check[]): string {
  const sections = sortById(checks).map((check) =>
    [
      `## ${check.id}`,
      `${check.title}. Dimension: ${check.dimension}.${alsoCalled(check)}`,
      check.description,
      optionsText(check.options),
    ].join('\n\n'),
  )
  return page(
    'Quality checks',
    'Used in pipelines, contract files and the browser as `check: ID` with `options`; [quality](../quality.md) says what they mean. `blocking: true` stops publication when the rule fails.',
    sections,
  )
}

function alsoCalled({ aliases = [] }: Check): string {
  return aliases.length === 0 ? '' : ` Also called: ${aliases.map((alias) => `\`${alias}\``).join(', ')}.`
}

/** `docs/reference/recognizers.md`. */
export function recognizersReference(recognizers: readonly Recognizer[]): string {
  const sections = sortById(recognizers).map((recognizer) =>
    [
      `## ${recognizer.id}`,
      `${recognizer.title}. Source of the rule: ${recognizer.source}`,
      `Column names that raise the confidence: ${recognizer.context.map((word) => `\`${word}\``).join(', ')}.`,
      examples('Found', recognizer.examples.found),
      examples('Not found', recognizer.examples.ignored),
    ].join('\n\n'),
  )
  return page('Recognizers', 'Each finds one kind of personal data, over every row of a column, before a table is published.', sections)
}

function page(title: string, intro: string, sections: string[]): string {
  return [`# ${title}`, intro, ...sections, ''].join('\n\n')
}

/** Table of a plug-in's options, followed by one of each named schema that stands in it. */
function optionsText(schema: z.ZodType): string {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema
  const named = Object.entries(json.$defs ?? {}).map(
    ([name, definition]) => `### ${name}\n\n${fieldTable(definition) || schemaText(definition)}`,
  )
  return [fieldTable(json) || 'No options.', ...named].join('\n\n')
}

function examples(title: string, texts: readonly string[]): string {
  return `${title}: ${texts.map((text) => `\`${text}\``).join(', ')}`
}

function sortById<T extends { id: string }>(items: readonly T[]): T[] {
  return items.toSorted((a, b) => a.id.localeCompare(b.id))
}
