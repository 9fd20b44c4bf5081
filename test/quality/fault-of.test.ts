import { expect, it } from 'vitest'
import { faultOf } from '../../src/quality/scan/table-reader.ts'

/** Messages as DuckDB writes them, with a cell in each. Results of rules are shown to everybody who may read the dataset. */
const LEAKS: [string, string][] = [
  [`Conversion Error: invalid date field format: "anna1@example.org", expected format is (YYYY-MM-DD)`, 'anna1'],
  [`Conversion Error: Could not cast value 101700001 to DECIMAL(4,2)`, '101700001'],
  [
    `Invalid Input Error: Could not parse string "anna1@example.org" according to format specifier "%Y"\nanna1@example.org\n^\nError`,
    'anna1',
  ],
  [`Invalid Input Error: missing ): anna1@example.org(`, 'anna1'],
  [`Conversion Error: Could not convert string 'two\nlines anna1@example.org' to INT32`, 'anna1'],
  [`Out of Range Error: Overflow in multiplication of INT64 (101700001 * 9223372036854775807)!`, '101700001'],
]

it.each(LEAKS)('no cell stands in what is said of a fault: %s', (message, cell) => {
  const fault = faultOf(new Error(message))
  expect(fault).not.toContain(cell)
  expect(fault).toMatch(/^(Conversion|Invalid Input|Out of Range) Error/)
})

it('a fault of the query itself keeps the names that help to mend it', () => {
  const message =
    'Binder Error: Referenced column "amuont" not found in FROM clause!\nCandidate bindings: "amount"\n\nLINE 1: select amuont'
  expect(faultOf(new Error(message))).toBe('Binder Error: Referenced column "amuont" not found in FROM clause!')
})
