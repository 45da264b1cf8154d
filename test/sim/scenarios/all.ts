import type { Scenario } from './scenario.ts'
import { calm } from './calm.ts'
import { churn } from './churn.ts'
import { frozen } from './frozen.ts'
import { hearsay } from './hearsay.ts'
import { lossy } from './lossy.ts'
import { partition } from './partition.ts'
import { restart } from './restart.ts'
import { skew } from './skew.ts'
import { sleep } from './sleep.ts'
import { slow } from './slow.ts'
import { strangers } from './strangers.ts'

/** Every scenario. */
export const SCENARIOS: readonly Scenario[] = [
  calm,
  churn,
  lossy,
  partition,
  skew,
  frozen,
  restart,
  slow,
  sleep,
  strangers,
  hearsay,
]
