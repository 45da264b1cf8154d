import type { NetworkRef } from '../../shared/contract.ts'
import { exactNetworkIdFrom, networkIdFrom } from '../../shared/ids.ts'
import type { NetworkKind } from '../../shared/network-kind.ts'
import { networkNameFrom } from '../../shared/network-name.ts'

/**
 * A network by its kind and what was typed: its name, or its id as 64 hex digits. mosaik hashes names exactly as they are
 * written, Peerscope after normalising them (rule ID1).
 * @throws InvalidArgument
 */
export function networkRef(text: string, kind: NetworkKind): NetworkRef {
  const name = kind === 'mosaik' ? text : networkNameFrom(text)
  const id = kind === 'mosaik' ? exactNetworkIdFrom(text) : networkIdFrom(name)
  return { kind, id, name: name.toLowerCase() === id ? null : name }
}
