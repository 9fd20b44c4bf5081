import { resolveOverlaps } from '../text/resolve-overlaps.ts'
import { codePointOffsets } from '../text/code-points.ts'
import type { TextFinding } from '../text/text-finding.ts'
import type { EngineId, PiiEngine } from './engine.ts'

/**
 * Engines as one: what any of them finds is found. Where findings overlap, the surer one stands and the other keeps what it has beside it, so that
 * no character that one of them found is left raw.
 */
export function combineEngines(id: EngineId, engines: readonly PiiEngine[]): PiiEngine {
  return {
    id,
    async analyze(texts, options) {
      const found: TextFinding[][][] = []
      for (const engine of engines) found.push(await engine.analyze(texts, options))
      return texts.map((text, index) =>
        settle(
          text,
          found.flatMap((each) => each[index] ?? []),
        ),
      )
    },
    async close() {
      for (const engine of engines) await engine.close()
    },
  }
}

function settle(text: string, findings: readonly TextFinding[]): TextFinding[] {
  const claims = findings.map((finding) => ({ ...finding, specificity: finding.evidence.checksum === true ? 1 : 0, within: [] }))
  const toCodePoint = codePointOffsets(text)
  return resolveOverlaps(claims, text).map(({ entity, start, end, score, recognizer, evidence, ...claim }) => {
    const isTrimmed = 'trimmed' in claim && claim.trimmed === true
    const offsets = { start, end, codePointStart: toCodePoint(start), codePointEnd: toCodePoint(end) }
    return { entity, ...offsets, score, recognizer, evidence: isTrimmed ? { ...evidence, trimmed: true } : evidence }
  })
}
