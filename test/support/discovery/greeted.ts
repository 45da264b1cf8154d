/** A core that is not alone, and what it publishes. */
import { peerscope } from '../../../src/main/discovery/dialects/peerscope/peerscope.ts'
import { parseSignedEntry } from '../../../src/main/discovery/entry/entry.ts'
import { GossipMessage } from '../../../src/main/discovery/dialects/peerscope/wire/generated/discovery.js'
import type { PeerEntry } from '../../../src/shared/peer.ts'
import { Bench } from './bench.ts'
import { idOf } from './entries.ts'

/** With a neighbor that was greeted. */
export function withNeighbor(config = {}): Bench {
  const bench = Bench.online({ config })
  bench.connect(idOf('near'), 'inbound')
  bench.step({ kind: 'neighborUp', peerId: idOf('near') })
  bench.pass(3000)
  bench.take()
  return bench
}

/** The entries that were published since outputs were taken last. */
export const published = (bench: Bench): PeerEntry[] =>
  bench.taken('publish').flatMap(({ message }) => {
    const { entry } = GossipMessage.decode(message)
    return entry === undefined ? [] : [parseSignedEntry(peerscope, entry.entry, entry.signature).entry]
  })
