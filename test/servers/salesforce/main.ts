import { parseArgs } from 'node:util'
import { field, systemFields } from './fields.ts'
import { startSalesforce } from './server.ts'

/**
 * The local Salesforce as a program: `node test/servers/salesforce/main.ts --rows 500000`. Says in one line of JSON where it listens and who may sign in, and ends with
 * its standard input.
 */
const { values } = parseArgs({ options: { rows: { type: 'string', default: '1000' } } })
const server = await startSalesforce({ bulk: { states: ['JobComplete'] } })
server.org.define({
  name: 'Order__c',
  keyPrefix: 'a0O',
  fields: [
    ...systemFields(),
    field('Amount__c', 'currency'),
    field('Quantity__c', 'double', { scale: 4 }),
    field('Stage__c', 'picklist'),
    field('Paid__c', 'boolean'),
    field('Due__c', 'date'),
    field('Note__c', 'textarea'),
  ],
})
const stages = ['Prospecting', 'Qualification', 'Proposal', 'Closed Won', 'Closed Lost']
for (let index = 0; index < Number(values.rows); index++) {
  server.org.upsert('Order__c', {
    Name: `Order ${index}`,
    SystemModstamp: new Date(Date.parse('2020-01-01T00:00:00.000Z') + index * 200_000).toISOString(),
    Amount__c: ((index * 7919) % 10_000_000) / 100,
    Quantity__c: (index % 1000) / 4,
    Stage__c: stages[index % stages.length] ?? null,
    Paid__c: index % 3 === 0,
    Due__c: new Date(Date.parse('2024-01-01') + (index % 365) * 86_400_000).toISOString().slice(0, 10),
    Note__c: index % 10 === 0 ? `Deliver to "door ${index}", ring twice\nand wait` : null,
  })
}
process.stdout.write(
  `${JSON.stringify({ loginUrl: server.loginUrl, clientId: server.tokens.app.clientId, clientSecret: server.tokens.app.clientSecret })}\n`,
)
process.stdin.on('end', () => void server.close()).resume()
