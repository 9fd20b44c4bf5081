import type { LabelledText } from '../pii-eval.ts'

const MARK = /\[\[([A-Z_]+):([\s\S]*?)\]\]/g

/**
 * Texts with marks: `Ask [[PERSON:Aisha Bello]].`, a line of `%%` between two texts. What is marked is labelled with the entity before the colon.
 * @throws Error when a mark is left open or has no entity
 */
export function readMarkedTexts(content: string): LabelledText[] {
  return content.split(/^%%\r?\n/m).map((marked) => readMarked(marked.replace(/\r?\n$/, '')))
}

function readMarked(marked: string): LabelledText {
  const spans: LabelledText['spans'] = []
  let text = ''
  let from = 0
  for (const { 0: mark, 1: entity = '', 2: words = '', index } of marked.matchAll(MARK)) {
    text += marked.slice(from, index)
    const start = [...text].length
    text += words
    spans.push({ entity_type: entity, start_position: start, end_position: start + [...words].length })
    from = index + mark.length
  }
  text += marked.slice(from)
  if (/\[\[|\]\]/.test(text)) throw new Error(`A mark is not closed or names no entity in: ${text.slice(0, 80)}`)
  return { full_text: text, spans }
}
