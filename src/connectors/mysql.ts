import { defineConnector } from './connector.ts'
import { MysqlSettings, MysqlStreamOptions } from './mysql/settings.ts'

export const mysql = defineConnector<MysqlSettings>({
  id: 'mysql',
  title: 'MySQL',
  description: 'Tables and views of a MySQL or MariaDB database, in full or what is new by a cursor',
  settings: MysqlSettings,
  streamOptions: MysqlStreamOptions,
  modes: ['replace', 'full_append', 'append', 'merge'],
  filters: true,
  queryLanguage: 'SQL',
  load: async () => (await import('./mysql/body.ts')).mysqlBody,
})
