import { inspect } from 'node:util'
import { AtlasError } from '../core/errors.ts'
import { createHider } from '../core/hide-secrets.ts'
import { secretTexts } from '../core/secret-fields.ts'
import type { Connector, ConnectorBody, ReadContext, Reader, ReadResult } from './connector.ts'
import { settingsSchema } from './settings-schema.ts'

/**
 * The connector, with the secrets of its settings kept in: whatever it throws, logs, warns of or says in a check has them taken out. A second wall:
 * a connector puts no secret there, but what a driver or a server says is not in its hands.
 * @param settings open, as they were given
 */
export function guardConnector(connector: Connector, settings: unknown): Connector {
  const guard = new Guard(secretTexts(settingsSchema(connector), settings))
  return { ...connector, load: async () => guardBody(await connector.load(), guard) }
}

class Guard {
  readonly #secrets: string[]
  #hide: (text: string) => string

  constructor(secrets: string[]) {
    this.#secrets = secrets
    this.#hide = createHider(secrets)
  }

  hide = (text: string): string => this.#hide(text)

  context(context: ReadContext): ReadContext {
    return {
      ...context,
      log: (level, message) => context.log(level, this.hide(message)),
      keepSecret: async (old, renewed) => {
        this.#secrets.push(old, renewed)
        this.#hide = createHider(this.#secrets)
        await context.keepSecret(old, renewed)
      },
    }
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw this.#clean(error)
    }
  }

  /** An error with a secret in it loses its cause and its inside: a driver's own error may hold the whole request. */
  #clean(error: unknown): unknown {
    const inside = inspect(error, { depth: 8, maxStringLength: 100_000 })
    if (this.hide(inside) === inside) return error
    if (error instanceof AtlasError) {
      const { code, retryAfterS } = error
      const fields = error.fields.map((field) => ({ ...field, detail: this.hide(field.detail) }))
      return new AtlasError(code, this.hide(error.message), {
        next: this.hide(error.next),
        fields,
        ...(retryAfterS === undefined ? {} : { retryAfterS }),
      })
    }
    const { message, name, stack, code }: NodeJS.ErrnoException = error instanceof Error ? error : new Error(String(error))
    const plain = Object.assign(new Error(this.hide(message)), code === undefined ? { name } : { name, code })
    plain.stack = this.hide(stack ?? '')
    return plain
  }
}

function guardBody(body: ConnectorBody<unknown>, guard: Guard): ConnectorBody<unknown> {
  return {
    check: (settings, context) =>
      guard.run(async () =>
        (await body.check(settings, guard.context(context))).map((part) => ({ ...part, detail: guard.hide(part.detail) })),
      ),
    discover: (settings, context, only) => guard.run(() => body.discover(settings, guard.context(context), only)),
    preview: (settings, request, context) => guard.run(() => body.preview(settings, request, guard.context(context))),
    open: (settings, context) => guard.run(async () => guardReader(await body.open(settings, guard.context(context)), guard)),
  }
}

function guardReader(reader: Reader, guard: Guard): Reader {
  return {
    parallel: reader.parallel,
    read: (request, context, landing) =>
      guard.run(async () => guardResult(await reader.read(request, guard.context(context), landing), guard)),
    close: () => guard.run(() => reader.close()),
  }
}

function guardResult(result: ReadResult, { hide }: Guard): ReadResult {
  const { parked } = result
  return {
    ...result,
    warnings: result.warnings.map(hide),
    ...(parked === undefined ? {} : { parked: { ...parked, detail: hide(parked.detail) } }),
  }
}
