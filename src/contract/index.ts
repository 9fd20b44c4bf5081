import { accessEndpoints } from './access.ts'
import { alertChannelEndpoints } from './alert-channels.ts'
import { alertRuleEndpoints } from './alert-rules.ts'
import { alertEndpoints } from './alerts.ts'
import { backfillEndpoints } from './backfills.ts'
import { dashboardEndpoints } from './dashboard.ts'
import { datasetEndpoints } from './datasets.ts'
import { graphEndpoints } from './graph.ts'
import { piiReviewEndpoints } from './pii-review.ts'
import { piiToolEndpoints } from './pii-tools.ts'
import { pipelinesAsCodeEndpoints } from './pipelines-as-code.ts'
import { qualityContractEndpoints } from './quality-contracts.ts'
import { qualityOverviewEndpoints } from './quality-overview.ts'
import { qualityRuleEndpoints } from './quality-rules.ts'
import { quarantineEndpoints } from './quarantine.ts'
import { runEndpoints } from './run-endpoints.ts'
import { scheduleEndpoints } from './schedules.ts'
import { secretEndpoints } from './secrets.ts'
import { sourceEndpoints } from './sources.ts'
import { sqlEndpoints } from './sql.ts'
import { pipelineEndpoints } from './stored-pipelines.ts'
import { triggerEndpoints } from './triggers.ts'
import { uploadEndpoints } from './uploads.ts'
import { workerEndpoints } from './workers.ts'

/** Every endpoint of Atlas under `/api/v1`. Server, client, OpenAPI and docs come from this table. */
export const contract = {
  ...accessEndpoints,
  ...alertEndpoints,
  ...alertChannelEndpoints,
  ...alertRuleEndpoints,
  ...backfillEndpoints,
  ...dashboardEndpoints,
  ...datasetEndpoints,
  ...graphEndpoints,
  ...piiReviewEndpoints,
  ...piiToolEndpoints,
  ...pipelineEndpoints,
  ...pipelinesAsCodeEndpoints,
  ...qualityContractEndpoints,
  ...qualityOverviewEndpoints,
  ...qualityRuleEndpoints,
  ...quarantineEndpoints,
  ...runEndpoints,
  ...scheduleEndpoints,
  ...secretEndpoints,
  ...sourceEndpoints,
  ...sqlEndpoints,
  ...triggerEndpoints,
  ...uploadEndpoints,
  ...workerEndpoints,
}
export type Contract = typeof contract
