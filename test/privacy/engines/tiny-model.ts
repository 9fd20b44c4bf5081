import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'

/** A token classifier of a handful of words: `words` gives each word's label; the rest are O. */
export interface TinyModel {
  words: Readonly<Record<string, string>>
  labels: readonly string[]
  /** Tokens at once, [CLS] and [SEP] included. */
  longest?: number
}

/** How sure the model is: the logit of the label, the others have 0. */
export const logitOfLabel = 4

/** Writes a folder as Hugging Face exports it: embeddings (Gather) times a matrix (MatMul) are the logits. WordPiece, lower case, as BERT. */
export async function writeTinyModel(folder: string, { words, labels, longest = 64 }: TinyModel): Promise<void> {
  const pieces = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', ...Object.keys(words), '.', ',', '@']
  await mkdir(folder, { recursive: true })
  await writeFile(
    path.join(folder, 'config.json'),
    JSON.stringify({
      model_type: 'bert',
      max_position_embeddings: longest,
      id2label: Object.fromEntries(labels.map((label, index) => [index, label])),
    }),
  )
  await writeFile(
    path.join(folder, 'tokenizer_config.json'),
    JSON.stringify({ tokenizer_class: 'BertTokenizer', model_max_length: longest }),
  )
  await writeFile(path.join(folder, 'tokenizer.json'), JSON.stringify(bertTokenizer(pieces)))
  const wanted = pieces.map((piece) => labels.indexOf(words[piece] ?? 'O'))
  await writeFile(path.join(folder, 'model.onnx'), tinyNetwork(wanted, labels.length))
}

function bertTokenizer(pieces: readonly string[]) {
  const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]']
  const ids = Object.fromEntries(pieces.map((piece, index) => [piece, index]))
  return {
    version: '1.0',
    added_tokens: special.map((content) => ({
      id: ids[content],
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: { type: 'BertProcessing', sep: ['[SEP]', ids['[SEP]']], cls: ['[CLS]', ids['[CLS]']] },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab: ids },
  }
}

/**
 * The bytes of an ONNX file (protobuf, onnx.proto3): logits = Gather(embeddings, input_ids) × head. The embedding of a token is 1 at its label,
 * the head has `logitOfLabel` on its diagonal.
 */
export function tinyNetwork(
  labelOfToken: readonly number[],
  labels: number,
  inputs: readonly string[] = ['input_ids', 'attention_mask'],
): Buffer {
  const embeddings = labelOfToken.flatMap((label) => Array.from({ length: labels }, (_, index) => (index === label ? 1 : 0)))
  const head = Array.from({ length: labels * labels }, (_, index) => (index % (labels + 1) === 0 ? logitOfLabel : 0))
  const graph = message(
    [1, message([1, 'embeddings'], [1, 'input_ids'], [2, 'embedded'], [4, 'Gather'])],
    [1, message([1, 'embedded'], [1, 'head'], [2, 'logits'], [4, 'MatMul'])],
    [2, 'tiny'],
    [5, tensor('embeddings', [labelOfToken.length, labels], embeddings)],
    [5, tensor('head', [labels, labels], head)],
    ...inputs.map((name): Field => [11, value(name, INT64, ['batch', 'tokens'])]),
    [12, value('logits', FLOAT, ['batch', 'tokens', labels])],
  )
  return message([1, 8], [2, 'atlas-test'], [7, graph], [8, message([1, ''], [2, 17])])
}

const FLOAT = 1
const INT64 = 7
/** Number of the field, and a varint, a string or bytes. */
type Field = [number: number, content: number | string | Buffer]

function message(...fields: Field[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([number, content]) => {
      if (typeof content === 'number') return [varint(number << 3), varint(content)]
      const bytes = Buffer.from(content)
      return [varint((number << 3) | 2), varint(bytes.length), bytes]
    }),
  )
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest])
    bytes.push((rest % 128) | 128)
  }
}

function tensor(name: string, dims: readonly number[], numbers: readonly number[]): Buffer {
  const raw = Buffer.from(Float32Array.from(numbers).buffer)
  return message(...dims.map((size): Field => [1, size]), [2, FLOAT], [8, name], [9, raw])
}

function value(name: string, type: number, dims: readonly (string | number)[]): Buffer {
  const shape = message(...dims.map((dim): Field => [1, typeof dim === 'number' ? message([1, dim]) : message([2, dim])]))
  return message([1, name], [2, message([1, message([1, type], [2, shape])])])
}
