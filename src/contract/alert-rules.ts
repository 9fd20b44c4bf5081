import { z } from 'zod'
import { endpoints } from './endpoint.ts'
import { Count, DatasetName, Instant, TableName } from './names.ts'

export const AlertKind = z
  .enum([
    'run-failed',
    'run-blocked',
    'run-partial',
    'run-late',
    'freshness-missed',
    'row-count-anomaly',
    'quality-anomaly',
    'score-below',
    'schema-changed',
    'credentials-expiring',
    'quarantine-growth',
    'disk-low',
  ])
  .meta({ id: 'AlertKind', description: 'What a rule looks for' })
export type AlertKind = z.infer<typeof AlertKind>

export const AlertSeverity = z.enum(['info', 'warning', 'critical']).meta({ id: 'AlertSeverity' })
export type AlertSeverity = z.infer<typeof AlertSeverity>

export const AlertRuleInput = z
  .strictObject({
    kind: AlertKind,
    name: z.string().min(1).max(100).meta({ title: 'Name' }),
    options: z.record(z.string(), z.unknown()).default({}).meta({ title: 'Options', description: 'Those of its kind' }),
    severity: AlertSeverity.default('warning').meta({ title: 'Severity' }),
    pipelines: z.array(TableName).max(200).default([]).meta({ title: 'Only these pipelines', description: 'All when empty' }),
    datasets: z.array(DatasetName).max(200).default([]).meta({ title: 'Only these datasets', description: 'All when empty' }),
    channels: z
      .array(z.string().max(100))
      .max(50)
      .default(['browser'])
      .meta({ title: 'Channels', description: 'Ids of channels; `browser` is the badge and the page' }),
    repeatMinutes: z.int().min(0).max(43_200).default(60).meta({
      title: 'Tell of further occurrences, at most every, in minutes',
      description: '0 tells of each; they are counted in any case',
    }),
    enabled: z.boolean().default(true).meta({ title: 'Enabled' }),
  })
  .meta({ id: 'AlertRuleInput' })
export type AlertRuleInput = z.infer<typeof AlertRuleInput>

export const AlertRule = AlertRuleInput.extend({
  id: z.string(),
  file: z
    .string()
    .nullable()
    .meta({ description: 'The pipeline file that holds it, where it is changed; null for one that was made here' }),
  open: Count.meta({ description: 'Open alerts of it' }),
  evaluatedAt: Instant.nullable(),
  evaluationError: z.string().nullable().meta({ description: 'Error code of the last look, when that failed' }),
  updatedBy: z.string(),
  updatedAt: Instant,
}).meta({ id: 'AlertRule' })
export type AlertRule = z.infer<typeof AlertRule>

export const AlertRuleKind = z
  .object({
    id: AlertKind,
    title: z.string(),
    description: z.string(),
    severity: AlertSeverity,
    about: z.enum(['pipeline', 'dataset', 'source', 'machine']),
    options: z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema of its options' }),
  })
  .meta({ id: 'AlertRuleKind' })
export type AlertRuleKind = z.infer<typeof AlertRuleKind>

/** What a rule would have told in the last fourteen days, from what is stored. */
export const AlertBackTest = z
  .object({
    from: Instant,
    to: Instant,
    firings: z
      .array(z.object({ at: Instant, subject: z.string() }))
      .nullable()
      .meta({ description: 'The newest 100; null where nothing stored can tell' }),
    count: Count.nullable(),
    why: z.string().nullable().meta({ description: 'Why it cannot be told' }),
  })
  .meta({ id: 'AlertBackTest' })
export type AlertBackTest = z.infer<typeof AlertBackTest>

const ruleId = z.object({ ruleId: z.string() })

export const alertRuleEndpoints = endpoints({
  'GET /alert-rules': { summary: 'List alert rules, by name', permission: 'runs.read', reply: z.array(AlertRule) },
  'GET /alert-rules/kinds': {
    summary: 'What rules can look for, with their options',
    permission: 'runs.read',
    reply: z.array(AlertRuleKind),
  },
  'POST /alert-rules': { summary: 'Make an alert rule', permission: 'alerts.edit', body: AlertRuleInput, reply: AlertRule, status: 201 },
  'POST /alert-rules/back-test': {
    summary: 'What a rule would have told in the last fourteen days; nothing is stored or sent',
    permission: 'runs.read',
    body: AlertRuleInput,
    reply: AlertBackTest,
  },
  'PUT /alert-rules/:ruleId': {
    summary: 'Change an alert rule',
    permission: 'alerts.edit',
    params: ruleId,
    body: AlertRuleInput,
    reply: AlertRule,
  },
  'POST /alert-rules/:ruleId/enable': { summary: 'Enable an alert rule', permission: 'alerts.edit', params: ruleId, reply: AlertRule },
  'POST /alert-rules/:ruleId/disable': {
    summary: 'Disable an alert rule; its open alerts stay until they are resolved',
    permission: 'alerts.edit',
    params: ruleId,
    reply: AlertRule,
  },
  'DELETE /alert-rules/:ruleId': {
    summary: 'Delete an alert rule; its alerts stay',
    permission: 'alerts.edit',
    params: ruleId,
    status: 204,
  },
})
