import { ProblemError } from '../../../../client/problem-error.ts'
import { type FieldErrors } from '../../../schema-form/find-errors.ts'
import { type JsonSchema, resolve } from '../../../schema-form/json-schema.ts'

/** What happens when a rule is broken, and what is only told about it. Check and options have fields of their own. */
const PARTS = {
  behaviour: ['where', 'severity', 'warn', 'fail', 'blocking', 'quarantine'],
  about: ['id', 'description', 'owner', 'dimension'],
} as const

/** The schema of one part of a rule. */
export function rulePart(schema: JsonSchema, part: keyof typeof PARTS): JsonSchema {
  const whole = resolve(schema, schema)
  const properties = Object.fromEntries(
    PARTS[part].flatMap((name) => (whole.properties?.[name] === undefined ? [] : [[name, whole.properties[name]]])),
  )
  return { type: 'object', properties, ...(schema.$defs === undefined ? {} : { $defs: schema.$defs }) }
}

/** The schema of a check's options in which a column is chosen from those that there are. */
export function withColumns(schema: JsonSchema, columns: readonly { name: string }[]): JsonSchema {
  const names = columns.map(({ name }) => name)
  const properties = Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, property]) => {
      if (name === 'column' && property.type === 'string')
        return [name, { title: property.title, oneOf: names.map((one) => ({ const: one, title: one })) }]
      return [name, property]
    }),
  )
  return { ...schema, properties }
}

/** What the server found wrong, by the fields of the rule. */
export function ruleErrors(error: unknown): FieldErrors {
  if (!(error instanceof ProblemError)) return {}
  return Object.fromEntries(
    (error.problem.errors ?? []).map(({ pointer, detail }) => [pointer.replace(/^(\/body)?(\/rule)?(?=\/)/, ''), detail]),
  )
}
