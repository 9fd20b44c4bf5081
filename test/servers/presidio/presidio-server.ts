import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the server finds: every match of `pattern` is `entity`. */
export interface PresidioRule {
  recognizer: string
  entity: string
  pattern: RegExp
  score: number
}

/** How the server misbehaves on one request; null for not at all. */
export type Fault = (request: {
  text: string
  number: number
}) => null | 'reset' | 'hang' | { status: number; body: string; headers?: Record<string, string> }

export interface PresidioServer {
  url: string
  /** Bodies of /analyze, in the order in which they came. */
  requests: Record<string, unknown>[]
  /** Most requests that were under way at one time. */
  mostAtOnce(): number
  close(): Promise<void>
}

const LANGUAGES = ['en']

/**
 * Presidio's analyzer over HTTP as its container answers: offsets in code points, keys in order of the alphabet, `{"error"}` with 500 for an empty
 * text, a language or entity that it does not know, 400 for a body that is not JSON.
 */
export async function startPresidioServer(rules: readonly PresidioRule[], fault: Fault = () => null): Promise<PresidioServer> {
  const requests: Record<string, unknown>[] = []
  let [now, most] = [0, 0]
  const server = createServer((request, response) => {
    most = Math.max(most, ++now)
    response.on('close', () => now--)
    void answer(request, response)
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request)
    if (request.method === 'GET' && request.url === '/health') return void response.end('Presidio Analyzer service is up')
    if (request.method !== 'POST' || request.url !== '/analyze')
      return reply(response, 404, { error: 'The requested URL was not found on the server.' })
    let asked: Record<string, unknown>
    try {
      asked = JSON.parse(body) as Record<string, unknown>
    } catch {
      return reply(response, 400, { error: 'The browser (or proxy) sent a request that this server could not understand.' })
    }
    requests.push(asked)
    const broken = fault({ text: String(asked['text']), number: requests.length })
    if (broken === 'hang') return
    if (broken === 'reset') return void request.socket.destroy()
    if (broken !== null)
      return void response.writeHead(broken.status, { 'content-type': 'application/json', ...broken.headers }).end(broken.body)
    const { status, content } = analyze(rules, asked)
    reply(response, status, content)
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    mostAtOnce: () => most,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function analyze(rules: readonly PresidioRule[], asked: Record<string, unknown>): { status: number; content: unknown } {
  const { text, language, entities, score_threshold: threshold = 0, return_decision_process: withProcess } = asked
  if (typeof text !== 'string' || text === '') return { status: 500, content: { error: 'No text provided' } }
  if (typeof language !== 'string' || language === '') return { status: 500, content: { error: 'No language provided' } }
  const wanted = rules.filter(({ entity }) => !Array.isArray(entities) || entities.includes(entity))
  if (!LANGUAGES.includes(language) || wanted.length === 0)
    return { status: 500, content: { error: 'No matching recognizers were found to serve the request.' } }
  const found = wanted.flatMap(({ recognizer, entity, pattern, score }) =>
    [...text.matchAll(pattern)].map((match) => {
      const start = Array.from(text.slice(0, match.index)).length
      const explanation = { original_score: score, pattern_name: `${recognizer} pattern`, recognizer, score, score_context_improvement: 0 }
      return {
        analysis_explanation: withProcess === true ? explanation : null,
        end: start + Array.from(match[0]).length,
        entity_type: entity,
        score,
        start,
      }
    }),
  )
  return { status: 200, content: found.filter(({ score }) => score >= Number(threshold)) }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

function reply(response: ServerResponse, status: number, content: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content))
}
