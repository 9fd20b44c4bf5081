import type { TextRecognizer } from '../text-recognizer.ts'

/** Every recognizer of text, by id. A file here is registered by its line. */
export const textRecognizers: readonly TextRecognizer[] = []
