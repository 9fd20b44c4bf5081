import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { anonymise, type AnonymisedText, deanonymise, type MarkedSpan, type OperatorsByEntity } from '../../privacy/anonymise/anonymise.ts'
import type { Operator } from '../../privacy/anonymise/operator.ts'
import { codePointOffsets, utf16Offsets } from '../../privacy/text/code-points.ts'
import { invalidParameter, PresidioError } from './presidio-error.ts'

interface EngineResult {
  text: string
  items: { start: number; end: number; entity_type: string; text: string; operator: string }[]
}

type Json = Readonly<Record<string, unknown>>

/** Answers a body of `POST /anonymize` as Presidio's anonymizer does; items from the end of the text to its start. @throws PresidioError */
export function answerAnonymize(body: unknown): EngineResult {
  const content = objectOf(body)
  const operators = operatorsOf(content['anonymizers'], anonymizers)
  const text = textOf(content)
  const spans = spansOf(content, 'analyzer_results', text, ['start', 'end', 'score', 'entity_type'])
  return toResult(anonymise(text, spans, operators, randomBytes))
}

/** Answers a body of `POST /deanonymize`. @throws PresidioError */
export function answerDeanonymize(body: unknown): EngineResult {
  const content = objectOf(body)
  const operators = operatorsOf(content['deanonymizers'], deanonymizers)
  const text = textOf(content)
  return toResult(deanonymise(text, spansOf(content, 'anonymizer_results', text, ['start', 'end', 'entity_type']), operators, randomBytes))
}

function objectOf(body: unknown): Json {
  if (typeof body !== 'object' || body === null || Array.isArray(body) || Object.keys(body).length === 0)
    throw new PresidioError(400, 'Invalid request json')
  return body as Json
}

function textOf(content: Json): string {
  const text = content['text'] ?? ''
  if (typeof text !== 'string') throw invalidParameter('Invalid input, text must be a string')
  return text
}

/** The findings. A body without them is refused, an empty list is not: a misspelt name would give the text back as it came. */
function spansOf(content: Json, name: string, text: string, fields: readonly string[]): MarkedSpan[] {
  const list = content[name] ?? null
  if (list === null) throw invalidParameter(`Invalid input, ${name} can not be empty`)
  if (!Array.isArray(list)) throw invalidParameter('Invalid input, the results must be a list')
  if (list.length > 0 && text === '') throw invalidParameter('Invalid input, text can not be empty')
  const toUtf16 = utf16Offsets(text)
  const length = codePointOffsets(text)(text.length)
  return list
    .map((one: unknown) => {
      const result = (typeof one === 'object' && one !== null ? one : {}) as Json
      const missing = fields.find((field) => result[field] === undefined || result[field] === null || result[field] === '')
      if (missing !== undefined) throw invalidParameter(`Invalid input, result must contain ${missing}`)
      const { start, end, score, entity_type: entity } = readResult(result)
      if (start < 0 || end < 0) throw invalidParameter('Invalid input, result start and end must be positive')
      if (start > end) throw invalidParameter(`Invalid input, start index '${start}' must be smaller than end index '${end}'`)
      if (end > length)
        throw invalidParameter(`Invalid analyzer result, start: ${start} and end: ${end}, while text length is only ${length}.`)
      return { entity, start: toUtf16(start), end: toUtf16(end), ...(score === undefined || score === null ? {} : { score }) }
    })
    .filter(({ start, end }) => start < end)
}

const Result = z.object({ start: z.int(), end: z.int(), score: z.number().nullish(), entity_type: z.string() })

function readResult(result: Json): z.infer<typeof Result> {
  const parsed = Result.safeParse(result)
  if (parsed.success) return parsed.data
  throw invalidParameter(`Invalid input, result has no valid ${parsed.error.issues[0]?.path.join('.') ?? 'form'}`)
}

type ReadOperator = (config: Json) => Operator

