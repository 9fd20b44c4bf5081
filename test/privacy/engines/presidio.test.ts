import { afterEach, describe, expect, it } from 'vitest'
import { createPresidioEngine } from '../../../src/privacy/engines/presidio.ts'
import { type Fault, type PresidioRule, type PresidioServer, startPresidioServer } from '../../servers/presidio/presidio-server.ts'

const rules: PresidioRule[] = [
  { recognizer: 'SpacyRecognizer', entity: 'PERSON', pattern: /Anna|Bo/g, score: 0.85 },
  { recognizer: 'StaffNumber', entity: 'STAFF_NUMBER', pattern: /#\d+/g, score: 0.3 },
]
let server: PresidioServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

async function open(fault?: Fault, options: { timeoutMs?: number; concurrency?: number } = {}) {
  server = await startPresidioServer(rules, fault)
  return createPresidioEngine({ url: `${server.url}/`, fetch, ...options })
}

describe('a running Presidio analyzer', () => {
  it('gives its findings with offsets in UTF-16 and in code points', async () => {
    const engine = await open()
    const text = '😀 Anna and Bo'
    const [found = []] = await engine.analyze([text])
    expect(found.map(({ entity, start, end }) => [entity, text.slice(start, end)])).toEqual([
      ['PERSON', 'Anna'],
      ['PERSON', 'Bo'],
    ])
    expect(found[0]).toMatchObject({
      start: 3,
      end: 7,
      codePointStart: 2,
      codePointEnd: 6,
      score: 0.85,
      recognizer: 'presidio:SpacyRecognizer',
    })
  })

  it('asks about many texts some at a time, and answers in their order', async () => {
    const engine = await open(undefined, { concurrency: 3 })
    const texts = Array.from({ length: 20 }, (_, index) => `${' '.repeat(index)}Anna`)
    const found = await engine.analyze(texts)
    expect(found.map(([finding]) => finding?.start)).toEqual(texts.map((_, index) => index))
    expect(server?.mostAtOnce()).toBeLessThanOrEqual(3)
  })

  it('is not asked about blank texts, which it refuses', async () => {
    const engine = await open()
    expect(await engine.analyze(['', '  ', 'Anna'])).toMatchObject([[], [], [{ entity: 'PERSON' }]])
    expect(server?.requests).toHaveLength(1)
  })

  it('is told language, threshold and context words, and its entities are chosen from', async () => {
    const engine = await open()
    const options = { language: 'en', scoreThreshold: 0.2, context: ['staff'], entities: ['STAFF_NUMBER', 'DK_CPR'] }
    const [found = []] = await engine.analyze(['Anna has #12'], options)
    expect(found.map(({ entity }) => entity)).toEqual(['STAFF_NUMBER'])
    expect(server?.requests[0]).toMatchObject({ text: 'Anna has #12', language: 'en', score_threshold: 0.2, context: ['staff'] })
  })

  it('is asked once more where a connection broke', async () => {
    const engine = await open(({ number }) => (number === 1 ? 'reset' : null))
    expect(await engine.analyze(['Anna'])).toMatchObject([[{ entity: 'PERSON' }]])
  })
})

describe('a Presidio analyzer that fails lets nothing through', () => {
  const answer =
    (status: number, body: string, headers?: Record<string, string>): Fault =>
    ({ text }) =>
      text === 'Bo' ? { status, body, ...(headers && { headers }) } : null

  it.each<[string, string, Fault, string]>([
    [
      'breaks the connection again and again',
      'pii.engine_unreachable',
      ({ text }) => (text === 'Bo' ? 'reset' : null),
      'cannot be reached',
    ],
    ['does not answer', 'pii.engine_unreachable', ({ text }) => (text === 'Bo' ? 'hang' : null), 'within 300 ms'],
    [
      'answers 500',
      'pii.engine_failed',
      answer(500, '{"error": "No matching recognizers were found to serve the request."}'),
      'answers 500: No matching',
    ],
    ['tells of the text in its error', 'pii.engine_failed', answer(500, '{"error": "cannot read Bo"}'), 'answers 500.'],
    ['answers a page', 'pii.engine_failed', answer(200, '<html>Bo</html>'), 'something else than JSON'],
    ['answers another shape', 'pii.engine_failed', answer(200, '{"entities": []}'), 'something else than findings'],
    ['gives a score above 1', 'pii.engine_failed', answer(200, '[{"entity_type":"PERSON","start":0,"end":2,"score":85}]'), '0.score'],
    [
      'names characters beyond the text',
      'pii.engine_failed',
      answer(200, '[{"entity_type":"PERSON","start":0,"end":9,"score":1}]'),
      'does not reach so far',
    ],
    ['sends on to another host', 'pii.engine_failed', answer(307, '', { location: 'http://127.0.0.1:9/analyze' }), 'answers 307'],
  ])('when it %s: %s', async (_what, code, fault, words) => {
    const engine = await open(fault, code === 'pii.engine_unreachable' ? { timeoutMs: 300 } : {})
    const error = await engine.analyze(['Anna', 'Bo', 'Anna']).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code, message: expect.stringContaining(words) })
    expect((error as Error).message).not.toMatch(/\bBo\b/)
  })

  it('when nobody listens there: pii.engine_unreachable', async () => {
    const engine = await open()
    await server?.close()
    await expect(engine.analyze(['Anna'])).rejects.toMatchObject({ code: 'pii.engine_unreachable', retry: true })
    server = undefined
  })

  it('stops when it is told to', async () => {
    const engine = await open(() => 'hang')
    const stop = new AbortController()
    const asked = engine.analyze(['Anna'], { signal: stop.signal })
    stop.abort(new Error('enough'))
    await expect(asked).rejects.toThrow('enough')
  })

  it.each(['', 'presidio:5002x', 'ftp://127.0.0.1'])('when its address is "%s": cli.usage', (url) => {
    expect(() => createPresidioEngine({ url, fetch })).toThrow(expect.objectContaining({ code: 'cli.usage' }))
  })
})
