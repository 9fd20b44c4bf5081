import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { combineEngines } from '../../../src/privacy/engines/combine-engines.ts'
import type { PiiEngine } from '../../../src/privacy/engines/engine.ts'
import { openOnnxEngine } from '../../../src/privacy/engines/onnx.ts'
import { createRulesEngine } from '../../../src/privacy/engines/rules.ts'
import { logitOfLabel, tinyNetwork, writeTinyModel } from './tiny-model.ts'

const labels = ['O', 'B-PER', 'I-PER', 'B-LOC', 'I-LOC', 'B-ORG', 'I-ORG', 'B-MISC']
const words = {
  'anna': 'B-PER',
  'jensen': 'I-PER',
  'bo': 'B-PER',
  '##dil': 'O',
  'søren': 'B-PER',
  'odense': 'B-LOC',
  'hans': 'I-PER',
  'dansk': 'B-MISC',
  'b': 'O',
  '##o': 'O',
  'from': 'O',
  'lives': 'O',
  'in': 'O',
  'word': 'O',
}
let root: string
let good: string
beforeAll(async () => {
  root = await mkdtemp('/tmp/atlas-test-onnx-')
  good = path.join(root, 'tiny-ner')
  await writeTinyModel(good, { words, labels, longest: 16 })
})
afterAll(() => rm(root, { recursive: true, force: true }))

