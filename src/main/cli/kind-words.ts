/** How peers and ids of a network are written for people and for programs. */
import type { Forms } from '../../shared/forms.ts'
import { formsOf } from '../../shared/forms.ts'
import type { PeerId } from '../../shared/ids.ts'
import { NO_NAMES, shownId } from '../../shared/names.ts'
import type { Names } from '../../shared/names.ts'
import { ABILITIES } from '../../shared/network-kind.ts'
import type { NetworkKind } from '../../shared/network-kind.ts'
import { endpointIdOf, peerIdFromAnyForm } from '../../shared/peer-form.ts'
import { InvalidArgument } from '../../shared/errors.ts'

/** Writes ids of one network. */
export interface KindWords extends Forms {
  /** Tags by their names, ids that nobody named shortened. */
  tags(tags: readonly string[]): string
  /** What JSON has beside a peer's id. */
  fields(peerId: PeerId | null): { readonly endpointId?: string }
}

/** The words of a network. `namesNow` is its name book. */
export function kindWords(kind: NetworkKind, namesNow: () => Names = () => NO_NAMES): KindWords {
  return {
    ...formsOf(kind),
    tags: (tags) => tags.map((tag) => shownId(tag, namesNow())).join(' '),
    fields: (peerId) => (peerId === null || !ABILITIES[kind].relayUrls ? {} : { endpointId: endpointIdOf(peerId) }),
  }
}

/** Those of Peerscope's own networks. */
export const PLAIN_WORDS: KindWords = kindWords('peerscope')

/** A peer that somebody named, by either form of its id. @throws InvalidArgument */
export function readPeerId(text: string): PeerId {
  const peerId = peerIdFromAnyForm(text)
  if (peerId === null)
    throw new InvalidArgument(`'${text.slice(0, 80)}' is not a peer id: write 12D3Koo… or 64 hex digits`)
  return peerId
}
