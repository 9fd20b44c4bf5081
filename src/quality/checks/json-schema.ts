import { z } from 'zod'
import { id, sql } from '../../core/sql.ts'
import { columnOf, defineCheck } from '../check.ts'
import { missingIn } from './column-values.ts'
import { jsonTest } from './json-test.ts'
import { columnField } from './option-fields.ts'

const Options = z.strictObject({
  column: columnField,
  schema: z.record(z.string(), z.unknown()).meta({
    title: 'JSON Schema',
    description:
      'type, enum, const, required, properties, additionalProperties, minimum, maximum, minLength, maxLength, minItems, maxItems, pattern',
    examples: [{ type: 'object', required: ['id'], properties: { id: { type: 'integer' } } }],
  }),
})

export const jsonSchema = defineCheck({
  id: 'json-schema',
  title: 'JSON has an agreed form',
  dimension: 'validity',
  description:
    'Rows with a value are eligible. Fails where the text is no JSON, or does not keep the JSON Schema (draft 2020-12). Only keywords that can be tested in SQL are read; a schema with another, such as `oneOf` or `items`, is refused rather than half tested. `title`, `description` and the like say nothing.',
  options: Options,
  column: ({ column }) => column,
  plan: ({ column: name, schema }, scope) => {
    const column = columnOf(scope, name)
    const text = sql`${id(name)}::varchar`
    const holds = jsonTest(schema, text)
    return {
      kind: 'row',
      eligible: sql`not ${missingIn(column)}`,
      failing: sql`not coalesce(case when json_valid(${text}) then ${holds} else false end, false)`,
    }
  },
})
