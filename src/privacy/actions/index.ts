import type { PiiAction } from '../../contract/pii.ts'
import type { Action } from '../action.ts'
import { drop } from './drop.ts'
import { encrypt } from './encrypt.ts'
import { fake } from './fake.ts'
import { generalise } from './generalise.ts'
import { hash } from './hash.ts'
import { keep } from './keep.ts'
import { mask } from './mask.ts'
import { pseudonymise } from './pseudonymise.ts'
import { redact } from './redact.ts'
import { replace } from './replace.ts'

/** Every action that a policy can name. */
export const actions: Readonly<Record<PiiAction, Action>> = {
  keep,
  generalise,
  mask,
  fake,
  pseudonymise,
  encrypt,
  hash,
  replace,
  redact,
  drop,
}
