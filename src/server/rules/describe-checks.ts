import { z } from 'zod'
import type { CheckKind } from '../../contract/quality-rules.ts'
import { CheckRule } from '../../contract/quality.ts'
import { optionsSchema } from '../../quality/contract-file/contract-schema.ts'
import { checks } from '../../quality/index.ts'

/** The kinds of checks with the schema of their options, and the schema of a rule. */
export function describeChecks(): { checks: CheckKind[]; rule: Record<string, unknown> } {
  const kinds = checks.map((check) => {
    const { id, title, dimension, description, aliases = [] } = check
    return { id, title, dimension, description, aliases: [...aliases], options: optionsSchema(check) }
  })
  const { $defs: definitions = {}, ...schema } = z.toJSONSchema(CheckRule, { io: 'input' })
  // A schema with an id stands among its own definitions; forms want its fields at the top.
  const { CheckRule: rule, ...others } = definitions
  return { checks: kinds, rule: { ...(rule ?? schema), $defs: others } }
}
