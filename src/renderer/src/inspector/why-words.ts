import { nickname } from '../../../shared/nickname.ts'
import type { PeerWhy } from '../../../shared/why.ts'

/**
 * The sentence with the name that every view has for the peer, letter by letter. The engine knows nicknames only, and begins the
 * sentence with a capital.
 */
export function whyWords({ peerId, sentence }: Pick<PeerWhy, 'peerId' | 'sentence'>, name: string): string {
  const known = nickname(peerId)
  const begins = sentence.toLowerCase().startsWith(`${known} `)
  return begins ? `${name}${sentence.slice(known.length)}` : sentence
}