describe('a token classifier from a folder', () => {
  let engine: PiiEngine
  beforeAll(async () => {
    engine = await openOnnxEngine(good)
  })
  afterAll(() => engine.close())

  const spans = async (text: string) => {
    const [found = []] = await engine.analyze([text])
    return found.map(({ entity, start, end }) => [entity, text.slice(start, end)])
  }

  it.each([
    [
      'a first and an inside label are one span',
      'Anna Jensen lives in Odense.',
      [
        ['PERSON', 'Anna Jensen'],
        ['LOCATION', 'Odense'],
      ],
    ],
    [
      'a new first label begins a new span',
      'Anna Bo',
      [
        ['PERSON', 'Anna'],
        ['PERSON', 'Bo'],
      ],
    ],
    ['an inside label without a first begins a span', 'from Hans', [['PERSON', 'Hans']]],
    ['a word in pieces has the label of its first piece', 'Bodil lives', [['PERSON', 'Bodil']]],
    ['what is under no name here is left out', 'dansk Anna', [['PERSON', 'Anna']]],
    [
      'signs beside a word stay outside',
      '(Anna), "Odense"',
      [
        ['PERSON', 'Anna'],
        ['LOCATION', 'Odense'],
      ],
    ],
    ['an accent that the tokenizer knows counts', 'SØREN lives', [['PERSON', 'SØREN']]],
    ['an accent taken apart is in the span whole', 'A\u0301nna lives', [['PERSON', 'A\u0301nna']]],
    [
      'an unknown word is passed over',
      'zzz Anna qqq,Bo',
      [
        ['PERSON', 'Anna'],
        ['PERSON', 'Bo'],
      ],
    ],
    ['a zero-width space inside is part of the span', 'An\u200bna lives', [['PERSON', 'An\u200bna']]],
    ['an empty text holds nothing', '', []],
    ['spaces hold nothing', ' \n\t ', []],
  ])('%s', async (_what, text, expected) => {
    expect(await spans(text)).toEqual(expected)
  })

  it('gives offsets in UTF-16 and in code points', async () => {
    const [[found] = []] = await engine.analyze(['😀😀 Anna'])
    expect(found).toMatchObject({ start: 5, end: 9, codePointStart: 3, codePointEnd: 7 })
  })

  it('scores by softmax over the labels, those of one entity together', async () => {
    const [[found] = []] = await engine.analyze(['Odense'])
    const [high, low] = [Math.exp(logitOfLabel), Math.exp(0)]
    expect(found?.score).toBeCloseTo((high + low) / (high + 7 * low), 6)
    expect(found?.recognizer).toBe('onnx:tiny-ner')
  })

  it('leaves out what is below the threshold, or not asked for', async () => {
    expect(await engine.analyze(['Anna Odense'], { scoreThreshold: 0.99 })).toEqual([[]])
    const [found = []] = await engine.analyze(['Anna Odense'], { entities: ['LOCATION'] })
    expect(found.map(({ entity }) => entity)).toEqual(['LOCATION'])
  })

  it('reads a text longer than the model in windows, and finds each name once', async () => {
    const text = Array.from({ length: 150 }, (_, index) => (index % 5 === 4 ? 'Anna Jensen' : 'word')).join(' ')
    expect(await spans(text)).toEqual(Array.from({ length: 30 }, () => ['PERSON', 'Anna Jensen']))
  })

  it('reads a run of letters without an end in little time', async () => {
    const started = performance.now()
    expect(await spans('a'.repeat(50_000))).toEqual([])
    expect(performance.now() - started).toBeLessThan(5000)
  })

  it('answers two calls at once, each with its own', async () => {
    const [one, other] = await Promise.all([engine.analyze(['Anna', 'word']), engine.analyze(['Odense'])])
    expect([one, other].map((texts) => texts.map((found) => found.map(({ entity }) => entity)))).toEqual([[['PERSON'], []], [['LOCATION']]])
  })

  it('ends when it is told to', async () => {
    await expect(engine.analyze(['Anna'], { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
  })

  it('goes with the rules, whose numbers it does not know', async () => {
    const both = combineEngines('onnx', [createRulesEngine(), engine])
    const text = 'Anna, anna@example.com, lives in Odense'
    const [found = []] = await both.analyze([text])
    expect(found.map(({ entity, start, end }) => [entity, text.slice(start, end)])).toEqual([
      ['PERSON', 'Anna'],
      ['EMAIL_ADDRESS', 'anna@example.com'],
      ['LOCATION', 'Odense'],
    ])
  })
})

describe('a folder that cannot be used', () => {
  let folder: string
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const broken: [string, string, (at: (file: string) => string) => Promise<void>][] = [
    ['is not there', 'config.json', (at) => rm(at('.'), { recursive: true })],
    ['has no config.json', 'config.json', (at) => unlink(at('config.json'))],
    ['has a config.json that is cut', 'config.json', (at) => writeFile(at('config.json'), '{"id2label": {')],
    ['names no labels', 'config.json', (at) => writeFile(at('config.json'), '{}')],
    ['leaves out a label', 'config.json', (at) => writeFile(at('config.json'), '{"id2label": {"0": "O", "2": "B-PER"}}')],
    [
      'has labels of something else',
      'config.json',
      (at) => writeFile(at('config.json'), '{"id2label": {"0": "POSITIVE", "1": "NEGATIVE"}}'),
    ],
    ['has fewer labels than outputs', 'model.onnx', (at) => writeFile(at('config.json'), '{"id2label": {"0": "O", "1": "B-PER"}}')],
    ['has no tokenizer.json', 'tokenizer.json', (at) => unlink(at('tokenizer.json'))],
    [
      'has a tokenizer of an unknown kind',
      'tokenizer.json',
      (at) => writeFile(at('tokenizer.json'), '{"model": {"type": "Magic", "vocab": {}}}'),
    ],
    ['has no model.onnx', 'model.onnx', (at) => unlink(at('model.onnx'))],
    ['has an empty model.onnx', 'model.onnx', (at) => writeFile(at('model.onnx'), '')],
    [
      'has a pointer file in the place of model.onnx',
      'model.onnx',
      (at) => writeFile(at('model.onnx'), 'version https://git-lfs.github.com/spec/v1\n'),
    ],
    ['has a network cut in the middle', 'model.onnx', (at) => writeFile(at('model.onnx'), tinyNetwork([0, 1, 2, 3], 8).subarray(0, 150))],
    [
      'has a network for pictures',
      'model.onnx',
      (at) =>
        writeFile(
          at('model.onnx'),
          tinyNetwork(
            Array.from({ length: 30 }, () => 0),
            8,
            ['input_ids', 'pixel_values'],
          ),
        ),
    ],
  ]
  it.each(broken)('that %s is refused with the name of %s', async (_what, file, spoil) => {
    folder = path.join(root, 'spoilt')
    await writeTinyModel(folder, { words, labels })
    await spoil((name) => path.join(folder, name))
    const error = await openOnnxEngine(folder).then(
      () => null,
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({ code: 'pii.model_unusable', message: expect.stringContaining(path.join(folder, file)) })
  })
})
