/** Which kinds of network this installation can join. */
import type { KindInfo } from '../../shared/contract.ts'
import { ABILITIES, NETWORK_KINDS } from '../../shared/network-kind.ts'
import type { NetworkKind } from '../../shared/network-kind.ts'

/** Entries of a kind state this version where nothing else is set. */
const ENTRY_VERSIONS: Readonly<Record<NetworkKind, string>> = { peerscope: '1.0.0', mosaik: '0.4.2' }

/** All kinds, and why some of them cannot be joined here. Nothing is loaded or started for it. */
export function kindInfos(): readonly KindInfo[] {
  return NETWORK_KINDS.map((kind) => ({
    kind,
    abilities: ABILITIES[kind],
    unavailable: null,
    entryVersion: ENTRY_VERSIONS[kind],
  }))
}
