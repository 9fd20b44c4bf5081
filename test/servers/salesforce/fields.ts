/** A field as describe answers it, as far as clients look at it. */
export interface Field {
  name: string
  label: string
  type: string
  length: number
  precision: number
  scale: number
  nillable: boolean
  filterable: boolean
  calculated: boolean
  custom: boolean
  compoundFieldName: string | null
  relationshipName: string | null
  referenceTo: string[]
}

/** A field of the given describe type; everything else is as most fields have it. */
export function field(name: string, type = 'string', more: Partial<Field> = {}): Field {
  const isNumber = type === 'currency' || type === 'double' || type === 'percent'
  return {
    name,
    label: name.replace(/__c$/, '').replaceAll('_', ' '),
    type,
    length: type === 'string' ? 255 : type === 'id' || type === 'reference' ? 18 : 0,
    precision: isNumber ? 18 : 0,
    scale: isNumber ? 2 : 0,
    nillable: true,
    filterable: type !== 'base64' && type !== 'address' && type !== 'textarea',
    calculated: false,
    custom: name.endsWith('__c'),
    compoundFieldName: null,
    relationshipName: null,
    referenceTo: [],
    ...more,
  }
}

/** The fields that nearly every object has. */
export function systemFields(): Field[] {
  return [
    field('Id', 'id', { nillable: false }),
    field('IsDeleted', 'boolean', { nillable: false }),
    field('Name', 'string'),
    field('CreatedDate', 'datetime', { nillable: false }),
    field('LastModifiedDate', 'datetime', { nillable: false }),
    field('SystemModstamp', 'datetime', { nillable: false }),
  ]
}

/** An address: the compound parent and its parts. */
export function addressFields(name: string, prefix: string): Field[] {
  const part = (suffix: string, type = 'string', more: Partial<Field> = {}) =>
    field(`${prefix}${suffix}`, type, { compoundFieldName: name, ...more })
  return [
    field(name, 'address', { filterable: false }),
    part('Street', 'textarea'),
    part('City'),
    part('PostalCode'),
    part('Country'),
    part('Latitude', 'double', { scale: 15 }),
    part('Longitude', 'double', { scale: 15 }),
  ]
}

/** Fields so many that a SELECT of all is longer than an address may be. */
export function wideFields(count: number): Field[] {
  return Array.from({ length: count }, (_, index) => field(`A_rather_long_name_of_a_field_${String(index).padStart(3, '0')}__c`))
}
