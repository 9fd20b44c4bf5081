import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../support/platform.ts'

let atlas: TestServer
beforeAll(async () => {
  atlas = await startTestServer()
})
afterAll(() => atlas.close())

interface Found {
  start: number
  end: number
  score: number
  entity_type: string
  analysis_explanation: Record<string, unknown> | null
}

async function post(path: string, json: unknown): Promise<{ status: number; body: unknown }> {
  const response = await atlas.as('viewer')(`/presidio/${path}`, { method: 'POST', json })
  return { status: response.status, body: await response.json() }
}

async function get(path: string): Promise<unknown> {
  return (await atlas.as('viewer')(`/presidio/${path}`)).json()
}

async function analyze(json: Record<string, unknown>): Promise<Found[]> {
  const { status, body } = await post('analyze', { language: 'en', ...json })
  expect(status).toBe(200)
  return body as Found[]
}

describe('P32: /presidio/analyze', () => {
  it.each([
    [{}, 'No text provided'],
    [{ text: '', language: 'en' }, 'No text provided'],
    [{ text: [], language: 'en' }, 'No text provided'],
    [{ text: 'x' }, 'No language provided'],
    [{ text: 'x', language: 'qq' }, 'No matching recognizers were found to serve the request.'],
    [{ text: 'x', language: 'en', entities: ['NO_SUCH_THING'] }, 'No matching recognizers were found to serve the request.'],
  ])('answers 500 to %j with %s', async (body, error) => {
    expect(await post('analyze', body)).toEqual({ status: 500, body: { error } })
  })

  it('answers what Presidio answers for a driver license with its context', async () => {
    const found = await analyze({ text: 'drivers license is AC432223', entities: ['US_DRIVER_LICENSE'] })
    expect(found).toEqual([{ analysis_explanation: null, end: 27, entity_type: 'US_DRIVER_LICENSE', score: 0.65, start: 19 }])
  })

  it('answers a list of lists for a list of texts, offsets in code points', async () => {
    const found = (await analyze({ text: ['🙂 a@firma.dk', 'nothing'] })) as unknown as Found[][]
    expect(found.map((list) => list.map(({ start, end, entity_type: entity }) => [start, end, entity]))).toEqual([
      [[2, 12, 'EMAIL_ADDRESS']],
      [],
    ])
  })

  it('gives the surest findings first', async () => {
    const found = await analyze({ text: 'from 10.1.2.3 to a@firma.dk' })
    expect(found.map(({ entity_type: entity }) => entity)).toEqual(['EMAIL_ADDRESS', 'IP_ADDRESS'])
  })

  it('keeps to the score threshold, and shows all at 0', async () => {
    const text = 'the value 912803456 was read'
    expect(await analyze({ text, entities: ['US_SSN', 'US_BANK_NUMBER'], score_threshold: 0.9 })).toEqual([])
    expect(await analyze({ text, entities: ['US_BANK_NUMBER'], score_threshold: 0 })).toHaveLength(1)
  })

  it('takes context from the request', async () => {
    const [bare] = await analyze({ text: '912803456', entities: ['US_BANK_NUMBER'], score_threshold: 0 })
    const [helped] = await analyze({ text: '912803456', entities: ['US_BANK_NUMBER'], score_threshold: 0, context: ['bank', 'account'] })
    expect(helped?.score).toBeGreaterThan(bare?.score ?? 1)
  })

  it('leaves out what is allowed, exactly or by expression', async () => {
    const text = 'a@firma.dk and b@firma.dk'
    const exact = await analyze({ text, allow_list: ['a@firma.dk'] })
    expect(exact.map(({ start }) => start)).toEqual([15])
    const matching = await analyze({ text, allow_list: ['^[AB]@'], allow_list_match: 'regex' })
    expect(matching).toEqual([])
  })

  it('runs ad-hoc recognizers with patterns of Python, deny lists and context', async () => {
    const zip = {
      name: 'Zip code Recognizer',
      supported_language: 'en',
      patterns: [{ name: 'zip code (weak)', regex: '(?P<zip>\\b\\d{5}(?:\\-\\d{4})?\\b)', score: 0.01 }],
      context: ['zip'],
      supported_entity: 'ZIP',
    }
    const title = { name: 'Title', supported_language: 'en', deny_list: ['Mr', 'Mr.'], supported_entity: 'TITLE' }
    const other = { ...title, supported_language: 'da', supported_entity: 'ANREDE' }
    const found = await analyze({
      text: 'Mr. Plum, zip 90210-1234',
      ad_hoc_recognizers: [zip, title, other],
      entities: ['ZIP', 'TITLE', 'ANREDE'],
    })
    expect(found.map(({ entity_type: entity, start, end, score }) => [entity, start, end, score])).toEqual([
      ['TITLE', 0, 3, 1],
      ['ZIP', 14, 24, 0.4],
    ])
  })

  it.each([
    [String.raw`(?i)kunde`, 'KUNDE kunde', ['KUNDE', 'kunde']],
    [String.raw`(?s)a.b`, 'a\nb', ['a\nb']],
    [String.raw`\bmedlem-\w+`, 'er medlem-sæbø8 her', ['medlem-sæbø8']],
    [String.raw`\bø\w\b`, 'køb ø2 ø', ['ø2']],
    [String.raw`[\w-]+@kø\d`, 'a søren-å@kø7', ['søren-å@kø7']],
    [String.raw`nr\W\d{2}\B\d`, 'nr 123, nræ123', ['nr 123']],
  ])('reads the pattern %s as Python does, in %j', async (regex, text, expected) => {
    const one = { supported_entity: 'X', patterns: [{ name: 'x', regex, score: 0.9 }] }
    const found = await analyze({ text, ad_hoc_recognizers: [one], entities: ['X'], regex_flags: 0 })
    const inOrder = found.toSorted((a, b) => a.start - b.start)
    expect(inOrder.map(({ start, end }) => text.slice(start, end))).toEqual(expected)
  })

  it('gives the correlation id back in a header, where it is one', async () => {
    const ask = (id: unknown): ReturnType<ReturnType<TestServer['as']>> =>
      atlas.as('viewer')('/presidio/analyze', { method: 'POST', json: { text: 'x', language: 'en', correlation_id: id } })
    expect((await ask('123e4567-e89b')).headers.get('x-correlation-id')).toBe('123e4567-e89b')
    const odd = await ask('a\r\nset-cookie: b=c')
    expect(odd.status).toBe(200)
    expect(odd.headers.get('x-correlation-id')).toBeNull()
  })

  it('explains itself when asked to', async () => {
    const [found] = await analyze({ text: 'drivers license is AC432223', entities: ['US_DRIVER_LICENSE'], return_decision_process: true })
    expect(found?.analysis_explanation).toMatchObject({
      recognizer: 'UsLicenseRecognizer',
      original_score: 0.3,
      score: 0.65,
      supportive_context_word: 'license',
      validation_result: null,
    })
  })

  it.each([
    ['a pattern that is none', '('],
    ['a pattern that takes for ever', '(a+)+$'],
  ])('refuses %s within two seconds', async (_name, regex) => {
    const bad = { supported_entity: 'X', patterns: [{ name: 'x', regex, score: 1 }] }
    const started = performance.now()
    const { status, body } = await post('analyze', { text: `${'a'.repeat(40)}!`, language: 'en', ad_hoc_recognizers: [bad] })
    expect(status).toBe(422)
    expect((body as { error: string }).error).toContain('pattern')
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  it.each([{ score_threshold: 2 }, { entities: 'X' }, { ad_hoc_recognizers: [{}] }, { regex_flags: 'i' }])(
    'answers 400 to %j',
    async (wrong) => {
      const { status, body } = await post('analyze', { text: 'x', language: 'en', ...wrong })
      expect(status).toBe(400)
      expect((body as { error: string }).error).toMatch(/^Failed to parse \/analyze request for AnalyzerEngine.analyze\(\)\. /)
    },
  )
})

describe('P32: the lists of /presidio', () => {
  it('names the entities of a language', async () => {
    expect(await get('supportedentities?language=da')).toEqual(expect.arrayContaining(['DK_CPR', 'EMAIL_ADDRESS', 'DATE_TIME']))
    expect(await get('supportedentities?language=en')).toEqual(expect.arrayContaining(['US_SSN', 'UK_NHS', 'DK_CPR']))
    expect(await get('supportedentities?language=da')).not.toContain('US_SSN')
    expect(await get('supportedentities?language=qq')).toEqual({ error: 'No matching recognizers were found to serve the request.' })
  })

  it('names recognizers as Presidio does', async () => {
    expect(await get('recognizers?language=en')).toEqual(expect.arrayContaining(['UsSsnRecognizer', 'EmailRecognizer', 'IbanRecognizer']))
    expect(await get('recognizers')).toEqual(expect.arrayContaining(['KrRrnRecognizer']))
  })

  it('answers to health without sign-in, and to nothing else', async () => {
    expect((await atlas.as(null)('/presidio/health')).status).toBe(200)
    const refused = await atlas.as(null)('/presidio/analyze', { method: 'POST', json: { text: 'x', language: 'en' } })
    expect(refused.status).toBe(401)
    expect(await refused.json()).toEqual({ error: expect.stringContaining('signed-in') as string })
  })
})

describe('P32: /presidio/anonymize', () => {
  const text = 'hello 🙂, my name is Jane Doe. My number is: 034453334'
  const start = (part: string): number => Array.from(text.slice(0, text.indexOf(part))).length
  const results = [
    { start: start('Jane'), end: start('Jane') + 8, score: 0.8, entity_type: 'NAME' },
    { start: start('Jane'), end: start('Jane') + 4, score: 0.8, entity_type: 'FIRST_NAME' },
    { start: start('0344'), end: start('0344') + 9, score: 0.95, entity_type: 'PHONE_NUMBER' },
  ]

  it('replaces by the entity without anonymizers', async () => {
    const { body } = await post('anonymize', { text, analyzer_results: results })
    expect(body).toEqual({
      text: 'hello 🙂, my name is <NAME>. My number is: <PHONE_NUMBER>',
      items: [
        { start: 42, end: 56, entity_type: 'PHONE_NUMBER', text: '<PHONE_NUMBER>', operator: 'replace' },
        { start: 20, end: 26, entity_type: 'NAME', text: '<NAME>', operator: 'replace' },
      ],
    })
  })

  it('takes an operator for each entity, and DEFAULT', async () => {
    const anonymizers = {
      DEFAULT: { type: 'replace', new_value: 'ANONYMIZED' },
      PHONE_NUMBER: { type: 'mask', masking_char: '*', chars_to_mask: 4, from_end: true },
    }
    const { body } = await post('anonymize', { text, anonymizers, analyzer_results: results })
    expect((body as { text: string }).text).toBe('hello 🙂, my name is ANONYMIZED. My number is: 03445****')
  })

  it('hashes with the salt given', async () => {
    const salt = '0123456789abcdef'
    const { body } = await post('anonymize', {
      text,
      anonymizers: { DEFAULT: { type: 'keep' }, NAME: { type: 'hash', hash_type: 'sha512', salt } },
      analyzer_results: results,
    })
    expect((body as { text: string }).text).toContain(createHash('sha512').update(`${salt}Jane Doe`).digest('hex'))
  })

  it('encrypts, and /presidio/deanonymize gives it back; another key is an error', async () => {
    const key = 'WmZq4t7w!z%C&F)J'
    const made = (await post('anonymize', { text, anonymizers: { NAME: { type: 'encrypt', key } }, analyzer_results: results.slice(0, 1) }))
      .body as {
      text: string
      items: object[]
    }
    const back = (used: string): Promise<{ status: number; body: unknown }> =>
      post('deanonymize', { text: made.text, deanonymizers: { NAME: { type: 'decrypt', key: used } }, anonymizer_results: made.items })
    expect(await back(key)).toEqual({
      status: 200,
      body: { text, items: [{ start: 20, end: 28, entity_type: 'NAME', text: 'Jane Doe', operator: 'decrypt' }] },
    })
    expect((await back('another key 16 b')).status).toBe(422)
  })

  it.each<[string, object, number, string]>([
    ['an empty body', {}, 400, 'Invalid request json'],
    ['an operator of the caller', { text, anonymizers: { DEFAULT: { type: 'custom' } } }, 400, 'Custom type anonymizer is not supported'],
    ['an unknown operator', { text, anonymizers: { DEFAULT: { type: 'none' } } }, 422, "Invalid operator class 'none'."],
    ['an operator without a type', { text, anonymizers: { DEFAULT: {} } }, 422, 'Invalid input, config must contain operator_name'],
    [
      'a result without a start',
      { text, analyzer_results: [{ end: 1, score: 1, entity_type: 'X' }] },
      422,
      'Invalid input, result must contain start',
    ],
    ['findings of no text', { analyzer_results: results }, 422, 'Invalid input, text can not be empty'],
    [
      'a finding outside the text',
      { text: 'abc', analyzer_results: [{ start: 0, end: 9, score: 1, entity_type: 'X' }] },
      422,
      'Invalid analyzer result, start: 0 and end: 9, while text length is only 3.',
    ],
    [
      'a key that is too short',
      { text: 'abc', anonymizers: { X: { type: 'encrypt', key: 'short' } } },
      422,
      'Invalid input, key must be of length 128, 192 or 256 bits',
    ],
    ['no findings, which is no empty list of them', { text: 'abc' }, 422, 'Invalid input, analyzer_results can not be empty'],
    [
      'a mask of less than nothing',
      { text: 'abc', anonymizers: { X: { type: 'mask', masking_char: '*', chars_to_mask: -2 } } },
      422,
      'Invalid parameter value for chars_to_mask. It must be 0 or more, not -2.',
    ],
    [
      'a mask from an end that is not said',
      { text: 'abc', anonymizers: { X: { type: 'mask', masking_char: '*', chars_to_mask: 2, from_end: 'yes' } } },
      422,
      "Invalid parameter value for from_end. Expecting 'boolean', but got 'string'.",
    ],
    [
      'a mask without a character',
      { text: 'abc', anonymizers: { X: { type: 'mask', chars_to_mask: 2 } } },
      422,
      'Expected parameter masking_char',
    ],
  ])('refuses %s as Presidio does', async (_name, body, status, error) => {
    expect(await post('anonymize', body)).toEqual({ status, body: { error } })
  })
})
