import type { TextRecognizer } from '../text-recognizer.ts'
import { TextScanner } from './text-scanner.ts'

const mostScanners = 16

/** Scanners by the entities they look for: making one takes the time of reading a long text. */
export class ScannerCache {
  private readonly made = new Map<string, TextScanner>()
  private readonly recognizers: readonly TextRecognizer[]

  constructor(recognizers: readonly TextRecognizer[]) {
    this.recognizers = recognizers
  }

  choose(entities: ReadonlySet<string> | undefined): TextScanner {
    const key = entities === undefined ? '' : [...entities].toSorted().join()
    const known = this.made.get(key)
    if (known !== undefined) return known
    const made = new TextScanner(this.recognizers.filter(({ entity }) => entities === undefined || entities.has(entity)))
    if (this.made.size >= mostScanners) this.made.delete([...this.made.keys()].find((other) => other !== '') ?? '')
    this.made.set(key, made)
    return made
  }
}
