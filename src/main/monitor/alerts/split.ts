/** The split of the network that lasts, as the events of islands tell it, and who of the other island was taken for gone. No I/O. */
import type { DiscoveryEvent } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { goneApartWords } from '../../../shared/island-words.ts'
import { nickname } from '../../../shared/nickname.ts'
import type { PeerRow } from '../../../shared/peer.ts'

type Told = Extract<DiscoveryEvent, { kind: 'Islands' }>

/** One network, from joining to leaving. */
export class Split {
  #islands: Pick<Told, 'count' | 'sizes'> | null = null
  #missing = new Set<PeerId>()
  /** Those that were gone and not named. */
  #unnamed = 0

  /** Null while the network is whole. */
  get islands(): Pick<Told, 'count' | 'sizes'> | null {
    return this.#islands
  }

  restart(): void {
    this.#islands = null
    this.#forget()
  }

  take(event: Told): void {
    const { count, gone = 0, missing = [] } = event
    if (this.#islands === null) this.#forget()
    this.#islands = count > 1 ? event : null
    for (const peerId of missing) this.#missing.add(peerId)
    this.#unnamed += gone - missing.length
  }

  /** Who of the others was taken for gone and is not back, as a sentence: then it ended without healing. Empty for nobody. */
  gone(row: (peerId: PeerId) => Pick<PeerRow, 'state'> | undefined): string {
    const missing = [...this.#missing].filter((peerId) => row(peerId)?.state !== 'online')
    const gone = missing.length + this.#unnamed
    return gone === 0 ? '' : `${goneApartWords(gone, missing.map(nickname))}.`
  }

  #forget(): void {
    this.#missing = new Set()
    this.#unnamed = 0
  }
}
