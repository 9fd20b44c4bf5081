import { defineConnector } from './connector.ts'
import { SalesforceSettings, SalesforceStreamOptions } from './salesforce/settings.ts'

export const salesforce = defineConnector<SalesforceSettings>({
  id: 'salesforce',
  title: 'Salesforce',
  description: 'Standard and custom objects over REST and Bulk 2.0, with deleted rows and formula fields',
  settings: SalesforceSettings,
  streamOptions: SalesforceStreamOptions,
  modes: ['merge', 'append', 'replace', 'full_append'],
  filters: true,
  queryLanguage: 'SOQL',
  load: async () => (await import('./salesforce/body.ts')).createSalesforceBody(),
})
