import { z } from 'zod'

export type JsonSchema = Record<string, unknown>

export interface SchemaPool {
  /** A schema as replies have it: defaults are filled in. */
  output(schema: z.ZodType): JsonSchema
  /** A schema as requests have it: parts with a default may be left out. */
  input(schema: z.ZodType): JsonSchema
  /** Everything that was referred to, by name. A schema whose two sides differ is there twice, the request's side as `NameInput`. */
  schemas(): Record<string, JsonSchema>
}

type Side = 'input' | 'output'
const names = { output: (id: string) => id, input: (id: string) => `${id}Input` } as const

/** Turns Zod schemas into JSON Schemas that refer to `#/components/schemas`. */
export function createSchemaPool(): SchemaPool {
  const pool: Record<Side, Record<string, JsonSchema>> = { output: {}, input: {} }
  const convert =
    (side: Side) =>
    (schema: z.ZodType): JsonSchema => {
      const {
        $defs = {},
        $schema: _dialect,
        ...own
      } = z.toJSONSchema(schema, { io: side, unrepresentable: 'any' }) as JsonSchema & { $defs?: Record<string, JsonSchema> }
      for (const [id, definition] of Object.entries($defs)) pool[side][id] ??= pointInto(side, definition)
      const { id } = own as { id?: string }
      if (id === undefined) return pointInto(side, own)
      pool[side][id] ??= pointInto(side, own)
      return { $ref: `#/components/schemas/${names[side](id)}` }
    }
  return {
    output: convert('output'),
    input: convert('input'),
    schemas: () => ({ ...pool.output, ...Object.fromEntries(Object.entries(pool.input).map(([id, schema]) => [names.input(id), schema])) }),
  }
}

/** Moves references from the schema's own `$defs` to the document's components; drops `id`, which is Atlas's name and no URL. */
function pointInto(side: Side, value: JsonSchema): JsonSchema {
  const move = (part: unknown, key?: string): unknown => {
    if (Array.isArray(part)) return part.map((item) => move(item))
    if (typeof part === 'string' && key === '$ref')
      return part.replace(/^#\/\$defs\/(.+)$/, (_all, id: string) => `#/components/schemas/${names[side](id)}`)
    if (part === null || typeof part !== 'object') return part
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, move(inner, name)]))
  }
  const { id: _id, ...rest } = move(value) as JsonSchema
  return rest
}
