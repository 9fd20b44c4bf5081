import { z } from 'zod'
import { AlertRuleInput } from './alert-rules.ts'
import { endpoints } from './endpoint.ts'
import { Age, Count, DatasetName, TableName } from './names.ts'
import { PipelineDefinition } from './pipelines.ts'
import { ScheduleInput } from './schedules.ts'
import { ValueChange } from './stored-pipelines.ts'

/** A schedule as it stands in a pipeline's file. */
export const FileSchedule = ScheduleInput.omit({ pipeline: true }).meta({ id: 'FileSchedule' })
export type FileSchedule = z.infer<typeof FileSchedule>

/** An alert rule as it stands in a pipeline's file: about that pipeline, or about datasets. */
export const FileAlert = AlertRuleInput.omit({ pipelines: true, enabled: true })
  .extend({
    name: AlertRuleInput.shape.name.optional().meta({ title: 'Name', description: 'From its kind and the pipeline unless told' }),
    datasets: z
      .array(DatasetName)
      .max(200)
      .default([])
      .meta({ title: 'Datasets', description: 'Of a kind that is about datasets: those that it looks at' }),
    channels: z
      .array(z.string().max(100))
      .max(50)
      .default(['browser'])
      .meta({ title: 'Channels', description: 'Names of channels; `browser` is the badge and the page' }),
  })
  .meta({ id: 'FileAlert' })
export type FileAlert = z.infer<typeof FileAlert>

/** What a pipeline's file may say beside the pipeline itself. A key that is left out says nothing. */
export const FileDeclares = z
  .strictObject({
    schedules: z
      .array(FileSchedule)
      .max(50)
      .optional()
      .meta({ title: 'Schedules', description: 'When it runs by itself. Left out: as set in the browser' }),
    freshness: z
      .record(DatasetName, Age)
      .optional()
      .meta({
        title: 'Freshness',
        description: 'How old datasets may become: what they are made from is read again in time. Left out: as set elsewhere',
        examples: [{ 'navigate.revenue': '2h' }],
      }),
    alerts: z
      .array(FileAlert)
      .max(50)
      .optional()
      .meta({ title: 'Alerts', description: 'What is told, and to whom. Left out: as set in the browser' }),
  })
  .meta({ id: 'FileDeclares' })
export type FileDeclares = z.infer<typeof FileDeclares>

/** What stands in a file of `pipelines/`: a pipeline, when it runs, how fresh its datasets stay, and who is told. */
export const PipelineFileContent = PipelineDefinition.extend(FileDeclares.shape).meta({
  id: 'PipelineFileContent',
  title: 'Atlas pipeline',
})
export type PipelineFileContent = z.infer<typeof PipelineFileContent>

/** Thousands of pipelines with their SQL. */
const MOST_BYTES = 32 * 2 ** 20

/** As in `github.com/acme/shop`. */
const ProjectName = z.string().max(200)

const FileName = z.string().min(1).max(500)

export const CodePipeline = z
  .strictObject({
    file: FileName.nullable().meta({ description: 'Null for a definition that is only to be tried; it can be planned, not applied' }),
    definition: PipelineDefinition,
    ...FileDeclares.shape,
  })
  .meta({ id: 'CodePipeline' })
export type CodePipeline = z.infer<typeof CodePipeline>

export const CodeTransform = z
  .strictObject({ file: FileName, name: TableName, sql: z.string().min(1).max(100_000) })
  .meta({ id: 'CodeTransform', description: 'Builds navigate.<name>' })
export type CodeTransform = z.infer<typeof CodeTransform>

/** The files of a folder, as the command line has read them. */
export const CodeFiles = z
  .strictObject({
    pipelines: z.array(CodePipeline).max(2000),
    transforms: z.array(CodeTransform).max(2000).default([]),
    folder: z
      .string()
      .max(500)
      .default('')
      .meta({ description: 'What the names of all the files begin with: only what came from there is ever removed' }),
    project: ProjectName.default('').meta({
      description: 'What the files are of, such as their repository: what another project holds is not theirs, whatever its name',
    }),
    absent: z
      .array(FileName)
      .max(4000)
      .default([])
      .meta({ description: 'Files of the project outside of the folder that are known to be gone: what they held can move' }),
    commit: z.string().max(100).nullable().default(null),
    takeOver: z
      .boolean()
      .default(false)
      .meta({ description: 'What was made or changed in the browser and stands in a file belongs to the file from now on' }),
    prune: z.boolean().default(false).meta({ description: 'What was applied from files that are gone is removed' }),
  })
  .meta({ id: 'CodeFiles' })
