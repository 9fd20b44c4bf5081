import type { AnalyzeOptions } from '../text/analyzer.ts'
import type { TextFinding } from '../text/text-finding.ts'

export type EngineId = 'rules' | 'onnx' | 'presidio'

/** What a caller may ask of any engine; see `AnalyzeOptions`. */
export interface EngineOptions extends Pick<AnalyzeOptions, 'language' | 'entities' | 'scoreThreshold' | 'context'> {
  /** Ends the work between two texts or windows of text. */
  signal?: AbortSignal
}

/** Something that finds personal data in texts. */
export interface PiiEngine {
  readonly id: EngineId
  /**
   * Finds personal data in each text.
   * @returns for each text, in the order given, its findings by start; offsets as in `TextFinding`
   * @throws AtlasError `pii.unknown_entity`, `pii.engine_unreachable`, `pii.engine_failed`: then nothing is known of any of the texts, and nothing of
   *   them may be published
   */
  analyze(texts: readonly string[], options?: EngineOptions): Promise<TextFinding[][]>
  /** Lets go of memory and connections. */
  close(): Promise<void>
}
