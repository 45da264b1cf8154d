/** Events as they were found from a past moment. */
import type { ContractInputs } from '../../shared/contract.ts'
import type { Loss } from '../../shared/loss.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import type { PeerRow } from '../../shared/peer.ts'
import type { EventsSource } from './events-page.ts'
import { pastPicture } from './past.ts'

/** Peers as they were shown at a moment. */
interface Moment {
  readonly networkKey: NetworkKey
  readonly at: number
  /** The number of the last event until then: with another one the moment was not over yet, or its history is gone. */
  readonly seq: number
  readonly rows: ReadonlyMap<string, PeerRow>
  readonly loss: Loss | null
}

/** Finds the peers of a moment that filters count from. A list asks for page after page of the same one: the last is kept. */
export class EventsThen {
  #last: Moment | null = null

  /**
   * The same source for a filter that counts from the moment which is asked for: with peers as they were shown then. In turns.
   * @throws what the signal was fired with
   */
  async from<Source extends EventsSource>(
    source: Source,
    { asOf: at, filter = '' }: Pick<ContractInputs['history']['counts'], 'asOf' | 'filter'>,
    signal?: AbortSignal,
  ): Promise<Source> {
    if (at === undefined || filter.trim() === '') return source
    const { live } = source
    const { rows, loss } = await this.#moment(source, at, signal)
    return { ...source, live: (peerId) => rows.get(peerId) ?? live(peerId), loss, now: at }
  }

  async #moment({ store, networkKey }: EventsSource, at: number, signal?: AbortSignal): Promise<Moment> {
    const last = this.#last
    const seq = store.lastSeqAt(networkKey, at)
    if (last !== null && last.networkKey === networkKey && last.at === at && last.seq === seq) return last
    const { peers, loss } = await pastPicture({ store, networkKey, self: undefined }, at, signal)
    const moment = { networkKey, at, seq, loss, rows: new Map(peers.map((row) => [row.peerId, row])) }
    this.#last = moment
    return moment
  }
}
