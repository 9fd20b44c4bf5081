import { describe, expect, it } from 'vitest'
import { files, FilesSettings } from '../../src/connectors/files.ts'
import { connectorById, connectors } from '../../src/connectors/index.ts'
import { connectorContract } from '../suites/connector-contract.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

connectorContract(files, async () => ({
  settings: FilesSettings.parse({ path: 'orders' }),
  missing: FilesSettings.parse({ path: 'nowhere.csv' }),
  rows: 4,
  folder: await temporaryFolder({ 'orders/a.csv': 'id,v\n1,x\n2\n', 'orders/b.csv': 'id,v,w\n3,x,\n4,,z\n' }),
}))

describe('the list of connectors', () => {
  it('gives a connector by its id, and names the ones there are for any other', () => {
    expect(connectors.map(({ id }) => id)).toContain('files')
    expect(connectorById('files').title).toBe('Files')
    expect(() => connectorById('fax')).toThrow(/"fax".*files/)
  })
})

describe('the settings of files', () => {
  it.each([{}, { path: 'a', upload: 'u' }, { path: '' }, { path: 'a', reading: { delimeter: ';' } }])('refuse %j', (settings) => {
    expect(FilesSettings.safeParse(settings).success).toBe(false)
  })

  it('set nothing about the reading that nobody set', () => {
    expect(FilesSettings.parse({ path: 'a', reading: { delimiter: ';' } }).reading).toEqual({ delimiter: ';' })
  })
})
