import { z } from 'zod'
import { DatasetContract } from '../../contract/quality-contracts.ts'
import type { Check } from '../check.ts'

type Json = Record<string, unknown>
/** A key of JSON Schema. What has it is never awaited, which would take it for a promise. */
const THEN = 'then'

/** JSON Schema of a contract file, for editors and for checking in CI: the options of a rule follow from the check that it names. */
export function contractSchema(checks: readonly Check[]): Json {
  const schema = z.toJSONSchema(DatasetContract, { io: 'input' }) as Json
  const definitions = schema['$defs'] as Record<string, Json>
  const { CheckRule: rule, ColumnPromise: column } = definitions
  const names = checks.flatMap(({ id, aliases = [] }) => [id, ...aliases])
  // Under a column the option that names it is filled in, so it may be missing there.
  const inColumn = withOptions(rule!, names, checks, ['column', 'columns'])
  const columnRules = { ...((column!['properties'] as Json)['rules'] as Json), items: { $ref: '#/$defs/ColumnRule' } }
  return {
    ...schema,
    title: 'Atlas data contract',
    $defs: {
      ...definitions,
      CheckRule: withOptions(rule!, names, checks, []),
      ColumnRule: inColumn,
      ColumnPromise: { ...column, properties: { ...(column!['properties'] as Json), rules: columnRules } },
    },
  }
}

/** JSON Schema of the options of one check, for forms. */
export function optionsSchema(check: Check): Json {
  const { $schema: _, ...schema } = z.toJSONSchema(check.options, { io: 'input', unrepresentable: 'any' }) as Json
  return schema
}

function withOptions(rule: Json, names: readonly string[], checks: readonly Check[], given: readonly string[]): Json {
  const properties = rule['properties'] as Record<string, Json>
  const { id: _, ...plain } = rule
  return {
    ...plain,
    properties: { ...properties, check: { ...properties['check'], enum: names } },
    allOf: checks.map((check) => {
      const options = optionsSchema(check)
      const required = ((options['required'] ?? []) as string[]).filter((name) => !given.includes(name))
      const then = { properties: { options: { ...options, required } }, ...(required.length > 0 ? { required: ['options'] } : {}) }
      const condition = { properties: { check: { enum: [check.id, ...(check.aliases ?? [])] } }, required: ['check'] }
      return Object.fromEntries(
        new Map<string, unknown>([
          ['if', condition],
          [THEN, then],
        ]),
      )
    }),
  }
}
