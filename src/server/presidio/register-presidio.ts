import type { FastifyInstance } from 'fastify'
import { answerAnalyze } from './analyze-request.ts'
import { anonymizers, answerAnonymize, answerDeanonymize, deanonymizers } from './anonymize-request.ts'
import { analyzerOf, analyzerOfAll, recognizerName } from './language-analyzers.ts'
import { toPresidioError } from './presidio-error.ts'

/**
 * The HTTP API of Microsoft Presidio (analyzer and anonymizer, OpenAPI 2.0) under `/presidio`: same paths, bodies, answers and error bodies, so that a
 * client of Presidio needs another address and a bearer token, nothing else. Differences are in docs/presidio.md.
 */
export async function registerPresidio(app: FastifyInstance): Promise<void> {
  await app.register(
    async (api) => {
      api.setErrorHandler((error, request, reply) => {
        const known = toPresidioError(error)
        if (known.status >= 500 && known.message === 'Internal server error') request.log.error({ err: error }, 'request failed')
        return reply.code(known.status).send({ error: known.message })
      })
      api.addHook('onSend', async (_request, reply) => {
        reply.header('cache-control', 'no-store')
      })
      const analyze = { config: { permission: 'pii.analyze' } } as const
      api.get('/health', async (_request, reply) => reply.type('text/html; charset=utf-8').send('Presidio service is up'))
      api.post('/analyze', analyze, async ({ body }, reply) => {
        const id = correlationId(body)
        if (id !== null) reply.header('x-correlation-id', id)
        return answerAnalyze(body)
      })
      api.post('/anonymize', analyze, async ({ body }) => answerAnonymize(body))
      api.post('/deanonymize', analyze, async ({ body }) => answerDeanonymize(body))
      api.get('/anonymizers', analyze, async () => Object.keys(anonymizers))
      api.get('/deanonymizers', analyze, async () => Object.keys(deanonymizers))
      api.get('/recognizers', analyze, async ({ query }) => [...new Set(chosenAnalyzer(query).recognizers.map(recognizerName))])
      api.get('/supportedentities', analyze, async ({ query }) => chosenAnalyzer(query).entities)
    },
    { prefix: '/presidio' },
  )
}

/** What the caller will know the request by: of visible ASCII characters alone, as a header can hold it; else null. */
function correlationId(body: unknown): string | null {
  const { correlation_id: id } = (body ?? {}) as { correlation_id?: unknown }
  return typeof id === 'string' && /^[!-~]{1,200}$/.test(id) ? id : null
}

function chosenAnalyzer(query: unknown): ReturnType<typeof analyzerOf> {
  const { language } = query as { language?: unknown }
  return typeof language === 'string' && language !== '' ? analyzerOf(language) : analyzerOfAll()
}
