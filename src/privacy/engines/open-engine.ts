import { AtlasError } from '../../core/errors.ts'
import { combineEngines } from './combine-engines.ts'
import type { EngineId, PiiEngine } from './engine.ts'
import { openOnnxEngine } from './onnx.ts'
import { createPresidioEngine } from './presidio.ts'
import { createRulesEngine } from './rules.ts'
import { TextEngine } from './text-engine.ts'

export interface EngineSettings {
  /** `ATLAS_PII_MODEL`: folder of a token classifier. */
  piiModel: string | undefined
  /** `ATLAS_PRESIDIO_URL`: where a Presidio analyzer answers. */
  presidioUrl: string | undefined
}

/**
 * Opens an engine by its id. `onnx` is the model together with the rules, for a model knows no check digits.
 * @throws AtlasError `pii.model_unusable`; `cli.usage` when its setting is missing
 */
export async function openEngine(id: EngineId, settings: EngineSettings, outside: { fetch: typeof fetch }): Promise<PiiEngine> {
  if (id === 'rules') return createRulesEngine()
  if (id === 'onnx')
    return combineEngines('onnx', [createRulesEngine(), await openOnnxEngine(required(settings.piiModel, 'ATLAS_PII_MODEL'))])
  return createPresidioEngine({ url: required(settings.presidioUrl, 'ATLAS_PRESIDIO_URL'), fetch: outside.fetch })
}

/**
 * The engine that runs ask beside the rules, which look at every row in SQL: Presidio, else the model; undefined where the settings name none.
 * @throws AtlasError `cli.usage` when the address is none; whether it answers, and what the folder holds, shows with the first text
 */
export function runEngine(settings: EngineSettings, outside: { fetch: typeof fetch }): TextEngine | undefined {
  const { piiModel, presidioUrl } = settings
  if (presidioUrl !== undefined) {
    const engine = createPresidioEngine({ url: presidioUrl, fetch: outside.fetch })
    return new TextEngine('presidio', async () => engine)
  }
  if (piiModel !== undefined) return new TextEngine('onnx', () => openOnnxEngine(piiModel))
  return undefined
}

function required(value: string | undefined, variable: string): string {
  if (value === undefined) throw new AtlasError('cli.usage', `This engine needs ${variable}, which is not set.`)
  return value
}
