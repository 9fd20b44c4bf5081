import type { qualityContractEndpoints } from '../../contract/quality-contracts.ts'
import { checks } from '../../quality/index.ts'
import { writeAudit } from '../../store/audit.ts'
import { listContracts, readContract, removeContract } from '../../store/quality-contracts.ts'
import { listStoredRules, lockRules } from '../../store/quality-rules.ts'
import type { Handlers } from '../handlers.ts'
import { listRules } from '../rules/list-rules.ts'
import { editorOf } from './quality-rules.ts'

export const qualityContractRoutes: Handlers<typeof qualityContractEndpoints> = {
  'GET /quality/contract-schema': async () => {
    const { contractSchema } = await import('../../quality/contract-file/contract-schema.ts')
    return contractSchema(checks)
  },

  'GET /quality/contracts': async (_, { db }) => ({ contracts: await listContracts(db) }),

  'GET /quality/contracts/:dataset': async ({ params }, { db }) => {
    const { writeContract } = await import('../../quality/contract-file/write-contract.ts')
    const stored = await readContract(db, params.dataset)
    return { ...stored, yaml: writeContract(stored.contract) }
  },

  'POST /quality/contracts': async (input, platform) => {
    const { applyContracts } = await import('../rules/apply-contracts.ts')
    const { contracts, reason, ...options } = input.body
    return {
      applied: await applyContracts(
        platform,
        contracts,
        options,
        { ...editorOf(input, platform, reason), caller: input.caller },
        input.signal,
      ),
    }
  },

  'POST /quality/contracts/check': async ({ body, caller, address, signal }, platform) => {
    const { requireRawFor } = await import('../rules/require-raw.ts')
    const { measureRules, pinMeasurable } = await import('../rules/measure-rules.ts')
    const { expandPlaced } = await import('../rules/apply-contracts.ts')
    const { ruleDifferences } = await import('../../quality/contract-file/rule-differences.ts')
    const { refuseConflicts } = await import('../rules/refuse-conflicts.ts')
    const placed = expandPlaced(body, '/contract')
    const rules = placed.map(({ rule }) => rule)
    requireRawFor(caller, body.contract.dataset, rules)
    const standing = await listRules(platform.db, body.contract.dataset)
    const differences = ruleDifferences(rules, standing)
    refuseConflicts({ ...body, placed, at: '/contract' }, standing, differences, false)
    const pinned = await pinMeasurable(platform, { caller, address }, body.contract.dataset)
    const enabled = rules.filter((rule) => rule.enabled).map((rule) => ({ ...rule, origin: 'file' as const }))
    return { ...(await measureRules(platform, pinned, enabled, signal)), differences, warnings: [] }
  },

  'DELETE /quality/contracts/:dataset': async (input, platform) => {
    const { takeOut } = await import('../rules/apply-contracts.ts')
    const { dataset } = input.params
    const editor = editorOf(input, platform, input.query.reason)
    await platform.db.transaction().execute(async (transaction) => {
      await lockRules(transaction, dataset)
      const { file } = await readContract(transaction, dataset)
      const rules = (await listStoredRules(transaction, dataset)).filter(({ origin }) => origin === 'file')
      for (const { id } of rules) await takeOut(transaction, dataset, id, editor)
      await removeContract(transaction, dataset, editor.at)
      const detail = { file, rules: rules.length }
      await writeAudit(transaction, {
        actor: editor.by,
        action: 'quality.contract_removed',
        target: dataset,
        detail,
        address: editor.address,
      })
    })
  },

  'POST /quality/import': async ({ body }) => (await import('../rules/import-contracts.ts')).importContracts(body),
}
