import { type Analyzer, createAnalyzer } from '../text/analyzer.ts'
import type { PiiEngine } from './engine.ts'

/** Atlas's own recognizers as an engine. */
export function createRulesEngine(analyzer: Analyzer = createAnalyzer()): PiiEngine {
  return {
    id: 'rules',
    analyze: async (texts, { signal, ...options } = {}) =>
      texts.map((text) => {
        signal?.throwIfAborted()
        return analyzer.analyze(text, options)
      }),
    close: async () => undefined,
  }
}
