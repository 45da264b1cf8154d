import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { networkFacts } from '../../../../src/main/monitor/insight/why-facts.ts'
import { whyNetwork } from '../../../../src/main/monitor/insight/why-network.ts'
import type { Store } from '../../../../src/main/store/types.ts'
import type { DiscoveryEvent } from '../../../../src/shared/events.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { DataFolder, NETWORK, START } from '../../store/data-folder.ts'

const MINUTE = 60_000
const version = { startedAt: 1, updatedAt: 1 }

let folder: DataFolder
let store: Store
beforeEach(() => {
  folder = new DataFolder()
  store = folder.open()
})
afterEach(() => folder[Symbol.dispose]())

const log = (minute: number, event: DiscoveryEvent): void => void store.append(NETWORK, START + minute * MINUTE, event)
const leave = (minute: number, name: string): void =>
  log(minute, { kind: 'PeerDeparted', peerId: idOf(name), reason: 'purged', version })

/** What is known of a lost network so many minutes after the start. */
const facts = (minute: number) =>
  networkFacts({
    store,
    networkKey: NETWORK,
    told: true,
    rows: () => [],
    edges: () => [],
    connectedAt: () => null,
    status: null,
    state: 'lost',
    islands: null,
    purgeAfterMs: 20_000,
    maxDriftMs: 60_000,
    now: START + minute * MINUTE,
  })

describe('what is known of the trouble of a network', () => {
  it('has the stall before it, however many peers left after that', () => {
    log(1, { kind: 'Stalled', ms: 30_000 })
    for (let index = 0; index < 300; index += 1) leave(1.1, `peer ${index}`)
    log(1.2, { kind: 'NeighborDown', peerId: idOf('peer 0') })
    expect(whyNetwork(facts(2)).causes[0]?.kind).toBe('own stall')
  })

  it('is of the time when it began, whatever happened since', () => {
    log(1, { kind: 'Stalled', ms: 30_000 })
    log(1.2, { kind: 'NeighborDown', peerId: idOf('a') })
    for (let index = 0; index < 300; index += 1) {
      leave(30, `peer ${index}`)
      log(31, { kind: 'Stalled', ms: 2000 })
    }
    const { since, events } = facts(60)
    expect(since).toBe(START + 1.2 * MINUTE)
    expect(events.map(({ event }) => event.kind)).toEqual(['NeighborDown', 'Stalled'])
  })
})
