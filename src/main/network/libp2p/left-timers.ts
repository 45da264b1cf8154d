import type { Libp2p } from 'libp2p'

/**
 * Ends timers that libp2p 3 and gossipsub 17 leave running at their end, which would keep the process alive for up to two
 * seconds: the address manager notes a second later that nothing is listened on, whereupon identify looks for peers to tell,
 * and gossipsub has one more heartbeat. Nothing comes of any of them. To be called when the node is about to stop. They offer
 * no way to do this; where these members are others one day, the timers run as before (test/integration/api.test.ts).
 */
export function endTimers(libp2p: Libp2p): void {
  endDebounced(member(member(libp2p, 'components'), 'addressManager'), '_updatePeerStoreAddresses')
  endDebounced(member(libp2p.services, 'identifyPush'), '_push')
  const heartbeat = member(member(member(libp2p.services, 'pubsub'), 'status'), 'heartbeatTimeout')
  if (typeof heartbeat === 'object' && heartbeat !== null) clearTimeout(heartbeat as NodeJS.Timeout)
}

/** It may be called once more while libp2p stops. */
function endDebounced(owner: unknown, name: string): void {
  const debounced = member(owner, name)
  const stop = member(debounced, 'stop')
  if (typeof stop !== 'function') return
  stop.call(debounced)
  Reflect.set(Object(owner), name, () => undefined)
}

function member(of: unknown, name: string): unknown {
  return of === undefined || of === null ? undefined : Reflect.get(Object(of), name)
}
