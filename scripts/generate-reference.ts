import { createProgram } from '../src/cli/program.ts'
import { connectors } from '../src/connectors/index.ts'
import { recognizers } from '../src/privacy/recognizers/index.ts'
import { checks } from '../src/quality/index.ts'
import { apiReference } from './reference/api.ts'
import { commandLineReference } from './reference/command-line.ts'
import { connectorPages, connectorsReference } from './reference/connectors.ts'
import { contractSchemaFile } from './reference/contract-schema.ts'
import { errorsReference } from './reference/errors.ts'
import { pipelineSchemaFile } from './reference/pipeline-schema.ts'
import { checksReference, recognizersReference } from './reference/plug-ins.ts'
import { settingsReference } from './reference/settings.ts'
import { writeOrCheck } from './write-or-check.ts'

/** Writes `docs/reference/` from the contract, the registries and the tables of errors and settings; with `--check` only compares. */
const files = new Map<string, string>([
  ['docs/reference/api.md', apiReference()],
  ['docs/reference/checks.md', checksReference(checks)],
  ['docs/reference/cli.md', commandLineReference(createProgram())],
  ['docs/reference/connectors.md', connectorsReference(connectors)],
  ...connectorPages(connectors),
  ['docs/reference/contract.schema.json', contractSchemaFile()],
  ['docs/reference/errors.md', errorsReference()],
  ['docs/reference/pipeline.schema.json', pipelineSchemaFile()],
  ['docs/reference/recognizers.md', recognizersReference(recognizers)],
  ['docs/reference/settings.md', settingsReference()],
])
await writeOrCheck(files, process.argv.includes('--check'))
