/** The split of the network that lasts, as the events of islands tell it, and who of the other island was taken for gone. No I/O. */
import type { DiscoveryEvent } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { goneApartWords } from '../../../shared/island-words.ts'
import { nickname } from '../../../shared/nickname.ts'
import type { PeerRow } from '../../../shared/peer.ts'

type Told = Extract<DiscoveryEvent, { kind: 'Islands' }>

/** Where a peer's row is found. */
type Rows = (peerId: PeerId) => Pick<PeerRow, 'state'> | undefined

/** Peers that are followed until they are back: of a split that lasts for days others go and come. Of more only the number is kept. */
export const MOST_MISSING = 1024

/** One network, from joining to leaving. */
export class Split {
  #islands: Pick<Told, 'count' | 'sizes'> | null = null
  #missing = new Set<PeerId>()
  /** How many others were gone: not named, or more than are followed. */
  #unnamed = 0

  /** Null while the network is whole. */
  get islands(): Pick<Told, 'count' | 'sizes'> | null {
    return this.#islands
  }

  restart(): void {
    this.#islands = null
    this.#forget()
  }

  take(event: Told, row: Rows): void {
    const { count, gone = 0, missing = [], back } = event
    if (this.#islands === null) this.#forget()
    // We cannot tell which of them are back, so they are no longer counted.
    else if (count > this.#islands.count || back !== undefined) this.#unnamed = 0
    this.#islands = count > 1 ? event : null
    const away = [...new Set([...this.#missing, ...missing])].filter((peerId) => row(peerId)?.state !== 'online')
    this.#missing = new Set(away.slice(-MOST_MISSING))
    this.#unnamed += gone - missing.length + away.length - this.#missing.size
  }

  /** Who of the others was taken for gone and is not back, as a sentence: then it ended without healing. Empty for nobody. */
  gone(row: Rows): string {
    const missing = [...this.#missing].filter((peerId) => row(peerId)?.state !== 'online')
    const gone = missing.length + this.#unnamed
    return gone === 0 ? '' : `${goneApartWords(gone, missing.map(nickname))}.`
  }

  #forget(): void {
    this.#missing = new Set()
    this.#unnamed = 0
  }
}
