/** What comes of a look of the rules. */
import type { AlertRule } from '../../../shared/alerts.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Told } from './cause.ts'

/** What the rules ask for. */
export type Outcome =
  | {
      readonly type: 'fire'
      readonly id: number
      readonly rule: AlertRule
      readonly peerId: PeerId | null
      readonly told: Told
    }
  /** `ended` says how, where that is more than that it did not last. */
  | { readonly type: 'resolve'; readonly id: number; readonly ended?: string }
  /** What is so now of one that lasts, as a sentence; empty where that is what it told when it fired. */
  | { readonly type: 'now'; readonly id: number; readonly now: string }
  /** `beganAt` is when it began again, where the alert is open again; null where it counts there only. */
  | { readonly type: 'repeat'; readonly id: number; readonly beganAt: number | null }
