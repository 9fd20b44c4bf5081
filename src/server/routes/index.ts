import type { Contract } from '../../contract/index.ts'
import type { Handlers } from '../handlers.ts'
import { accessRoutes } from './access.ts'
import { alertChannelRoutes } from './alert-channels.ts'
import { alertRuleRoutes } from './alert-rules.ts'
import { alertRoutes } from './alerts.ts'
import { backfillRoutes } from './backfills.ts'
import { dashboardRoutes } from './dashboard.ts'
import { datasetRoutes } from './datasets.ts'
import { graphRoutes } from './graph.ts'
import { piiReviewRoutes } from './pii-review.ts'
import { piiToolRoutes } from './pii-tools.ts'
import { pipelineRoutes } from './pipelines.ts'
import { pipelinesAsCodeRoutes } from './pipelines-as-code.ts'
import { quarantineRoutes } from './quarantine.ts'
import { qualityContractRoutes } from './quality-contracts.ts'
import { qualityRuleRoutes } from './quality-rules.ts'
import { qualityRoutes } from './quality.ts'
import { runRoutes } from './runs.ts'
import { scheduleRoutes } from './schedules.ts'
import { secretRoutes } from './secrets.ts'
import { sourceRoutes } from './sources.ts'
import { sqlRoutes } from './sql.ts'
import { triggerRoutes } from './triggers.ts'
import { uploadRoutes } from './uploads.ts'
import { workerRoutes } from './workers.ts'

/** The handler of every endpoint of the contract. */
export const handlers: Handlers<Contract> = {
  ...accessRoutes,
  ...alertRoutes,
  ...alertChannelRoutes,
  ...alertRuleRoutes,
  ...backfillRoutes,
  ...dashboardRoutes,
  ...datasetRoutes,
  ...graphRoutes,
  ...piiReviewRoutes,
  ...piiToolRoutes,
  ...pipelineRoutes,
  ...pipelinesAsCodeRoutes,
  ...quarantineRoutes,
  ...qualityContractRoutes,
  ...qualityRuleRoutes,
  ...qualityRoutes,
  ...runRoutes,
  ...scheduleRoutes,
  ...secretRoutes,
  ...sourceRoutes,
  ...sqlRoutes,
  ...triggerRoutes,
  ...uploadRoutes,
  ...workerRoutes,
}
