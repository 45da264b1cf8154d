import type { Snapshot } from '../../../src/shared/contract.ts'
import { networkIdFrom, uniqueIdFrom } from '../../../src/shared/ids.ts'
import type { KnownName } from '../../../src/shared/names.ts'
import { nameOf } from '../../../src/shared/names.ts'
import { ABILITIES } from '../../../src/shared/network-kind.ts'
import type { PeerRow } from '../../../src/shared/peer.ts'
import type { RelayMode } from '../../../src/shared/relay-mode.ts'
import { fakeSnapshot, fakeStatus, peerIdAt } from './fake-network.ts'

/** The relay that the peers of the fabricated network use. */
export const FAKE_RELAY = 'https://relay.example.org/'

/** Words whose hashes the fabricated peers carry. */
export const FAKE_WORDS = ['validator', 'archive', 'market.orders', 'transcode', 'shard-1'] as const

/** A fabricated mosaik network as the engine tells of it. `known` are the words of its name book. */
export function fakeMosaik(
  size: number,
  now: number,
  { relay = 'off', known = [] }: { readonly relay?: RelayMode; readonly known?: readonly string[] } = {},
): Snapshot {
  const snapshot = fakeSnapshot(size, now)
  const self = peerIdAt(0)
  const names: readonly KnownName[] = known.map(nameOf)
  return {
    ...snapshot,
    status: {
      ...fakeStatus(size - 1, now),
      network: { kind: 'mosaik', id: networkIdFrom('mosaik-main'), name: 'mosaik-main' },
      abilities: ABILITIES.mosaik,
      relay,
      addresses: [
        `/ip4/192.168.1.20/udp/4433/quic-v1/p2p/${self}`,
        ...(relay === 'off' ? [] : [`/iroh-relay/${encodeURIComponent(FAKE_RELAY)}/p2p/${self}`]),
      ],
    },
    names,
    peers: snapshot.peers.map((row, index) => mosaikRow(row, index)),
    // Nobody tells whom others are linked to.
    edges: snapshot.peers
      .filter(({ connected }) => connected)
      .map(({ peerId, neighbor }) => ({
        a: self,
        b: peerId,
        kind: neighbor ? 'neighbor' : 'connection',
        saidBy: self,
        at: now,
      })),
  }
}

function mosaikRow(row: PeerRow, index: number): PeerRow {
  const [role, stream, rpc, group] = ['validator', 'market.orders', 'transcode', 'shard-1'].map(uniqueIdFrom)
  return {
    ...row,
    protocolVersion: index % 4 === 3 ? '0.3.19' : '0.4.2',
    addresses: [
      ...(index % 3 === 0 ? [`/iroh-relay/${encodeURIComponent(FAKE_RELAY)}`] : []),
      `/ip4/10.0.${index >> 8}.${index & 255}/udp/4433/quic-v1`,
      ...(index % 5 === 0 ? [`/ip6/2001:db8::${(index + 1).toString(16)}/udp/4433/quic-v1`] : []),
    ],
    tags: [index % 2 === 0 ? role : uniqueIdFrom('archive')].flatMap((tag) => tag ?? []),
    streams: index % 5 === 0 && stream !== undefined ? [stream] : [],
    functions: index % 4 === 0 && rpc !== undefined ? [rpc] : [],
    groups: index % 7 === 0 && group !== undefined ? [group] : [],
  }
}
