/** The log of peers that go, second by second after the start, and their rows: what `why` of a network is tested with. */
import type { Store } from '../../src/main/store/types.ts'
import type { DiscoveryEvent } from '../../src/shared/events.ts'
import type { PeerRow } from '../../src/shared/peer.ts'
import { NETWORK, START } from '../unit/store/data-folder.ts'
import { idOf } from './discovery/entries.ts'
import { peerRow } from './renderer/fake-network.ts'

/** Milliseconds. */
export const SECOND = 1000
/** After which silence these peers are purged, milliseconds. */
export const PURGE_MS = 60 * SECOND

/** Of a process that had just started when the log begins. */
const VERSION = { startedAt: START - SECOND, updatedAt: START }

/** Writes into the log of a store. */
export function wentLog(store: () => Store) {
  const log = (second: number, event: DiscoveryEvent): void =>
    void store().append(NETWORK, START + second * SECOND, event)
  const breakOff = (second: number, ...names: string[]): void => {
    for (const name of names) log(second, { kind: 'NeighborDown', peerId: idOf(name) })
  }
  const dial = (second: number, reason: string, ...names: string[]): void => {
    for (const name of names) log(second, { kind: 'DialFailed', target: idOf(name), reason })
  }
  const refuse = (second: number, ...names: string[]): void => dial(second, 'connection refused', ...names)
  const depart = (second: number, reason: 'purged' | 'graceful', ...names: string[]): void => {
    for (const name of names) {
      store().sessionStarted(NETWORK, idOf(name), START, VERSION, 'gossip')
      store().sessionEnded(NETWORK, idOf(name), START + second * SECOND, reason)
      log(second, { kind: 'PeerDeparted', peerId: idOf(name), reason, version: VERSION })
    }
  }
  const purge = (second: number, ...names: string[]): void => depart(second, 'purged', ...names)
  return { log, breakOff, dial, refuse, depart, purge }
}

/** A peer of that log, heard of last when it begins; on this machine unless told. */
export function wentRow(name: string, state: PeerRow['state'], changes: Partial<PeerRow> = {}): PeerRow {
  return peerRow(1, {
    peerId: idOf(name),
    state,
    version: VERSION,
    lastSeen: START,
    rtt: { srtt: 5, rttvar: 1, last: 5, at: START },
    connected: false,
    neighbor: false,
    addresses: ['/ip4/127.0.0.1/tcp/1'],
    ...changes,
  })
}
