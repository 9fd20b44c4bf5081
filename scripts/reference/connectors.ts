import { z } from 'zod'
import type { Connector } from '../../src/connectors/connector.ts'
import { settingFields, type SettingField } from '../../src/core/setting-text.ts'
import { settingsSchema } from '../../src/connectors/settings-schema.ts'
import { cell, fieldTable, schemaText, type JsonSchema } from './schema-text.ts'

/** `docs/reference/connectors.md`: the kinds of source, with a page of each. */
export function connectorsReference(connectors: readonly Connector[]): string {
  const rows = byId(connectors).map(
    ({ id, title, description, modes }) =>
      `| [\`${id}\`](connectors/${id}.md) | ${cell(title)} | ${modes.join(', ')} | ${cell(description)} |`,
  )
  return [
    '# Connectors',
    'Kinds of source that this version reads. Each page lists what goes under `source.settings` of a pipeline; the same are options of `atlas source add`, fields of the form in the browser, and `settings` over HTTP.',
    ['| connector | title | modes | reads |', '|---|---|---|---|', ...rows].join('\n'),
    'Modes: **replace** publishes the whole stream anew with each run, **full_append** adds the whole stream again, **append** adds what is new, **merge** adds what is new and keeps the newest row of each key.',
    '',
  ].join('\n\n')
}

/** `docs/reference/connectors/<id>.md` for each of them. */
export function connectorPages(connectors: readonly Connector[]): [string, string][] {
  return byId(connectors).map((connector) => [`docs/reference/connectors/${connector.id}.md`, connectorPage(connector)])
}

function connectorPage(connector: Connector): string {
  const { id, title, description, modes, streamOptions } = connector
  const schema = settingsSchema(connector) as JsonSchema
  const fields = settingFields(schema as Record<string, unknown>)
  return [
    `# ${title}`,
    `\`${id}\`: ${description}. How it is set up and how it reads: [${id}](../../connectors/${id}.md).`,
    `Modes: ${modes.map((mode) => `\`${mode}\``).join(', ')}.`,
    '## Settings',
    schemaTables(schema),
    '## On the command line',
    'Options of `atlas source add NAME` and `atlas source change NAME`. A secret is read from standard input with `-`, or named as `"${env:NAME}"` or `"${file:PATH}"`.',
    flagTable(fields),
    '## In a pipeline file',
    yamlExample(id, fields),
    ...(streamOptions === undefined
      ? []
      : ['## Options of a stream', schemaTables(z.toJSONSchema(streamOptions, { io: 'input', unrepresentable: 'any' }) as JsonSchema)]),
    '',
  ].join('\n\n')
}

/** Table of a schema's fields, followed by one of each alternative and of each named schema that stands in it. */
function schemaTables(schema: JsonSchema): string {
  const named = Object.entries(schema.$defs ?? {}).map(
    ([name, definition]) => `### ${name}\n\n${fieldTable(definition) || schemaText(definition)}`,
  )
  const choices = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => choiceTables(name, field))
  return [fieldTable(schema) || 'No options.', ...choices, ...named].join('\n\n')
}

function choiceTables(name: string, field: JsonSchema): string[] {
  const choices = (field.anyOf ?? field.oneOf ?? []).filter((choice) => choice.properties !== undefined)
  return choices.map((choice) => {
    const [label] = Object.entries(choice.properties ?? {}).flatMap(([key, { const: value }]) =>
      value === undefined ? [] : [`${key}: ${String(value)}`],
    )
    return `### \`${name}\`${label === undefined ? '' : ` with \`${label}\``}\n\n${fieldTable(choice)}`
  })
}

function flagTable(fields: readonly SettingField[]): string {
  const rows = fields.map(({ path, types, secret, title, description, choices }) => {
    const kinds =
      choices.length > 0 ? choices.map((choice) => `\`${choice}\``).join(', ') : [...types].filter((type) => type !== 'null').join(' or ')
    const meaning = [title, description].filter((text) => text !== '').join(': ')
    return `| \`--${path.join('.')}\` | ${cell(kinds === 'object' || kinds === 'array' ? 'JSON' : kinds)}${secret ? ', secret' : ''} | ${cell(meaning)} |`
  })
  return ['| option | value | meaning |', '|---|---|---|', ...rows].join('\n')
}

/** What must be given, and secrets as references. */
function yamlExample(id: string, fields: readonly SettingField[]): string {
  const first = fields.find(({ secret, path }) => secret && path.length === 1)
  const needed = fields.filter((field) => field.required || field === first)
  const lines = needed.map(({ path: [key = '', ...rest], secret, choices }) => {
    const value = secret ? `\${env:${key.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toUpperCase()}}` : (choices[0] ?? '…')
    return rest.length === 0 ? `    ${key}: ${value}` : `    ${key}: { … }`
  })
  return [
    '```yaml',
    'name: my_source',
    'source:',
    `  connector: ${id}`,
    '  settings:',
    ...(lines.length > 0 ? new Set(lines) : ['    …']),
    '```',
  ].join('\n')
}

function byId(connectors: readonly Connector[]): Connector[] {
  return connectors.toSorted((one, other) => one.id.localeCompare(other.id))
}
