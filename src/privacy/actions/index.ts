import type { PiiAction } from '../../contract/pii.ts'
import type { Action } from '../action.ts'
import { hash } from './hash.ts'
import { keep } from './keep.ts'
import { mask } from './mask.ts'
import { redact } from './redact.ts'

/** Every action that a policy can name. */
export const actions: Readonly<Record<PiiAction, Action>> = { keep, mask, hash, redact }
