import type { InferenceSession, Tensor } from 'onnxruntime-web'
import { type ModelFolder, unusable } from './model-folder.ts'

/** The network, loaded: gives the logits of a window of tokens, `labels` numbers for each token. */
export interface Network {
  run(ids: readonly number[]): Promise<Float32Array>
  close(): Promise<void>
}

type Integers = 'int64' | 'int32'

/** What each input of a token classifier is filled with. */
const FILLINGS: Readonly<Record<string, (ids: readonly number[]) => readonly number[]>> = {
  input_ids: (ids) => ids,
  attention_mask: (ids) => ids.map(() => 1),
  token_type_ids: (ids) => ids.map(() => 0),
  position_ids: (ids) => ids.map((_, index) => index),
}

/**
 * Loads the network into WebAssembly, which runs on every platform without native code.
 * @throws AtlasError `pii.model_unusable`: not ONNX, inputs or outputs of another kind of model, another number of labels
 */
export async function loadNetwork(folder: string, { network: { file, bytes }, labels, tokenizer }: ModelFolder): Promise<Network> {
  const ort = await import('onnxruntime-web')
  // More threads need workers that would keep the process alive, and a run has other work to do beside.
  ort.env.wasm.numThreads = 1
  ort.env.logLevel = 'error'
  let session: InferenceSession
  try {
    session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] })
  } catch (cause) {
    throw unusable(folder, file, `is no network that can be loaded: ${cause instanceof Error ? cause.message : 'unknown reason'}`, cause)
  }
  const inputs = readInputs(session, (what) => unusable(folder, file, what))
  const output = session.outputNames.includes('logits') ? 'logits' : (session.outputNames[0] ?? 'logits')

  async function run(ids: readonly number[]): Promise<Float32Array> {
    const feeds: Record<string, Tensor> = {}
    for (const { name, type, fill } of inputs) {
      const values = fill(ids)
      const data = type === 'int64' ? BigInt64Array.from(values, BigInt) : Int32Array.from(values)
      feeds[name] = new ort.Tensor(type, data, [1, ids.length])
    }
    const { [output]: logits } = await session.run(feeds)
    const dims = logits?.dims.join(' × ') ?? 'nothing'
    if (logits?.type !== 'float32' || logits.data.length !== ids.length * labels.length)
      throw unusable(
        folder,
        file,
        `gives ${logits?.type ?? ''} ${dims} for ${ids.length} tokens, but config.json names ${labels.length} labels`,
      )
    return logits.data as Float32Array
  }

  try {
    await run([...tokenizer.before, ...tokenizer.tokens('Atlas').map(({ id }) => id), ...tokenizer.after])
  } catch (cause) {
    await session.release()
    if (cause instanceof Error && 'code' in cause) throw cause
    throw unusable(folder, file, `fails on a first word: ${cause instanceof Error ? cause.message : 'unknown reason'}`, cause)
  }
  return { run, close: () => session.release() }
}

function readInputs(
  session: InferenceSession,
  refuse: (what: string) => Error,
): { name: string; type: Integers; fill: (ids: readonly number[]) => readonly number[] }[] {
  return session.inputMetadata.map((input) => {
    const fill = FILLINGS[input.name]
    if (fill === undefined || !input.isTensor || (input.type !== 'int64' && input.type !== 'int32'))
      throw refuse(`asks for "${input.name}", which a token classifier has no use for; known are ${Object.keys(FILLINGS).join(', ')}`)
    return { name: input.name, type: input.type, fill }
  })
}
