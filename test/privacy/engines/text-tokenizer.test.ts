import { Tokenizer } from '@huggingface/tokenizers'
import { describe, expect, it } from 'vitest'
import { createTextTokenizer } from '../../../src/privacy/engines/onnx/text-tokenizer.ts'
import { windowsOver } from '../../../src/privacy/engines/onnx/windows.ts'

const empty = { added_tokens: [], normalizer: null, post_processor: null, decoder: null }

/** GPT-2's table writes the byte 0xC3 as Ã, 0xB8 as ¸, and the space as Ġ. */
const byteLevel = {
  ...empty,
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
  model: {
    type: 'BPE',
    unk_token: null,
    vocab: Object.fromEntries(
      ['S', 'Ã', '¸', 'r', 'e', 'n', 'Ġ', '.', 'ð', 'Ł', 'ĺ', 'Ģ', 'x', 'en', 'Ã¸', 'Ġx'].map((piece, index) => [piece, index]),
    ),
    merges: ['e n', 'Ã ¸', 'Ġ x'],
  },
}
const unigram = {
  ...empty,
  normalizer: { type: 'NFKC' },
  pre_tokenizer: { type: 'Metaspace', replacement: '▁', add_prefix_space: true, prepend_scheme: 'always' },
  model: {
    type: 'Unigram',
    unk_id: 0,
    vocab: [
      ['<unk>', 0],
      ['▁', -3],
      ['▁S', -2],
      ['ø', -3],
      ['ren', -2],
      ['fi', -2],
      ['.', -3],
      ['▁x', -2],
    ],
  },
}

function cut(json: object, text: string): string[] {
  return createTextTokenizer(new Tokenizer(json, {}), json)
    .tokens(text)
    .map(({ start, end }) => text.slice(start, end))
}

describe('tokens know what they were made from', () => {
  it.each([
    ['bytes', byteLevel, 'Søren. x', ['S', 'ø', 'r', 'en', '.', 'x']],
    ['bytes of which four are one sign', byteLevel, 'x😀x', ['x', '😀', '😀', '😀', '😀', 'x']],
    ['likely pieces', unigram, 'Søren. x', ['S', 'ø', 'ren', '.', 'x']],
    ['one sign that becomes two letters', unigram, 'Sﬁ.', ['S', 'ﬁ', '.']],
    ['an unknown sign between known ones', unigram, 'S€ø', ['S', '€', 'ø']],
  ])('with a tokenizer of %s', (_what, json, text, expected) => {
    expect(cut(json, text)).toEqual(expected)
  })
})

describe('windows over tokens', () => {
  it.each([
    [0, 10],
    [1, 10],
    [10, 10],
    [11, 10],
    [1000, 10],
    [1000, 510],
    [2001, 8],
  ])('of %i tokens at %i a time keep every token once, and none is wider than told', (count, size) => {
    const windows = windowsOver(count, size)
    const kept = windows.flatMap(({ keepFrom, keepTo }) => Array.from({ length: keepTo - keepFrom }, (_, index) => keepFrom + index))
    expect(kept).toEqual(Array.from({ length: count }, (_, index) => index))
    expect(windows.every(({ from, to, keepFrom, keepTo }) => to - from <= size && from <= keepFrom && keepTo <= to)).toBe(true)
  })
})
