import type { PiiFinding } from '../../src/contract/pii.ts'
import type { CheckResult, QualitySummary } from '../../src/contract/quality.ts'

export const quality: QualitySummary = {
  score: 0.9871,
  cap: null,
  coverage: { columns: 6, of: 9 },
  dimensions: { completeness: 0.9612, uniqueness: 1, timeliness: null, validity: 0.999_967, accuracy: null, consistency: 0.9874 },
  reasons: { timeliness: 'No column says when a row was current.', accuracy: 'No reference data is declared.' },
  measured: 4,
}

type Finding = PiiFinding & { dataset: string }
const finding = (column: string, part: Omit<Finding, 'dataset' | 'column' | 'within'> & { within?: 'text' }): Finding => ({
  dataset: 'chart.customers',
  column,
  within: 'column',
  ...part,
})

export const findings: Finding[] = [
  finding('email', {
    entity: 'EMAIL_ADDRESS',
    matches: 1_203_488,
    rows: 1_204_019,
    confidence: 0.99,
    evidence: ['shape of an address', 'column name'],
    action: 'mask',
  }),
  finding('cpr', {
    entity: 'DK_CPR',
    matches: 88_120,
    rows: 88_124,
    confidence: 0.98,
    evidence: ['shape', 'valid date', 'column name'],
    action: 'hash',
  }),
  finding('phone', {
    entity: 'PHONE_NUMBER',
    matches: 911_207,
    rows: 940_000,
    confidence: 0.93,
    evidence: ['shape', 'country prefix'],
    action: 'mask',
  }),
  finding('note', {
    entity: 'EMAIL_ADDRESS',
    matches: 212,
    rows: 48_031,
    confidence: 0.61,
    within: 'text',
    evidence: ['shape of an address', 'inside longer text'],
    action: 'redact',
  }),
]

type Check = CheckResult & { dataset: string }
const check = (id: string, title: string, part: Pick<Check, 'dimension' | 'column' | 'status'> & Partial<Check>): Check => ({
  dataset: 'chart.customers',
  check: id,
  rule: `${id}.${part.column ?? 'table'}`,
  title,
  severity: 'error',
  origin: 'pipeline',
  limits: { warn: null, fail: { rows: 0 } },
  value: null,
  sample: null,
  blocking: false,
  eligible: part.status === 'error' || part.status === 'not_run' ? 0 : 1_204_512,
  failing: 0,
  figures: {},
  message: null,
  ...part,
})

export const checks: Check[] = [
  check('not-null', 'Values are present', {
    dimension: 'completeness',
    column: 'email',
    status: 'warned',
    failing: 493,
    message: 'accepts up to 0 rows',
  }),
  check('unique', 'Key is unique', { dimension: 'uniqueness', column: 'customer_id', status: 'passed', blocking: true }),
  check('not-future', 'Dates are not in the future', { dimension: 'validity', column: 'created', status: 'passed' }),
  check('reference', 'Country is in the reference', {
    dimension: 'accuracy',
    column: 'country',
    status: 'not_run',
    message: 'no reference data is declared',
  }),
  check('sum', 'Total is the sum of its parts', {
    dimension: 'consistency',
    column: null,
    status: 'error',
    message: 'the column amount_parts is gone',
  }),
]
