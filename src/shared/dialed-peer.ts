import type { PeerId } from './ids.ts'
import { isPeerId } from './ids.ts'

/** The peer that an address ends with; null where it names none. */
export function dialedPeer(target: string): PeerId | null {
  const id = /(?:^|\/p2p\/)([^/]+)$/.exec(target)?.[1] ?? ''
  return isPeerId(id) ? id : null
}
