/** A network that is watched in virtual time by a clock that is set. */
import { Journal } from '../../src/main/monitor/journal/journal.ts'
import { goneRow } from '../../src/main/monitor/rows.ts'
import { SessionLog } from '../../src/main/monitor/session-log.ts'
import { View } from '../../src/main/monitor/view.ts'
import type { Store } from '../../src/main/store/types.ts'
import type { DiscoveryEvent } from '../../src/shared/events.ts'
import { NETWORK, NETWORK_ID, START } from '../unit/store/data-folder.ts'
import { idOf } from './discovery/entries.ts'
import { peerRow } from './renderer/fake-network.ts'

export const MINUTE = 60_000
const version = { startedAt: 1, updatedAt: 1 }

/** Minutes are those of a clock that is right. */
export class Watched {
  static readonly peers = ['a', 'b', 'c'].map((name, index) => peerRow(index + 1, { peerId: idOf(name) }))
  readonly #store: Store
  ran = 0
  skew = 0
  readonly clock = {
    now: () => START + (this.ran + this.skew) * MINUTE,
    monotonic: () => this.ran * MINUTE,
    schedule: () => () => undefined,
  }
  readonly view: View
  readonly journal: Journal
  readonly #log: SessionLog

  constructor(store: Store) {
    const { clock } = this
    this.#store = store
    this.view = new View(clock, store.status())
    this.journal = new Journal({ store, networkKey: NETWORK, view: this.view, clock })
    this.#log = new SessionLog({ store, networkKey: NETWORK, view: this.view, clock })
  }

  log(event: DiscoveryEvent): void {
    this.#store.append(NETWORK, this.clock.now(), event)
  }

  /** The same as a session logs it: rows grow. */
  tell(event: DiscoveryEvent): void {
    this.#log.take(event, this.clock.now())
    this.#log.flush()
  }

  join(): void {
    this.log({ kind: 'LocalEntryUpdated', version, tags: [], addresses: [] })
    this.log({ kind: 'NetworkJoined', peerId: idOf('me'), networkId: NETWORK_ID, addresses: [] })
    this.journal.start()
  }

  come(): void {
    for (const row of Watched.peers) {
      const { peerId } = row
      this.log({ kind: 'PeerDiscovered', peerId, source: 'gossip', version, tags: [], addresses: [] })
      this.#store.sessionStarted(NETWORK, peerId, this.clock.now(), version, 'gossip')
      this.#store.recordRtt(NETWORK, peerId, { at: this.clock.now(), ms: 20 })
      this.view.putRow(row)
    }
  }

  purge(): void {
    for (const row of Watched.peers) {
      const { peerId } = row
      this.log({ kind: 'PeerDeparted', peerId, reason: 'purged', version })
      this.#store.sessionEnded(NETWORK, peerId, this.clock.now(), 'purged')
      this.view.putRow(goneRow(row, 'purged', false))
    }
  }

  /** As it is noticed, and told: some time after the clock was set. */
  set(skew: number, told: () => void = () => undefined): void {
    const byMs = (skew - this.skew) * MINUTE
    this.skew = skew
    told()
    this.log({ kind: 'ClockJumped', byMs })
    this.#store.sessionsMoved(NETWORK, byMs)
  }
}
