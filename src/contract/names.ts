import { z } from 'zod'

/** The three layers, in the order data travels. */
export const Layer = z.enum(['explore', 'chart', 'navigate']).meta({ id: 'Layer' })
export type Layer = z.infer<typeof Layer>

/** `layer.name`, e.g. `chart.customers`. */
export const DatasetName = z
  .string()
  .regex(/^(explore|chart|navigate)\.[a-z_][a-z0-9_]{0,62}$/, 'a dataset is named layer.name, e.g. chart.customers')
  .meta({ id: 'DatasetName', examples: ['chart.customers'] })
export type DatasetName = z.infer<typeof DatasetName>

/** The part after the dot: lower-case letters, digits and `_`, at most 63 characters. */
export const TableName = z
  .string()
  .regex(
    /^[a-z_][a-z0-9_]{0,62}$/,
    'a table name has lower-case letters, digits and _, starts with a letter or _, and has at most 63 characters',
  )
  .meta({ id: 'TableName', examples: ['customers'] })
export type TableName = z.infer<typeof TableName>

/** ISO 8601 instant in UTC. */
export const Instant = z.iso.datetime().meta({ id: 'Instant' })
export type Instant = z.infer<typeof Instant>

/** A count of rows or bytes. */
export const Count = z.int().min(0)

/** An age such as 30min, 2h or 1d. */
export const Age = z
  .string()
  .regex(/^[1-9]\d{0,5} ?(min|h|d)$/, 'a time from 1min to 366d, such as 30min, 2h or 1d')
  .meta({ id: 'Age', examples: ['2h'] })
export type Age = z.infer<typeof Age>
