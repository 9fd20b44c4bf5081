import { settingDocs } from '../../src/server/settings.ts'
import { cell } from './schema-text.ts'

/** `docs/reference/settings.md`: every environment variable. */
export function settingsReference(): string {
  return [
    '# Settings',
    'Environment variables; Atlas reads no settings file. A value that is not valid stops the start with an error that names it.',
    [
      '| variable | default | meaning |',
      '|---|---|---|',
      ...settingDocs.map((setting) => `| \`${setting.name}\` | ${cell(setting.default)} | ${cell(setting.meaning)} |`),
    ].join('\n'),
    '',
  ].join('\n\n')
}
