/** The kinds of network there are. */
import type { KindInfo } from '../../../shared/contract.ts'
import { NETWORK_KINDS } from '../../../shared/network-kind.ts'
import type { NetworkKind } from '../../../shared/network-kind.ts'
import type { Kind } from './kind.ts'
import { mosaik } from './mosaik.ts'
import { peerscope } from './peerscope.ts'

const KINDS: Readonly<Record<NetworkKind, Kind>> = { peerscope, mosaik }

/** How networks of the kind are joined. */
export function kindOf(kind: NetworkKind): Kind {
  return KINDS[kind]
}

/** All kinds, and why some of them cannot be joined here. */
export function kindInfos(): readonly KindInfo[] {
  return NETWORK_KINDS.map((kind) => {
    const { abilities, protocolVersion } = kindOf(kind).dialect(null)
    return { kind, abilities, unavailable: kindOf(kind).unavailable(), entryVersion: protocolVersion }
  })
}
