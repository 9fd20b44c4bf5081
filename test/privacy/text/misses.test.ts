import { describe, expect, it } from 'vitest'
import { createAnalyzer } from '../../../src/privacy/text/analyzer.ts'

const analyzer = createAnalyzer({ withImpersonal: true })

function found(text: string): string[] {
  return analyzer.analyze(text).map(({ entity, start, end }) => `${entity} ${text.slice(start, end)}`)
}

describe('what is no name and no phone number', () => {
  it.each([
    'We meet on Mondays at noon.',
    'Closed on Mondays and Sundays',
    'It is posted to the General Ledger account.',
    'General Ledger',
    'The Vice President signed it.',
    'Senior Vice President of Sales',
    'Reference number 88213345',
    'The order number 20304050 was closed.',
    'Tracking number: 88 21 33 45',
    'my name is not important',
    'my name is on the list',
    'Enter the name in the field',
    'the name of the file is main',
    'name: string',
    'IT HAS BEEN DONE',
  ])('finds nothing in %j', (text) => {
    expect(found(text)).toEqual([])
  })
})

describe('what is one all the same', () => {
  it.each([
    ['on Fridays Anna Holm works', ['PERSON Anna Holm']],
    ['President Lincoln and General Grant', ['TITLE President', 'PERSON Lincoln', 'TITLE General', 'PERSON Grant']],
    ['phone number 88213345', ['PHONE_NUMBER 88213345']],
    ["He lives at 45 Queen's Road, London", ["ADDRESS 45 Queen's Road, London"]],
    ["12 St. John's Street, Oxford OX1 2AB", ["ADDRESS 12 St. John's Street, Oxford OX1 2AB"]],
    ['my name is anne hansen and I live here', ['PERSON anne hansen']],
    ['mit navn er jens peter holm', ['PERSON jens peter holm']],
    ['jeg hedder mette', []],
    ['my name is karen', ['PERSON karen']],
    ['navn: lars nielsen, alder: ukendt', ['PERSON lars nielsen']],
    ['HASSAN ALI HAS PAID', ['PERSON HASSAN ALI']],
    ['PATIENT JOHN SMITH HAS A COLD', ['PERSON JOHN SMITH']],
    ['MARY A SMITH', ['PERSON MARY A SMITH']],
    ['call 555-867-5309 now', ['PHONE_NUMBER 555-867-5309']],
    ['(555) 867-5309', ['PHONE_NUMBER (555) 867-5309']],
    ['Tel: 01632 960 983', ['PHONE_NUMBER 01632 960 983']],
    ['+55 (11) 91234-5678', ['PHONE_NUMBER +55 (11) 91234-5678']],
    ['+45 20 12 34 56 +45 87 65 43 21', ['PHONE_NUMBER +45 20 12 34 56', 'PHONE_NUMBER +45 87 65 43 21']],
    ['+45 20 12 34 56 12 stk', ['PHONE_NUMBER +45 20 12 34 56']],
    ['+45 20123456 12 stk', ['PHONE_NUMBER +45 20123456']],
    ['ring (+45 20 12 34 56) i dag', ['PHONE_NUMBER +45 20 12 34 56']],
    ['ring (+45 (20) 12 34 56) i dag', ['PHONE_NUMBER +45 (20) 12 34 56']],
    ['(see (650) 253-0000)', ['PHONE_NUMBER (650) 253-0000']],
    ['due Jan 5, at 3:30 PM', ['DATE_TIME Jan 5', 'DATE_TIME 3:30 PM']],
    ['open from 8am to 8 p.m.', ['DATE_TIME 8am', 'DATE_TIME 8 p.m.']],
    ['due Thursday 02 August 1979, or on fredag den 3. maj', ['DATE_TIME Thursday 02 August 1979', 'DATE_TIME fredag den 3. maj']],
    ['sent on Tue, March 3rd, 2020', ['DATE_TIME Tue, March 3rd, 2020']],
    ['the doors open at 14:15 and close at 10.45pm', ['DATE_TIME 14:15', 'DATE_TIME 10.45pm']],
    ['mødet er kl. 10.00 den 14/2-2020', ['DATE_TIME 10.00', 'DATE_TIME 14/2-2020']],
  ])('finds in %j %j', (text, expected) => {
    expect(found(text)).toEqual(expected)
  })
})
