import type { Problem } from '../../contract/problem.ts'
import { type JsonSchema, alternativeOf, isObject, resolve, shapeOf, titleOf } from './json-schema.ts'

/** Words for each field that is wrong, by JSON Pointer into the settings (`/auth/token`). */
export type FieldErrors = Record<string, string>

/** What is missing or out of bounds, as far as the schema tells without asking the server. */
export function findErrors(root: JsonSchema, value: unknown): FieldErrors {
  const errors: FieldErrors = {}
  look(root, root, value, '', 'The settings', errors)
  return errors
}

function look(root: JsonSchema, node: JsonSchema, value: unknown, at: string, title: string, errors: FieldErrors): void {
  const schema = resolve(root, node)
  const shape = shapeOf(root, schema)
  if (value === undefined || value === null) return
  if (shape.kind === 'number') checkNumber(schema, value, at, title, errors)
  else if (shape.kind === 'text' && typeof value === 'string') checkText(schema, value, at, title, errors)
  else if (shape.kind === 'choice') {
    const chosen = shape.alternatives[alternativeOf(shape.alternatives, value)]
    if (chosen !== undefined) look(root, chosen.schema, value, at, title, errors)
  } else if (shape.kind === 'list' && Array.isArray(value)) {
    value.forEach((item, index) => look(root, shape.item, item, `${at}/${index}`, `${title} ${index + 1}`, errors))
  } else if (shape.kind === 'object' && isObject(value)) {
    for (const [key, property] of Object.entries(schema.properties ?? {})) {
      const inner = resolve(root, property)
      const required = schema.required?.includes(key) === true && !('const' in inner)
      if (required && isBlank(value[key])) errors[`${at}/${key}`] = missing(titleOf(key, inner), shapeOf(root, inner).kind)
      else if (required && inner.minItems !== undefined && inner.minItems > 0 && Array.isArray(value[key]) && value[key].length === 0)
        errors[`${at}/${key}`] = missing(titleOf(key, inner), 'list')
      else look(root, property, value[key], `${at}/${key}`, titleOf(key, inner), errors)
    }
  }
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

function missing(title: string, kind: string): string {
  return kind === 'list' || kind === 'texts' ? `${title}: add at least one.` : `${title} is missing.`
}

function checkText(schema: JsonSchema, value: string, at: string, title: string, errors: FieldErrors): void {
  if (schema.maxLength !== undefined && value.length > schema.maxLength) errors[at] = `${title} has at most ${schema.maxLength} characters.`
}

function checkNumber(schema: JsonSchema, value: unknown, at: string, title: string, errors: FieldErrors): void {
  if (typeof value !== 'number' || !Number.isFinite(value)) errors[at] = `${title} is a number.`
  else if (schema.type === 'integer' && !Number.isInteger(value)) errors[at] = `${title} is a whole number.`
  else if (schema.minimum !== undefined && value < schema.minimum) errors[at] = `${title} is at least ${schema.minimum}.`
  else if (schema.maximum !== undefined && value > schema.maximum) errors[at] = `${title} is at most ${schema.maximum}.`
}

/** The field errors of a server's problem; pointers into the whole request lose their way to the settings. */
export function errorsOfProblem(problem: Problem | undefined): FieldErrors {
  return Object.fromEntries(
    (problem?.errors ?? []).map(({ pointer, detail }) => [
      pointer.replace(/^(\/body)?(\/settings|\/source\/settings)?(?=\/|$)/, ''),
      detail,
    ]),
  )
}
