import { describe, expect, it } from 'vitest'
import type { DiscoveryEvent, LoggedEvent } from '../../../src/shared/events.ts'
import { peerOf as subjectOf } from '../../../src/shared/events.ts'
import type { Store, EventsQuery } from '../../../src/main/store/types.ts'
import { SeededRandom } from '../../sim/random.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { DataFolder, NETWORK, OTHER, slotOf, START } from './data-folder.ts'

const PEERS = ['x', 'y', 'z'].map(idOf)

function someEvent(random: SeededRandom): DiscoveryEvent {
  const peerId = random.pick(PEERS)
  return random.pick<DiscoveryEvent>([
    { kind: 'NeighborUp', peerId },
    { kind: 'NeighborDown', peerId },
    { kind: 'EntryRejected', peerId: null, reason: 'Malformed', source: 'sync', detail: 'd' },
    slotOf(random.below(100)),
  ])
}

/** All pages, one after the other. */
function walk(store: Pick<Store, 'eventsPage'>, query: EventsQuery): LoggedEvent[] {
  const result: LoggedEvent[] = []
  for (let before = query.before; ; before = result.at(-1)?.seq) {
    const page = store.eventsPage({ ...query, before })
    expect(page.events.length).toBeLessThanOrEqual(query.limit)
    result.push(...page.events)
    if (!page.more) return result
    expect(page.events).toHaveLength(query.limit)
  }
}

describe('pages of events', () => {
  it.each([1, 2, 3])('by key give each matching event once, newest first, for every filter (seed %i)', (seed) => {
    using data = new DataFolder()
    const random = new SeededRandom(seed)
    const store = data.open()
    const logged: LoggedEvent[] = []
    for (let n = 0; n < 300; n++) {
      const networkKey = random.pick([NETWORK, OTHER])
      const event = store.append(networkKey, START + n, someEvent(random))
      if (networkKey === NETWORK) logged.unshift(event)
      if (random.below(40) === 0) store.flush()
    }
    for (const limit of [1, 7, 299, 1000]) {
      for (const kinds of [undefined, [], ['NeighborUp'], ['DhtSlotClaimed', 'EntryRejected']] as const) {
        for (const peerId of [undefined, ...PEERS, idOf('unknown')]) {
          const matching = logged.filter(
            ({ event }) =>
              (kinds === undefined || kinds.some((kind) => kind === event.kind)) &&
              (peerId === undefined || subjectOf(event) === peerId),
          )
          expect(walk(store, { networkKey: NETWORK, limit, kinds, peerId })).toEqual(matching)
        }
      }
    }
  })

  it('are not moved by what is added while one walks', () => {
    using data = new DataFolder()
    const store = data.open()
    const first = [1, 2, 3, 4].map((n) => store.append(NETWORK, START, slotOf(n)))
    const page = store.eventsPage({ networkKey: NETWORK, limit: 2 })
    store.append(NETWORK, START, slotOf(5))
    const next = store.eventsPage({ networkKey: NETWORK, limit: 2, before: page.events.at(-1)?.seq })
    expect([...page.events, ...next.events]).toEqual(first.toReversed())
    expect([page.more, next.more]).toEqual([true, false])
  })

  it('hold 1 to 1000 events, whatever is asked', () => {
    using data = new DataFolder()
    const store = data.open()
    for (let n = 0; n < 1003; n++) store.append(NETWORK, START, slotOf(n))
    expect(store.eventsPage({ networkKey: NETWORK, limit: 5000 }).events).toHaveLength(1000)
    expect(store.eventsPage({ networkKey: NETWORK, limit: 0 }).events).toHaveLength(1)
    expect(store.eventsPage({ networkKey: NETWORK, limit: -5 }).more).toBe(true)
    expect(store.eventsPage({ networkKey: OTHER, limit: 5 })).toEqual({ events: [], more: false })
  })
})