/** What `POST /anonymize` can do, by the name that the request gives. */
export const anonymizers: Readonly<Record<string, ReadOperator>> = {
  replace: (config) => ({ type: 'replace', ...(isGiven(config['new_value']) ? { newValue: stringOf(config, 'new_value') } : {}) }),
  redact: () => ({ type: 'redact' }),
  keep: () => ({ type: 'keep' }),
  mask: (config) => ({
    type: 'mask',
    maskingCharacter: stringOf(config, 'masking_char'),
    count: countOf(config, 'chars_to_mask'),
    fromEnd: isSet(config, 'from_end'),
  }),
  hash: (config) => ({
    type: 'hash',
    algorithm: algorithmOf(config['hash_type'] ?? 'sha256'),
    ...(isGiven(config['salt']) ? { salt: saltOf(config) } : {}),
  }),
  encrypt: (config) => ({ type: 'encrypt', key: keyOf(config) }),
}

/** What `POST /deanonymize` can do. */
export const deanonymizers: Readonly<Record<string, ReadOperator>> = {
  decrypt: (config) => ({ type: 'decrypt', key: keyOf(config) }),
  deanonymize_keep: () => ({ type: 'keep' }),
}

function operatorsOf(given: unknown, known: Readonly<Record<string, ReadOperator>>): OperatorsByEntity {
  if (given === undefined || given === null) return {}
  if (typeof given !== 'object' || Array.isArray(given)) throw invalidParameter('Invalid input, operators must be given by entity')
  return Object.fromEntries(
    Object.entries(given).map(([entity, config]: [string, unknown]) => [entity, operatorOf((config ?? {}) as Json, known)]),
  )
}

function operatorOf(config: Json, known: Readonly<Record<string, ReadOperator>>): Operator {
  const name = config['type']
  if (typeof name !== 'string' || name === '') throw invalidParameter('Invalid input, config must contain operator_name')
  if (name === 'custom') throw new PresidioError(400, 'Custom type anonymizer is not supported')
  const read = Object.hasOwn(known, name) ? known[name] : undefined
  if (read === undefined) throw invalidParameter(`Invalid operator class '${name.slice(0, 100)}'.`)
  return read(config)
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

function stringOf(config: Json, name: string): string {
  const value = config[name]
  if (!isGiven(value)) throw invalidParameter(`Expected parameter ${name}`)
  if (typeof value !== 'string')
    throw invalidParameter(`Invalid parameter value for ${name}. Expecting 'string', but got '${typeof value}'.`)
  return value
}

/** A whole number that is not negative: less than nothing would leave the value as it is. */
function countOf(config: Json, name: string): number {
  const value = config[name]
  if (!isGiven(value)) throw invalidParameter(`Expected parameter ${name}`)
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw invalidParameter(`Invalid parameter value for ${name}. Expecting 'number', but got '${typeof value}'.`)
  if (value < 0) throw invalidParameter(`Invalid parameter value for ${name}. It must be 0 or more, not ${value}.`)
  return value
}

function isSet(config: Json, name: string): boolean {
  const value = config[name] ?? false
  if (typeof value === 'boolean') return value
  throw invalidParameter(`Invalid parameter value for ${name}. Expecting 'boolean', but got '${typeof value}'.`)
}

function algorithmOf(value: unknown): 'sha256' | 'sha512' {
  if (value === 'sha256' || value === 'sha512') return value
  throw invalidParameter("Parameter hash_type value is not in range of values ['sha256', 'sha512']")
}

function saltOf(config: Json): Uint8Array {
  const salt = Buffer.from(stringOf(config, 'salt'), 'utf8')
  if (salt.length < 16) throw invalidParameter('Invalid input, salt must have at least 16 bytes')
  return salt
}

function keyOf(config: Json): Uint8Array {
  const key = Buffer.from(stringOf(config, 'key'), 'utf8')
  if (![16, 24, 32].includes(key.length)) throw invalidParameter('Invalid input, key must be of length 128, 192 or 256 bits')
  return key
}

function toResult({ text, items }: AnonymisedText): EngineResult {
  const toCodePoint = codePointOffsets(text)
  return {
    text,
    items: items.toReversed().map(({ entity, start, end, text: made, operator }) => ({
      start: toCodePoint(start),
      end: toCodePoint(end),
      entity_type: entity,
      text: made,
      operator,
    })),
  }
}
