import type { pipelinesAsCodeEndpoints } from '../../contract/pipelines-as-code.ts'
import { PipelineDefinition } from '../../contract/pipelines.ts'
import type { Handlers } from '../handlers.ts'

export const pipelinesAsCodeRoutes: Handlers<typeof pipelinesAsCodeEndpoints> = {
  'POST /pipelines/read': async ({ body }) => {
    const { parseYaml } = await import('../parse-yaml.ts')
    return parseYaml(body.text, { path: 'The text', name: 'line' }, 'pipeline', () => PipelineDefinition).value
  },

  'POST /pipelines/plan': async ({ body, caller, address, signal }, platform) => {
    const { planCode } = await import('../pipelines/plan-code.ts')
    return planCode(platform, { caller, address }, body, signal)
  },

  'POST /pipelines/apply': async ({ body, caller, address }, platform) => {
    const { applyCode } = await import('../pipelines/apply-code.ts')
    const { expected, ...files } = body
    const { id, changes, unchanged, notes } = await applyCode(platform, { caller, address }, files, expected)
    return { id, changes, unchanged, notes, applied: changes.filter(({ action }) => action !== 'gone').length }
  },
}
