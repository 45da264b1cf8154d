/** One node of a simulation, watched by the real session, view and store. */
import type { CrawlMessage } from '../../src/shared/topology.ts'
import { REACHABILITY_OFF } from '../../src/shared/reachability.ts'
import { Session } from '../../src/main/monitor/session.ts'
import { View } from '../../src/main/monitor/view.ts'
import { openStore } from '../../src/main/store/store.ts'
import type { Store } from '../../src/main/store/types.ts'
import type { SimNetwork, SimNode } from './network.ts'
import { peerscope } from '../../src/main/discovery/dialects/peerscope/peerscope.ts'

/** What the watched node leads to. Close it before the network is stopped. */
export interface Observer {
  readonly session: Session
  readonly view: View
  readonly store: Store
  close(): void
}

/** Follows the node from now on. */
export function observe(network: SimNetwork, node: SimNode): Observer {
  const { clock } = node.host.ports
  const store = openStore({ path: ':memory:', now: () => clock.now() })
  const view = new View(clock, store.status())
  const ref = { kind: 'peerscope', id: network.networkId, name: 'simulated' } as const
  const session = new Session({ network: ref, bootstrap: [], view, store, clock, demo: false })
  const { discovery, peerId } = node
  const unlisten = discovery.onTold((told) => void session.take(told))
  session.follow({
    discovery,
    networkId: network.networkId,
    kind: 'peerscope',
    dialect: peerscope,
    peerId,
    addresses: () => [],
    reachability: () => REACHABILITY_OFF,
    stop: () => discovery.leave(),
  })
  return {
    session,
    view,
    store,
    close: () => {
      session.end()
      unlisten()
      store.close()
    },
  }
}

/** Follows a crawl while virtual time passes in steps; `onMessage` says whether to go on, `onStep` looks in between. */
export async function follow(
  network: SimNetwork,
  { session }: Pick<Observer, 'session'>,
  looks: { onMessage?: (message: CrawlMessage) => boolean; onStep?: () => void; limitMs?: number } = {},
): Promise<CrawlMessage[]> {
  const messages: CrawlMessage[] = []
  const state = { ended: false }
  const reading = (async () => {
    for await (const message of session.topology().crawl(new AbortController().signal)) {
      messages.push(message)
      if (looks.onMessage?.(message) === false) break
    }
  })().finally(() => {
    state.ended = true
  })
  const until = network.world.scheduler.now + (looks.limitMs ?? 120_000)
  while (!state.ended && network.world.scheduler.now < until) {
    await network.run(20)
    looks.onStep?.()
  }
  if (!state.ended) throw new Error('the crawl goes on')
  await reading
  return messages
}
