import { expect } from 'vitest'
import type { z } from 'zod'
import type { Endpoint } from '../../src/contract/endpoint.ts'
import { Problem } from '../../src/contract/problem.ts'
import { contract, type Contract } from '../../src/contract/index.ts'
import type { ErrorCode } from '../../src/core/errors.ts'

type Reply<K extends keyof Contract> = Contract[K] extends { reply: infer S extends z.ZodType } ? z.output<S> : never

/** The JSON of a successful reply, held against the contract's schema of that endpoint. */
export async function replyOf<K extends keyof Contract>(key: K, sent: Promise<Response>): Promise<Reply<K>> {
  const response = await sent
  const endpoint: Endpoint = contract[key]
  const body = await response.text()
  expect(response.status, body).toBe(endpoint.status ?? 200)
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(response.headers.get('cache-control')).toBe('no-store')
  const json: unknown = JSON.parse(body)
  expect(endpoint.reply?.safeParse(json).error).toBeUndefined()
  return json as Reply<K>
}

/** Holds a failed reply to be a problem of that code, with nothing of Atlas's inside in it. */
export async function expectProblem(
  sent: Promise<Response> | Response,
  status: number,
  code: ErrorCode,
): Promise<z.output<typeof Problem>> {
  const response = await sent
  const body = await response.text()
  expect(`${response.status} ${body}`).toMatch(new RegExp(`^${status} .*"code":"${code.replaceAll('.', '\\.')}"`))
  expect(response.headers.get('content-type')).toContain('application/problem+json')
  const problem = Problem.parse(JSON.parse(body))
  expect(problem.requestId).toBe(response.headers.get('x-request-id'))
  expect(body).not.toMatch(/\/tmp\/|\/work\/|\.ts:\d|node_modules|read_parquet|relation "/i)
  return problem
}
