import { existsSync } from 'node:fs'
import path from 'node:path'
import { apiReference } from './reference/api.ts'
import { errorsReference } from './reference/errors.ts'
import { pipelineSchema } from './reference/pipeline-schema.ts'
import { checksReference, connectorsReference, recognizersReference } from './reference/plug-ins.ts'
import { settingsReference } from './reference/settings.ts'
import { writeOrCheck } from './write-or-check.ts'

/** Writes `docs/reference/` from the contract, the registries and the tables of errors and settings; with `--check` only compares. */
const src = path.resolve(import.meta.dirname, '../src')
const files = new Map<string, string>([
  ['docs/reference/api.md', apiReference()],
  ['docs/reference/errors.md', errorsReference()],
  ['docs/reference/settings.md', settingsReference()],
  ['docs/reference/pipeline.schema.json', pipelineSchema()],
])
async function add(name: string, module: string, make: (loaded: any) => string): Promise<void> {
  const file = path.join(src, module)
  if (existsSync(file)) files.set(`docs/reference/${name}`, make(await import(file)))
}
await add('connectors.md', 'connectors/index.ts', ({ connectors }) => connectorsReference(connectors))
await add('checks.md', 'quality/index.ts', ({ checks }) => checksReference(checks))
await add('recognizers.md', 'privacy/recognizers/index.ts', ({ recognizers }) => recognizersReference(recognizers))
await writeOrCheck(files, process.argv.includes('--check'))
