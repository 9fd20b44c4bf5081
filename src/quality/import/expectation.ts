import type { ImportOptions, RuleDraft } from './imported.ts'

export type Kwargs = Record<string, unknown>

/** Rules that are the same as an expectation, or why there are none. */
export type Expectation = (kwargs: Kwargs, options: ImportOptions) => RuleDraft[] | string
