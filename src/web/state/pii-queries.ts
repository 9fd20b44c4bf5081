import { infiniteQueryOptions, queryOptions, useMutation } from '@tanstack/react-query'
import type { Entity } from '../../contract/entities.ts'
import type { Layer } from '../../contract/names.ts'
import type { PiiAction } from '../../contract/pii.ts'
import type { PiiDecision, ReviewedFinding } from '../../contract/pii-review.ts'
import { client, queryClient } from './api.ts'

/** What of the findings is wanted; undefined leaves a part open. */
export interface FindingFilter {
  q?: string | undefined
  entity?: Entity | undefined
  state?: ReviewedFinding['state'] | undefined
  layer?: Layer | undefined
  action?: PiiAction | undefined
}

/** So many findings come at a time; the most that the server gives. */
const PAGE = 200

export const piiOverviewQuery = queryOptions({
  queryKey: ['pii', 'overview'],
  queryFn: ({ signal }) => client.call('GET /pii/overview', { query: { days: 90 }, signal }),
})

export function piiFindingsQuery(filter: FindingFilter) {
  return infiniteQueryOptions({
    queryKey: ['pii', 'findings', filter],
    queryFn: ({ pageParam, signal }) => client.call('GET /pii/findings', { query: { ...filter, limit: PAGE, offset: pageParam }, signal }),
    initialPageParam: 0,
    getNextPageParam: (last, _, offset) => (offset + last.findings.length < last.total ? offset + last.findings.length : undefined),
  })
}

/** Findings of one column, and of the same column in the other layers. */
export function piiColumnQuery(dataset: string, column: string) {
  return queryOptions({
    queryKey: ['pii', 'findings', dataset, column],
    queryFn: ({ signal }) => client.call('GET /pii/findings', { query: { dataset, column, limit: 1000 }, signal }),
  })
}

/** Names of the datasets that were masked on their way, chart first. */
export const maskedDatasetsQuery = queryOptions({
  queryKey: ['datasets', 'masked', 'names'],
  queryFn: async ({ signal }) => {
    const pages = await Promise.all(
      (['chart', 'navigate'] as const).map((layer) => client.call('GET /datasets', { query: { layer, limit: 200 }, signal })),
    )
    return pages.flatMap((page) => page.datasets.map(({ name }) => name))
  },
})

/** How well people hide in a dataset, over the columns that describe people by their names. */
export function riskQuery(name: string) {
  return queryOptions({
    queryKey: ['pii', 'risk', name],
    queryFn: ({ signal }) => client.call('GET /datasets/:name/risk', { params: { name }, signal }),
    staleTime: 60_000,
  })
}

/** Every finding that a filter lets through, however many. */
export async function allFindings(filter: FindingFilter): Promise<ReviewedFinding[]> {
  const findings: ReviewedFinding[] = []
  for (;;) {
    const page = await client.call('GET /pii/findings', { query: { ...filter, limit: 1000, offset: findings.length } })
    findings.push(...page.findings)
    if (page.findings.length === 0 || findings.length >= page.total) return findings
  }
}

/** What a steward says about a finding. */
export type Verdict = Pick<PiiDecision, 'decision'> & Partial<Pick<PiiDecision, 'correctedEntity' | 'reason'>>

const renew = () => queryClient.invalidateQueries({ queryKey: ['pii'] })

/** Decides about a finding, once; it holds from the next run on. */
export function useDecide() {
  return useMutation({
    mutationFn: ({ finding, verdict }: { finding: ReviewedFinding; verdict: Verdict }) => {
      if (finding.decides === null) throw new Error('There is no column of chart that a decision about this could be for.')
      return client.call('PUT /pii/decisions', { body: { ...finding.decides, entity: finding.entity as Entity, ...verdict } })
    },
    onSuccess: renew,
  })
}

/** Takes a decision back, so that what is detected counts again. */
export function useWithdraw() {
  return useMutation({
    mutationFn: ({ dataset, column, entity }: Pick<PiiDecision, 'dataset' | 'column' | 'entity'>) =>
      client.call('DELETE /pii/decisions', { query: { dataset, column, entity } }),
    onSuccess: renew,
  })
}
