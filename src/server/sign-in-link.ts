import { createSignInLink } from '../access/sign-in-links.ts'
import type { Platform } from './platform.ts'

/** Path of a one-time link that signs the first admin in, for the person who started the server. */
export function signInLink(platform: Platform): Promise<string> {
  return createSignInLink(platform)
}
