import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Tokenizer } from '@huggingface/tokenizers'
import { z } from 'zod'
import { AtlasError } from '../../../core/errors.ts'
import { readLabel, type TokenLabel } from './labels.ts'
import { createTextTokenizer, type TextTokenizer } from './text-tokenizer.ts'

/** A token classifier as Hugging Face exports it, read from its folder. */
export interface ModelFolder {
  /** Name of the folder. */
  name: string
  /** The network, and the file it was in. */
  network: { file: string; bytes: Uint8Array<ArrayBuffer> }
  tokenizer: TextTokenizer
  /** By the number of the output. */
  labels: readonly TokenLabel[]
  /** Most tokens that the model takes at once, the ones around a text included. */
  longest: number
}

const NETWORKS = ['model.onnx', 'onnx/model.onnx', 'model_quantized.onnx', 'onnx/model_quantized.onnx']

const Config = z.looseObject({
  id2label: z.record(z.string().regex(/^\d{1,5}$/), z.string()),
  max_position_embeddings: z.int().min(1).optional(),
  model_type: z.string().optional(),
})
const TokenizerConfig = z.looseObject({ model_max_length: z.number().optional() })
const TokenizerFile = z.looseObject({
  model: z.looseObject({
    type: z.enum(['WordPiece', 'BPE', 'Unigram']).optional(),
    unk_token: z.string().nullish(),
    end_of_word_suffix: z.string().nullish(),
  }),
  pre_tokenizer: z
    .looseObject({ type: z.string().optional(), pretokenizers: z.array(z.looseObject({ type: z.string().optional() })).optional() })
    .nullish(),
})

/** Longer windows cost memory and time by their square. */
const longestWindow = 512

/** Reads and checks the folder. @throws AtlasError `pii.model_unusable` naming the file */
export async function readModelFolder(folder: string): Promise<ModelFolder> {
  const config = await readJson(folder, 'config.json', Config)
  const json = await readJson(folder, 'tokenizer.json', TokenizerFile)
  const settings = await readJson(folder, 'tokenizer_config.json', TokenizerConfig, {})
  const labels = readLabels(folder, config.id2label)
  const tokenizer = await readTokenizer(folder, json, settings)
  const around = tokenizer.before.length + tokenizer.after.length
  const longest = longestInput(config, settings)
  if (longest < around + 8) throw unusable(folder, 'config.json', `says that the model takes ${longest} tokens at once, which is too few`)
  return { name: path.basename(path.resolve(folder)), network: await readNetwork(folder), tokenizer, labels, longest }
}

/** The error for a file of the folder. */
export function unusable(folder: string, file: string, what: string, cause?: unknown): AtlasError {
  return new AtlasError('pii.model_unusable', `${path.join(folder, file)} ${what}.`, { cause })
}

async function readJson<T>(folder: string, file: string, schema: z.ZodType<T>, missing?: T): Promise<T> {
  let text: string
  try {
    text = await readFile(path.join(folder, file), 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' && missing !== undefined) return missing
    throw unusable(
      folder,
      file,
      code === 'ENOENT' || code === 'ENOTDIR' ? 'is not there' : `cannot be read (${code ?? 'unknown reason'})`,
      cause,
    )
  }
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (cause) {
    throw unusable(folder, file, 'is not JSON', cause)
  }
  const parsed = schema.safeParse(content)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw unusable(
    folder,
    file,
    `is not as Hugging Face exports it: ${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'not valid'}`,
  )
}

function readLabels(folder: string, names: Record<string, string>): TokenLabel[] {
  const count = Object.keys(names).length
  const labels = Array.from({ length: count }, (_, index) => {
    const name = names[String(index)]
    if (name === undefined) throw unusable(folder, 'config.json', `has ${count} labels in id2label, but none for ${index}`)
    return readLabel(name)
  })
  if (labels.some(({ entity }) => entity !== null)) return labels
  const some = labels.slice(0, 10).map(({ name }) => name)
  throw unusable(folder, 'config.json', `has no label in id2label that stands for personal data; it has ${some.join(', ') || 'none'}`)
}

async function readTokenizer(folder: string, json: z.infer<typeof TokenizerFile>, settings: object): Promise<TextTokenizer> {
  try {
    const { Tokenizer: Made } = await import('@huggingface/tokenizers')
    // The library reads these without asking whether they are there.
    const whole = { added_tokens: [], normalizer: null, post_processor: null, decoder: null, pre_tokenizer: null, ...json }
    const tokenizer: Tokenizer = new Made(whole, settings)
    const made = createTextTokenizer(tokenizer, json)
    if (made.tokens('Atlas').some(({ id }) => !Number.isSafeInteger(id))) throw new Error('it has no token for unknown words')
    return made
  } catch (cause) {
    throw unusable(
      folder,
      'tokenizer.json',
      `is no tokenizer that can be used: ${cause instanceof Error ? cause.message : 'unknown reason'}`,
      cause,
    )
  }
}

/** RoBERTa and its kin number positions from 2, so that two of them are no room for tokens. */
function longestInput(config: z.infer<typeof Config>, { model_max_length: told }: z.infer<typeof TokenizerConfig>): number {
  const offset = /roberta|camembert|xlm-r/.test(config.model_type ?? '') ? 2 : 0
  const limits = [config.max_position_embeddings === undefined ? undefined : config.max_position_embeddings - offset, told, longestWindow]
  return Math.floor(Math.min(...limits.filter((limit) => limit !== undefined && limit > 0).map(Number)))
}

async function readNetwork(folder: string): Promise<ModelFolder['network']> {
  for (const file of NETWORKS) {
    try {
      return { file, bytes: new Uint8Array(await readFile(path.join(folder, file))) }
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException
      if (code !== 'ENOENT' && code !== 'ENOTDIR') throw unusable(folder, file, `cannot be read (${code ?? 'unknown reason'})`, cause)
    }
  }
  throw unusable(folder, 'model.onnx', 'is not there')
}
