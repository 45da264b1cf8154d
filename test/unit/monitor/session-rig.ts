/** A session of the monitor, as tests of it drive one. */
import type { LoggedEvent } from '../../../src/shared/events.ts'
import { peerscope } from '../../../src/main/discovery/dialects/peerscope/peerscope.ts'
import type { OpenNode } from '../../../src/main/monitor/open-node.ts'
import { Session } from '../../../src/main/monitor/session.ts'
import type { DelayMeter } from '../../../src/main/monitor/insight/loop-delay.ts'
import type { Demo } from '../../../src/main/monitor/demo.ts'
import { View } from '../../../src/main/monitor/view.ts'
import { openStore } from '../../../src/main/store/store.ts'
import { NETWORK, idOf } from '../../support/discovery/entries.ts'
import { Scheduler } from '../../sim/scheduler.ts'

/** A session in virtual time, without a node. */
export function rig({
  demo = false,
  delays = undefined as DelayMeter | undefined,
  swarm = null as object | null,
  onLogged = undefined as ((logged: LoggedEvent) => void) | undefined,
} = {}) {
  const scheduler = new Scheduler()
  /** Called after each timer. */
  const turns: { after: () => void } = { after: () => undefined }
  const schedule = (delayMs: number, fn: () => void) =>
    scheduler.schedule(delayMs, () => {
      fn()
      turns.after()
    })
  const wall = { skew: 0 }
  const clock = { now: () => scheduler.now + wall.skew, monotonic: () => scheduler.now, schedule }
  const store = openStore({ path: ':memory:', now: () => scheduler.now, schedule })
  const view = new View(clock, store.status())
  const network = { kind: 'peerscope', id: NETWORK, name: 'n' } as const
  const uptimeMs = () => scheduler.now
  const session = new Session({
    network,
    bootstrap: [],
    view,
    store,
    clock,
    demo,
    swarm: swarm as Demo | null,
    uptimeMs,
    ...(delays && { delays }),
    ...(onLogged && { onLogged }),
  })
  return { scheduler, store, view, session, turns, wall }
}

/** How a node is that knows nobody. */
export const LONE = { state: 'alone', neighbors: 0, connections: 0, lastHeardAt: null, judgedAt: 0 }

/** A node that knows nobody, and is how the test says. */
export function loneNode(health: object = LONE): OpenNode {
  const discovery = {
    neighbors: () => [],
    connectedPeers: () => [],
    connections: () => [],
    catalog: () => ({ seq: 0, peers: new Map() }),
    health: () => health,
    bootstrap: () => ({ warm: { state: 'none', places: 0 } }),
    onChange: () => () => undefined,
  }
  return { discovery, dialect: peerscope, peerId: idOf('me'), addresses: () => [] } as unknown as OpenNode
}
