import { defineTextRecognizer } from '../text-recognizer.ts'

const SCHEME =
  '(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\\+srv)?|rediss?|amqps?|mssql|sqlserver|oracle|clickhouse|snowflake|cockroachdb|ftp|sftp|ssh|https?|smtps?|imaps?|ldaps?|nats|kafka|s3|jdbc:[a-z0-9]{2,12})(?:\\+[a-z0-9]{2,12})?'

/** An address with a password in it, or the settings of a connection with a password among them. */
export const connectionString = defineTextRecognizer({
  id: 'connection-string',
  entity: 'CONNECTION_STRING',
  title: 'Connection string with a password',
  source:
    'RFC 3986 section 3.2.1 (user information), ADO.NET and ODBC connection strings, Azure Storage and Service Bus connection strings',
  presidio: null,
  locale: 'global',
  languages: [],
  gate: { text: ['://', 'password=', 'pwd=', 'accountkey=', 'sharedaccesskey='] },
  patterns: [
    {
      name: 'address with a password',
      regex: `(?<![A-Za-z0-9+.-])${SCHEME}://[^\\s:/@"'<>]{0,100}:[^\\s/@"'<>]{1,200}@[^\\s"'<>\u0060]{1,500}`,
      score: 0.9,
    },
    {
      name: 'settings with a password',
      regex:
        '(?<![A-Za-z0-9])(?:(?:server|data source|host|hostname|addr|address|endpoint|driver|database|initial catalog|user id|uid|user|username|port|defaultendpointsprotocol|accountname|sharedaccesskeyname)=[^;\\r\\n"]{1,200}; ?){1,12}(?:password|pwd|accountkey|sharedaccesskey)=[^;\\r\\n"]{1,200}(?:; ?[A-Za-z ]{2,40}=[^;\\r\\n"]{0,100}){0,12};?',
      score: 0.9,
    },
  ],
  context: ['connection', 'connectionstring', 'database_url', 'dsn', 'forbindelse'],
  examples: {
    found: [
      'postgresql://app:s3cret@db.firma.dk:5432/salg',
      'Server=db01;Database=salg;User Id=app;Password=s3cret;',
      'redis://:s3cret@cache:6379/0',
    ],
    ignored: ['postgresql://db.firma.dk:5432/salg', 'https://firma.dk/a:b', 'Server=db01;Database=salg;Trusted_Connection=True;'],
  },
})
