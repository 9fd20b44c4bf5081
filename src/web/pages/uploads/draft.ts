import { useState } from 'react'
import type { Reading } from '../../../contract/uploads.ts'

/** What the viewer has decided about an upload so far. The file itself is on the server; these choices stay in the browser tab until the run starts. */
export interface Draft {
  /** Only what was set by hand; the rest is found in the file. */
  reading: Partial<Reading>
  stream: string | undefined
  dataset: string
  mode: 'replace' | 'append'
  keys: string[]
  /** Declared types by chart name; columns left out are found over the whole column. */
  types: Record<string, string>
}

const key = (uploadId: string) => `atlas.draft.${uploadId}`

/** The draft of an upload and how to change it. */
export function useDraft(uploadId: string, fileName: string | undefined): [Draft, (change: Partial<Draft>) => void] {
  const [kept, setKept] = useState<Partial<Draft>>(() => load(uploadId))
  const draft: Draft = {
    reading: {},
    stream: undefined,
    dataset: fileName === undefined ? '' : suggestName(fileName),
    mode: 'replace',
    keys: [],
    types: {},
    ...kept,
  }
  const change = (part: Partial<Draft>) => {
    const next = { ...kept, ...part }
    setKept(next)
    try {
      sessionStorage.setItem(key(uploadId), JSON.stringify(next))
    } catch {
      // Without storage the draft lives as long as the page.
    }
  }
  return [draft, change]
}

/** Forgets a draft once its run has started. */
export function forgetDraft(uploadId: string): void {
  sessionStorage.removeItem(key(uploadId))
}

function load(uploadId: string): Partial<Draft> {
  try {
    return JSON.parse(sessionStorage.getItem(key(uploadId)) ?? '{}') as Partial<Draft>
  } catch {
    return {}
  }
}

const SPELT: Record<string, string> = { æ: 'ae', ø: 'oe', å: 'aa', ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss' }

/** A table name from a file name: `Kunder 2026.csv.gz` → `kunder_2026`. Only a suggestion; the server has the rule. */
export function suggestName(fileName: string): string {
  const plain = fileName
    .replace(/(\.(gz|zst|csv|tsv|txt|jsonl?|ndjson|parquet|xlsx?))+$/i, '')
    .toLowerCase()
    .replace(/[æøåäöüß]/g, (letter) => SPELT[letter]!)
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
  return (/^\d/.test(plain) ? `_${plain}` : plain || 'upload').slice(0, 63)
}
