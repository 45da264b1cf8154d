/**
 * libp2p notes with each stream which protocol its peer speaks, on both sides: it reads the peer's record, makes a new one of it and writes
 * that, which is a fifth of what an exchange of two messages costs. It needs to know that of its own protocols; nobody asks it who
 * speaks ours.
 */
import type { PeerStore } from '@libp2p/interface'

/** Has the peer store note nothing of protocols that are ours. */
export function spareRecords(peerStore: Pick<PeerStore, 'merge'>, isOurs: (protocol: string) => boolean): void {
  const merge = peerStore.merge.bind(peerStore)
  peerStore.merge = async (id, data, options) => {
    const { protocols = [] } = data
    const noted = Object.keys(data).length > 1 || protocols.length === 0 || !protocols.every(isOurs)
    if (noted) return await merge(id, data, options)
    // Nobody looks at what comes back.
    return { id, addresses: [], protocols, metadata: new Map(), tags: new Map() }
  }
}