export type CodeFiles = z.infer<typeof CodeFiles>

export const CodeChange = z
  .object({
    kind: z.enum(['pipeline', 'schedule', 'freshness', 'alert', 'transform']),
    name: z.string().meta({ description: 'Of a schedule: its pipeline. Of freshness: its dataset' }),
    file: z.string().nullable(),
    action: z.enum(['create', 'change', 'move', 'take_over', 'remove', 'gone', 'conflict']).meta({
      description:
        'move: its file has another name now. gone: its file is no longer there; it stays unless it is pruned. conflict: somebody made or changed it elsewhere; it is not touched unless taken over',
    }),
    version: z.int().nullable().meta({ description: 'The version that it has now; null for what has none' }),
    detail: z.string().meta({ description: 'In words, where there is something to say' }),
    changes: z.array(ValueChange),
    heldBy: z
      .object({ project: z.string().nullable(), file: z.string() })
      .optional()
      .meta({ description: 'Of a conflict with another file: that file' }),
  })
  .meta({ id: 'CodeChange' })
export type CodeChange = z.infer<typeof CodeChange>

export const ColumnEffect = z
  .object({
    name: z.string(),
    effect: z.enum(['appears', 'vanishes', 'retyped']),
    from: z.string().nullable(),
    to: z.string().nullable(),
  })
  .meta({ id: 'ColumnEffect' })
export type ColumnEffect = z.infer<typeof ColumnEffect>

/** What the next run does to a dataset because of the change; nothing of it has been done. */
export const DatasetEffect = z
  .object({
    dataset: z.string().nullable().meta({ description: 'Null where which datasets there are is known only once the source is asked' }),
    maker: z.string().meta({ description: 'The pipeline or transform' }),
    effect: z.enum(['appears', 'rewritten', 'added_to', 'left']).meta({
      description:
        'rewritten: written anew in full by the next run. added_to: it is there, and gets rows. left: stays as it is, and is fed no more',
    }),
    rows: Count.nullable().meta({ description: 'Rows that it has now; null where it has never been published' }),
    why: z.string(),
    columns: z.array(ColumnEffect),
    columnsKnown: z.boolean().meta({ description: 'False where columns are known only once it has been built' }),
  })
  .meta({ id: 'DatasetEffect' })
export type DatasetEffect = z.infer<typeof DatasetEffect>

export const CodePlan = z
  .object({
    id: z.string().meta({ description: 'Of what is stored and what was given: an apply that names it is refused once either has changed' }),
    changes: z.array(CodeChange),
    unchanged: Count.meta({ description: 'Pipelines, schedules, targets, alert rules and transforms that are as the files say' }),
    datasets: z.array(DatasetEffect),
    notes: z.array(z.string()),
  })
  .meta({ id: 'CodePlan' })
export type CodePlan = z.infer<typeof CodePlan>

export const pipelinesAsCodeEndpoints = endpoints({
  'POST /pipelines/read': {
    summary: 'Read the text of a pipeline file; nothing is stored',
    description: 'References to variables and files stay as they are: only the command line follows them.',
    permission: 'pipelines.edit',
    body: z.strictObject({ text: z.string().max(1_000_000) }),
    reply: PipelineDefinition,
  },
  'POST /pipelines/plan': {
    summary: 'What applying files would change; nothing is stored',
    permission: 'pipelines.edit',
    bodyLimitBytes: MOST_BYTES,
    body: CodeFiles,
    reply: CodePlan,
  },
  'POST /pipelines/apply': {
    summary: 'Make what is stored what the files say: all of it or nothing',
    description:
      'A pipeline of that name that was made or changed in the browser is a 409 naming both unless `takeOver`. Nothing is removed without `prune`.',
    permission: 'pipelines.edit',
    bodyLimitBytes: MOST_BYTES,
    body: CodeFiles.extend({ expected: z.string().max(100).optional().meta({ description: 'Id of the plan that was looked at' }) }),
    reply: CodePlan.omit({ datasets: true }).extend({ applied: Count }),
  },
})
