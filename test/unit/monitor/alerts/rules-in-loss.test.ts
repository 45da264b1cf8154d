import { describe, expect, it } from 'vitest'
import type { Outcome, Sight } from '../../../../src/main/monitor/alerts/rules.ts'
import { Rules } from '../../../../src/main/monitor/alerts/rules.ts'
import type { AlertRule } from '../../../../src/shared/alerts.ts'
import { alertRuleSchema } from '../../../../src/shared/alerts.ts'
import type { DiscoveryEvent } from '../../../../src/shared/events.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import type { PeerRow } from '../../../../src/shared/peer.ts'
import { peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'

const EPOCH = 1_000_000
const version = { startedAt: 1, updatedAt: EPOCH }
const rule = (given: object): AlertRule => alertRuleSchema.parse({ id: 'r', name: 'r', cooldownMs: 0, ...given })

/** Rules on a network that the test loses. */
function rig(rules: readonly AlertRule[], settleMs = 0) {
  const engine = new Rules(1, settleMs)
  const rows = new Map<PeerId, PeerRow>()
  let now = 0
  let seq = 0
  let lostAt: number | null = null
  const sight = (): Sight => ({
    at: EPOCH + now,
    monotonic: now,
    state: lostAt === null ? 'online' : 'lost',
    loss: lostAt === null ? null : { at: lostAt, judgedAt: lostAt, heardAt: null, purgeAfterMs: 300_000 },
    row: (peerId) => rows.get(peerId),
    rows: () => rows.values(),
  })
  engine.set(rules)
  engine.restart(sight())
  return {
    engine,
    put: (row: PeerRow) => void rows.set(row.peerId, row),
    be: (state: 'online' | 'lost') => {
      lostAt = state === 'lost' ? EPOCH + now : null
    },
    event: (event: DiscoveryEvent) => engine.event({ seq: (seq += 1), at: EPOCH + now, event }, sight()),
    /** Looks once a second. */
    pass: (ms: number): Outcome[] => {
      const outcomes: Outcome[] = []
      for (const end = now + ms; now < end;) {
        now += 1000
        outcomes.push(...engine.look(sight()))
      }
      return outcomes
    },
  }
}

const words = (outcomes: readonly Outcome[]): string[] =>
  outcomes.map((outcome) => (outcome.type === 'fire' ? outcome.told.what : `${outcome.type} ${outcome.id}`))

describe('peers that are purged while we have lost the network', () => {
  const lost = (at: ReturnType<typeof rig>, index: number): readonly Outcome[] => {
    at.put(peerRow(index, { state: 'lost', version }))
    return at.event({ kind: 'PeerDeparted', peerId: peerIdAt(index), reason: 'lost', version })
  }

  it('are one alert for each loss, which says so, and none of those who asked for goodbyes', () => {
    const at = rig([rule({ kind: 'peer-departed' })])
    at.be('lost')
    at.pass(20_000)
    at.event({ kind: 'NetworkLost', heardAt: null, since: EPOCH + 1000 })
    const fired = [1, 2, 3].flatMap((index) => lost(at, index))
    expect(words(fired)).toEqual(['Peers are purged, since we lost the network', 'repeat 1', 'repeat 1'])
    expect(fired[0]).toMatchObject({ peerId: null, told: { cause: expect.stringContaining('19 s') } })
    at.event({ kind: 'NetworkLost', heardAt: null, since: EPOCH + 20_000 })
    expect(words(lost(at, 4))).toEqual(['Peers are purged, since we lost the network'])
    at.engine.set([rule({ kind: 'peer-departed', how: 'goodbye' })])
    expect(lost(at, 5)).toEqual([])
  })

  it('are not too few while it lasts, as they are counted in the window, and are once it is over and they are not back', () => {
    const at = rig([rule({ kind: 'peer-count', direction: 'below', count: 2, forMs: 0 })], 5000)
    for (const index of [1, 2]) at.put(peerRow(index, { version }))
    expect(at.pass(10_000)).toEqual([])
    at.be('lost')
    for (const index of [1, 2]) lost(at, index)
    expect(at.pass(60_000)).toEqual([])
    at.be('online')
    expect(words(at.pass(10_000))).toEqual(['0 peers: below 2'])
  })
})
