/** Alert rules on a network whose rows, state and clock a test moves. */
import type { Outcome } from '../../../../src/main/monitor/alerts/outcome.ts'
import type { Sight } from '../../../../src/main/monitor/alerts/rules.ts'
import { Rules } from '../../../../src/main/monitor/alerts/rules.ts'
import type { AlertRule } from '../../../../src/shared/alerts.ts'
import { alertRuleSchema } from '../../../../src/shared/alerts.ts'
import type { DiscoveryEvent, LoggedEvent } from '../../../../src/shared/events.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import { networkIdFrom } from '../../../../src/shared/ids.ts'
import type { PeerRow } from '../../../../src/shared/peer.ts'
import { keyOf } from '../../../support/networks.ts'

/** When the clock begins, milliseconds since the epoch. */
export const EPOCH = 1_000_000
export const version = { startedAt: 1, updatedAt: EPOCH }

export const rule = (given: object): AlertRule => alertRuleSchema.parse({ id: 'r', name: 'r', cooldownMs: 0, ...given })

/** What rules look at and what comes of it. A network that is `lost` is so from then on. */
export function rig(rules: readonly AlertRule[], settleMs = 0) {
  const engine = new Rules(1, settleMs)
  const rows = new Map<PeerId, PeerRow>()
  let now = 0
  let seq = 0
  let state: Sight['state'] = 'online'
  let loss: Sight['loss'] = null
  let why: ReturnType<Sight['whySplit']> = null
  const sight = (): Sight => ({
    at: EPOCH + now,
    monotonic: now,
    state,
    loss,
    row: (peerId) => rows.get(peerId),
    rows: () => rows.values(),
    whySplit: () => why,
  })
  engine.set(rules)
  engine.restart(sight(), keyOf(networkIdFrom('n')))
  return {
    engine,
    rows,
    put: (row: PeerRow) => void rows.set(row.peerId, row),
    be: (next: Sight['state']) => {
      const at = EPOCH + now
      state = next
      loss = next === 'lost' ? { at, judgedAt: at, heardAt: null, purgeAfterMs: 300_000 } : null
    },
    /** @param row of the log, where it is one that goes on */
    event: (event: DiscoveryEvent, row: Partial<LoggedEvent> = {}) =>
      engine.event({ seq: (seq += 1), at: EPOCH + now, event, ...row }, sight()),
    /** Looks once a second. */
    pass: (ms: number): Outcome[] => {
      const outcomes: Outcome[] = []
      for (const end = now + ms; now < end;) {
        now += 1000
        outcomes.push(...engine.look(sight()))
      }
      return outcomes
    },
    restart: (purgeAfterMs?: number, network = 'n') =>
      engine.restart(sight(), keyOf(networkIdFrom(network)), purgeAfterMs),
    explain: (cause: typeof why) => void (why = cause),
  }
}

/** What came of it, in words. */
export const words = (outcomes: readonly Outcome[]): string[] =>
  outcomes.map((outcome) => (outcome.type === 'fire' ? outcome.told.what : `${outcome.type} ${outcome.id}`))
