import { AtlasError } from '../../core/errors.ts'
import { shownUrl } from './shown-url.ts'

/**
 * JSON of an answer. What is not JSON is named by its content type and, for an HTML page, its title; the body itself is never shown.
 * @throws AtlasError `source.unexpected_answer`
 */
export function parseJson(text: string, headers: Headers, url: URL): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    // The parser's own message quotes the text, so it is not kept.
    throw new AtlasError('source.unexpected_answer', `${shownUrl(url)} does not answer with JSON but with ${kindOf(text, headers)}.`)
  }
}

function kindOf(text: string, headers: Headers): string {
  const type = (headers.get('content-type') ?? 'no content type').split(';')[0]?.slice(0, 60)
  if (text.trim() === '') return `nothing (${type})`
  const isHtml = /^\s*<(!doctype html|html|head|body)/i.test(text)
  const title = isHtml ? /<title[^>]*>([^<]*)/i.exec(text.slice(0, 20_000))?.[1]?.trim().replace(/\s+/g, ' ').slice(0, 60) : undefined
  if (isHtml) return `an HTML page${title === undefined || title === '' ? '' : ` titled ${JSON.stringify(title)}`} (${type})`
  return /^\s*[[{]/.test(text) ? `JSON that is cut short or damaged (${type})` : `text that is no JSON (${type})`
}
