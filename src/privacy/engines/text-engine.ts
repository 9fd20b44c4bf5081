import { AtlasError } from '../../core/errors.ts'
import type { EngineId, PiiEngine } from './engine.ts'

/** A span of a text that an engine found, UTF-16. */
export interface EngineSpan {
  entity: string
  start: number
  end: number
}

/** What an engine found in texts: every text that it looked at, with its spans. */
export type SpansByText = ReadonlyMap<string, readonly EngineSpan[]>

/**
 * An engine as runs use it. A function that masks one text cannot wait for an engine, so the texts are looked at before, and what was found is kept here
 * while they are masked. What an engine finds in a text is the same in every run, so that all runs may share it.
 */
export class TextEngine {
  readonly id: EngineId
  readonly #open: () => Promise<PiiEngine>
  #opened: Promise<PiiEngine> | undefined
  readonly #held = new Set<SpansByText>()

  /** @param open is called before the first text, and again after a failure */
  constructor(id: EngineId, open: () => Promise<PiiEngine>) {
    this.id = id
    this.#open = open
  }

  /** The engine, opened. @throws AtlasError `pii.model_unusable`, `cli.usage` */
  async engine(): Promise<PiiEngine> {
    this.#opened ??= this.#open()
    try {
      return await this.#opened
    } catch (error) {
      this.#opened = undefined
      throw error
    }
  }

  /** Keeps what was found until the function that it gives is called. */
  hold(spans: SpansByText): () => void {
    this.#held.add(spans)
    return () => void this.#held.delete(spans)
  }

  /** What is known of a text. @throws AtlasError `pii.engine_failed` where it was never looked at: nobody knows what it holds */
  spansOf(text: string): readonly EngineSpan[] {
    for (const spans of this.#held) {
      const found = spans.get(text)
      if (found !== undefined) return found
    }
    if (text.trim() === '') return []
    throw new AtlasError(
      'pii.engine_failed',
      `A text of ${text.length} characters was to be masked that the engine ${this.id} has not looked at.`,
    )
  }

  async close(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined)
    await opened?.close()
  }
}
