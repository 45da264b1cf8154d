import type { PeerId } from './ids.ts'
import { isPeerId } from './ids.ts'

/** Why something is not dialed although somebody wants it: it was dialed before, to no avail, and rests. */
export const RESTS = 'nothing that is said to be there answered lately'

/** Whether a dial "failed" without one: its reason says nothing of who is there. */
export function onlyRested(reason: string): boolean {
  return reason.includes(RESTS)
}

/** The peer that an address ends with; null where it names none. */
export function dialedPeer(target: string): PeerId | null {
  const id = /(?:^|\/p2p\/)([^/]+)$/.exec(target)?.[1] ?? ''
  return isPeerId(id) ? id : null
}

/** Why a dial failed, without what was dialed, which the reasons begin with: for lists that name that already. */
export function dialCause(reason: string): string {
  return /^\S+ could not be reached: (.+)$/s.exec(reason)?.[1] ?? reason
}
