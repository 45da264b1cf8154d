import { nickname } from '../../../shared/nickname.ts'
import type { PeerWhy } from '../../../shared/why.ts'

/** The sentence with the name that every view has for the peer: the engine knows nicknames only. */
export function whyWords({ peerId, sentence }: Pick<PeerWhy, 'peerId' | 'sentence'>, name: string): string {
  const known = nickname(peerId)
  return sentence.startsWith(`${known} `) ? `${name}${sentence.slice(known.length)}` : sentence
}
