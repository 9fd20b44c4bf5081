import { defineConnector } from './connector.ts'
import { RestApiSettings, RestStreamOptions } from './rest-api/settings.ts'

export const restApi = defineConnector<RestApiSettings>({
  id: 'rest_api',
  title: 'REST API',
  description: 'JSON over HTTP: any API whose records stand in its answers, with its pages, cursors, tokens and limits',
  settings: RestApiSettings,
  streamOptions: RestStreamOptions,
  modes: ['replace', 'full_append', 'append', 'merge'],
  filters: true,
  load: async () => (await import('./rest-api/body.ts')).restApiBody,
})
