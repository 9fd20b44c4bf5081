import { AtlasError } from '../../../core/errors.ts'
import type { LabelledUnit, TokenLabel } from './labels.ts'

/**
 * The likeliest label of one token, and how likely its entity is: the probabilities (softmax of the logits) of all labels of that entity together.
 * @param logits of a window, by token then label
 * @throws AtlasError `pii.engine_failed` where they are no numbers: nothing found would be a lie
 */
export function bestLabel(logits: Float32Array, token: number, labels: readonly TokenLabel[]): Pick<LabelledUnit, 'label' | 'score'> {
  const row = logits.subarray(token * labels.length, (token + 1) * labels.length)
  let best = 0
  for (let index = 1; index < row.length; index++) if ((row[index] ?? 0) > (row[best] ?? 0)) best = index
  const label = labels[best]
  if (label === undefined) throw new Error('a network without labels')
  const highest = row[best] ?? 0
  let [same, all] = [0, 0]
  for (const [index, logit] of row.entries()) {
    const weight = Math.exp(logit - highest)
    all += weight
    if (labels[index]?.entity === label.entity) same += weight
  }
  if (!Number.isFinite(all)) throw new AtlasError('pii.engine_failed', 'The model gave something else than numbers for a token.')
  return { label, score: same / all }
}
