import type { Clock } from './clock.ts'
import { addressFields, field, systemFields, wideFields, type Field } from './fields.ts'

export type Value = string | number | boolean | null
export interface Row {
  Id: string
  values: Record<string, Value>
  /** Before this time (ms) the row cannot be seen, whatever its stamp says. */
  visibleFromMs: number
  deletedAtMs: number | null
}

export interface SObject {
  name: string
  label: string
  keyPrefix: string
  custom: boolean
  queryable: boolean
  replicateable: boolean
  fields: Field[]
  /** Why Bulk refuses the object; null when it does not. */
  bulkRefusal: { status: number; errorCode: string; message: string } | null
  rows: Map<string, Row>
  /** Rows gone from the recycle bin: id and when they were deleted. */
  purged: { id: string; deletedAtMs: number }[]
}

/** The data of an organisation, as tests see and change it. Times are ISO texts or Dates. */
export interface Org {
  objects: Map<string, SObject>
  /** Grows with every change, for caches. */
  version: number
  define(object: Partial<SObject> & { name: string }): SObject
  object(name: string): SObject
  /** Adds a row or changes it; `SystemModstamp` is the clock's time unless given. Returns its id. */
  upsert(object: string, values: Record<string, Value> & { Id?: string }, more?: { visibleFrom?: Date }): string
  /** Changes values and leaves every stamp as it is, as a formula does. */
  changeSilently(object: string, id: string, values: Record<string, Value>): void
  /** Moves a row to the recycle bin. */
  remove(object: string, id: string): void
  /** Deletes a row from the recycle bin too. */
  purge(object: string, id: string): void
}

/** An organisation with a few objects and no rows. */
export function createOrg(clock: Clock): Org {
  const objects = new Map<string, SObject>()
  const org: Org = {
    objects,
    version: 0,
    define: (given) => {
      const object: SObject = {
        label: given.name.replace(/__c$/, '').replaceAll('_', ' '),
        keyPrefix: `a${String(objects.size).padStart(2, '0')}`,
        custom: given.name.endsWith('__c'),
        queryable: true,
        replicateable: true,
        fields: systemFields(),
        bulkRefusal: null,
        rows: new Map(),
        purged: [],
        ...given,
      }
      objects.set(given.name.toLowerCase(), object)
      return object
    },
    object: (name) => {
      const found = objects.get(name.toLowerCase())
      if (found === undefined) throw new Error(`the organisation has no object ${name}`)
      return found
    },
    upsert: (name, { Id, ...values }, more = {}) => {
      org.version++
      const object = org.object(name)
      const id = Id ?? newId(object)
      const now = clock.now().toISOString()
      const before = object.rows.get(id)
      const stamp = values['SystemModstamp'] ?? now
      const stamps = { CreatedDate: before?.values['CreatedDate'] ?? stamp, LastModifiedDate: stamp, SystemModstamp: stamp }
      object.rows.set(id, {
        Id: id,
        values: { ...before?.values, ...stamps, ...values },
        visibleFromMs: more.visibleFrom?.getTime() ?? 0,
        deletedAtMs: null,
      })
      return id
    },
    changeSilently: (name, id, values) => {
      org.version++
      Object.assign(rowOf(org.object(name), id).values, values)
    },
    remove: (name, id) => {
      org.version++
      const row = rowOf(org.object(name), id)
      row.deletedAtMs = clock.now().getTime()
      row.values['SystemModstamp'] = row.values['LastModifiedDate'] = clock.now().toISOString()
    },
    purge: (name, id) => {
      org.version++
      const object = org.object(name)
      const row = rowOf(object, id)
      object.rows.delete(id)
      object.purged.push({ id, deletedAtMs: row.deletedAtMs ?? clock.now().getTime() })
    },
  }
  defineUsual(org)
  return org
}

function rowOf(object: SObject, id: string): Row {
  const row = object.rows.get(id)
  if (row === undefined) throw new Error(`${object.name} has no row ${id}`)
  return row
}

function newId(object: SObject): string {
  return `${object.keyPrefix}${String(object.rows.size + object.purged.length + 1).padStart(12, '0')}AAA`
}

function defineUsual(org: Org): void {
  org.define({
    name: 'Account',
    keyPrefix: '001',
    fields: [
      ...systemFields(),
      ...addressFields('BillingAddress', 'Billing'),
      field('AnnualRevenue', 'currency'),
      field('NumberOfEmployees', 'int'),
      field('Description', 'textarea', { length: 32_000 }),
    ],
  })
  org.define({
    name: 'Opportunity',
    keyPrefix: '006',
    fields: [
      ...systemFields(),
      field('AccountId', 'reference', { relationshipName: 'Account', referenceTo: ['Account'] }),
      field('StageName', 'picklist'),
      field('Amount', 'currency'),
      field('Probability', 'percent', { scale: 0 }),
      field('CloseDate', 'date'),
      field('IsWon', 'boolean'),
      field('Weighted__c', 'currency', { calculated: true, filterable: true }),
      field('StartTime__c', 'time'),
      field('Tags__c', 'multipicklist'),
      field('Quantity__c', 'double', { precision: 18, scale: 4 }),
      field('Seats__c', 'int'),
    ],
  })
  org.define({ name: 'Invoice__c', label: 'Invoice', keyPrefix: 'a0I', fields: [...systemFields(), field('Total__c', 'currency')] })
  org.define({ name: 'Wide__c', keyPrefix: 'a0W', fields: [...systemFields(), ...wideFields(700)] })
  org.define({
    name: 'ActivityFieldHistory',
    keyPrefix: '737',
    fields: systemFields().map((one) => (one.name === 'SystemModstamp' ? { ...one, filterable: false } : one)),
  })
  org.define({
    name: 'Attachment',
    keyPrefix: '00P',
    fields: [...systemFields(), field('Body', 'base64'), field('BodyLength', 'int')],
  })
  org.define({
    name: 'CaseStatus',
    keyPrefix: '01J',
    bulkRefusal: { status: 400, errorCode: 'INVALIDENTITY', message: 'Entity CaseStatus is not supported by the Bulk API.' },
  })
  org.define({ name: 'AccountChangeEvent', keyPrefix: '0AC', queryable: false, replicateable: false })
}
