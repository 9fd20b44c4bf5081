import type { Contract } from '../../contract/index.ts'
import type { Handlers } from '../handlers.ts'
import { accessRoutes } from './access.ts'
import { dashboardRoutes } from './dashboard.ts'
import { datasetRoutes } from './datasets.ts'
import { piiReviewRoutes } from './pii-review.ts'
import { piiToolRoutes } from './pii-tools.ts'
import { pipelineRoutes } from './pipelines.ts'
import { quarantineRoutes } from './quarantine.ts'
import { qualityContractRoutes } from './quality-contracts.ts'
import { qualityRuleRoutes } from './quality-rules.ts'
import { qualityRoutes } from './quality.ts'
import { runRoutes } from './runs.ts'
import { scheduleRoutes } from './schedules.ts'
import { secretRoutes } from './secrets.ts'
import { sourceRoutes } from './sources.ts'
import { sqlRoutes } from './sql.ts'
import { uploadRoutes } from './uploads.ts'

/** The handler of every endpoint of the contract. */
export const handlers: Handlers<Contract> = {
  ...accessRoutes,
  ...dashboardRoutes,
  ...datasetRoutes,
  ...piiReviewRoutes,
  ...piiToolRoutes,
  ...pipelineRoutes,
  ...quarantineRoutes,
  ...qualityContractRoutes,
  ...qualityRuleRoutes,
  ...qualityRoutes,
  ...runRoutes,
  ...scheduleRoutes,
  ...secretRoutes,
  ...sourceRoutes,
  ...sqlRoutes,
  ...uploadRoutes,
}
