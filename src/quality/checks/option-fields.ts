import { z } from 'zod'
import { DatasetName } from '../../contract/names.ts'

/** Fields that many checks share, so that forms and docs call them the same. */
export const columnField = z.string().min(1).meta({ title: 'Column' })

export const columnsField = z.array(z.string().min(1)).min(1).max(100)

export const datasetField = DatasetName.meta({
  title: 'Dataset',
  description: 'As layer.name; read at the snapshot it has while this one is measured',
  examples: ['chart.customers'],
})

export const zoneField = z
  .string()
  .regex(/^[A-Za-z0-9_+\-/]+$/)
  .optional()
  .meta({
    title: 'Time zone',
    description: 'IANA zone of a column without offsets, e.g. Europe/Copenhagen',
    examples: ['Europe/Copenhagen'],
  })

const ScalarValue = z.union([z.string(), z.number(), z.boolean()])

export const valuesField = z
  .array(ScalarValue)
  .min(1)
  .max(10_000)
  .meta({ title: 'Values', examples: [['DK', 'SE', 'NO']] })

export const ignoreCaseField = z
  .boolean()
  .default(false)
  .meta({ title: 'Ignore case', description: 'Compares text in lower case and without white space around it' })

/** Limits of a measured figure. `min` and `max` are allowed themselves, `above` and `below` are not. */
export const boundsFields = {
  min: z.number().optional().meta({ title: 'At least' }),
  max: z.number().optional().meta({ title: 'At most' }),
  above: z.number().optional().meta({ title: 'More than' }),
  below: z.number().optional().meta({ title: 'Less than' }),
}

/** How far two figures may be apart: so much, or so many percent of the other, whichever allows more. */
export const toleranceFields = {
  tolerance: z.number().min(0).default(0).meta({ title: 'Tolerance', description: 'How far the two may be apart' }),
  tolerancePercent: z
    .number()
    .min(0)
    .max(100)
    .default(0)
    .meta({ title: 'Tolerance in percent', description: 'How far the two may be apart, in percent of the other' }),
}
