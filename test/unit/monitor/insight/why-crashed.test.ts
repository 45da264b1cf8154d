/** Why of peers that crash together, from the log of a data folder: of the network, and of each of them. */
import { describe, expect, it } from 'vitest'
import { networkFacts } from '../../../../src/main/monitor/insight/network-trouble.ts'
import { peerFacts } from '../../../../src/main/monitor/insight/why-facts.ts'
import type { WhySource } from '../../../../src/main/monitor/insight/why-facts.ts'
import { whyPeer } from '../../../../src/main/monitor/insight/why.ts'
import { whyNetwork } from '../../../../src/main/monitor/insight/why-network.ts'
import type { Store } from '../../../../src/main/store/types.ts'
import type { DiscoveryEvent } from '../../../../src/shared/events.ts'
import { nickname } from '../../../../src/shared/nickname.ts'
import type { PeerRow } from '../../../../src/shared/peer.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { peerRow } from '../../../support/renderer/fake-network.ts'
import { eachWithStore, NETWORK, NETWORK_ID, START } from '../../store/data-folder.ts'
import { whySource } from './why-source.ts'

const MINUTE = 60_000
const version = { startedAt: 1, updatedAt: 1 }

let store: Store
eachWithStore((opened) => {
  store = opened
})

const log = (minute: number, event: DiscoveryEvent): void => void store.append(NETWORK, START + minute * MINUTE, event)
const source = (minute: number) => whySource(store, { now: START + minute * MINUTE })

describe('peers that crash together', () => {
  const names = ['quiet', 'still', 'mute'] as const
  const apart = names.map((name) => idOf(name))
  const islands = { count: 2, sizes: [3, 3] } as unknown as NonNullable<WhySource['islands']>
  const rows = apart.map((peerId) => peerRow(1, { peerId, state: 'online', addresses: ['/ip4/127.0.0.1/tcp/1'] }))
  const splitAt = (minute: number, changes: Partial<WhySource> = {}): WhySource => ({
    ...source(minute),
    state: 'online',
    islands,
    rows: () => rows,
    ...changes,
  })
  const refuse = (minute: number, name: string): void =>
    log(minute, { kind: 'DialFailed', target: idOf(name), reason: 'connection refused' })

  it('are said to be so from the first moment, though the split is told only once it lasted', () => {
    log(1, { kind: 'Islands', count: 1, sizes: [6] })
    expect(whyNetwork(networkFacts(splitAt(5, { apart: new Set(apart) }))).causes).toMatchObject([{ kind: 'unknown' }])
    for (const name of names) refuse(4.95, name)
    expect(whyNetwork(networkFacts(splitAt(5, { apart: new Set(apart) }))).sentence).toMatch(
      /^The network looks split .*, probably because 3 peers were ended or crashed together \(nobody listens/,
    )
  })

  it('are not said to be so where their addresses have refused all along, as the rows of that say', () => {
    log(1, { kind: 'Islands', count: 1, sizes: [6] })
    const since = START + MINUTE
    for (const name of names) log(4.95, { kind: 'DialFailed', target: idOf(name), reason: 'connection refused', since })
    expect(whyNetwork(networkFacts(splitAt(5, { apart: new Set(apart) }))).causes).toMatchObject([{ kind: 'unknown' }])
  })

  it('are told so each, with who went with it, as it is said of the network', async () => {
    const [row = peerRow(1)] = rows
    const purged = { ...row, state: 'purged' } as const
    const causes = async () => whyPeer(await peerFacts(splitAt(11), purged)).causes
    store.sessionStarted(NETWORK, row.peerId, START, version, 'gossip')
    store.sessionEnded(NETWORK, row.peerId, START + 10 * MINUTE, 'purged')
    log(9.9, { kind: 'Islands', count: 2, sizes: [3, 3], since: START + 9.8 * MINUTE, held: [], apart })
    expect((await causes()).map(({ kind }) => kind)).toContain('split')
    // To others than this one: what is known of them is known of it.
    for (const name of names.slice(1)) refuse(9.95, name)
    const [cause] = whyNetwork(networkFacts(splitAt(11))).causes
    expect(cause).toMatchObject({ kind: 'crashed', confidence: 'likely' })
    const [first, ...rest] = await causes()
    expect(first).toEqual({
      ...cause,
      words: `it went together with ${nickname(idOf('still'))} and ${nickname(idOf('mute'))}: ${cause?.words}`,
    })
    expect(rest.map(({ kind }) => kind)).not.toContain('split')
  })

  it('are told so each before the split is told as well, from the moment that it is said of the network', async () => {
    log(1, { kind: 'Islands', count: 1, sizes: [6] })
    const [row = peerRow(1)] = rows
    const unanswered = { ...row, connected: false, neighbor: false, rtt: { srtt: 9, rttvar: 1, last: 9, at: START } }
    const shown = splitAt(5, { apart: new Set(apart) })
    const words = async () => whyPeer(await peerFacts(shown, unanswered)).causes.map((cause) => cause.words)
    log(4.9, { kind: 'DialFailed', target: row.peerId, reason: 'no answer in time' })
    expect((await words()).join()).not.toMatch(/went together|cut off/)
    for (const name of names) refuse(4.95, name)
    const [cause] = whyNetwork(networkFacts(shown)).causes
    expect(await words()).toContain(
      `it went together with ${nickname(idOf('still'))} and ${nickname(idOf('mute'))}: ${cause?.words}`,
    )
    // Who is not apart did not go with them.
    const other = { ...unanswered, peerId: idOf('other') }
    expect(whyPeer(await peerFacts(shown, other)).causes.map(({ kind }) => kind)).not.toContain('crashed')
  })

  it('do not count as fine each from the moment on that the network counts them, though nobody dialed them since', async () => {
    log(1, { kind: 'Islands', count: 1, sizes: [6] })
    const answered = (minute: number): PeerRow['rtt'] => ({ srtt: 9, rttvar: 1, last: 9, at: START + minute * MINUTE })
    const version = { startedAt: START, updatedAt: START + 4 * MINUTE }
    const here = rows.map((one) => ({ ...one, version, connected: false, neighbor: false, rtt: answered(4.5) }))
    const [quiet = peerRow(1), still = peerRow(1)] = here
    const of = async (shown: WhySource, row: PeerRow) => whyPeer(await peerFacts(shown, row))
    const soon = splitAt(5, { apart: new Set(apart) })
    expect(whyNetwork(networkFacts(soon)).causes).toMatchObject([{ kind: 'unknown', confidence: 'possible' }])
    expect(await of(soon, quiet)).toMatchObject({
      matter: 'apart',
      causes: [{ kind: 'split', confidence: 'possible' }],
    })
    // One of them was our neighbor.
    log(4.9, { kind: 'NeighborDown', peerId: quiet.peerId })
    expect(whyNetwork(networkFacts(soon)).causes[0]?.kind).toBe('crashed')
    for (const row of here) {
      const why = await of(soon, row)
      expect(why).toMatchObject({ matter: 'apart', causes: [{ kind: 'crashed' }] })
      expect(why.sentence).toMatch(
        / counts as here, but (broke off from us 6 s ago, and )?no known link leads to it, perhaps because it went together with /,
      )
    }
    // Nor is one apart that is linked with us, or where nothing is told to be apart.
    expect((await of(soon, { ...quiet, connected: true })).matter).toBe('fine')
    expect((await of({ ...soon, apart: new Set([quiet.peerId]) }, still)).matter).not.toBe('apart')
    expect((await of({ ...soon, state: 'lost' }, quiet)).matter).not.toBe('apart')
    // One is gone, and what is left of the other island is no island.
    log(5.1, { kind: 'Islands', count: 2, sizes: [3, 3], since: START + 4.95 * MINUTE, held: [], apart })
    const later = splitAt(6, {
      islands: { ...islands, count: 1 },
      apart: new Set(),
      rows: () => [{ ...quiet, state: 'purged' }, ...here.slice(1)],
    })
    expect(whyNetwork(networkFacts(later))).toMatchObject({ matter: 'parted', causes: [{ kind: 'crashed' }] })
    expect(await of(later, still)).toMatchObject({ matter: 'apart', causes: [{ kind: 'crashed' }] })
    // One that was heard of since is here after all.
    expect((await of(later, { ...still, rtt: answered(5) })).matter).not.toBe('apart')
    const announced = { ...still, version: { ...version, updatedAt: START + 5 * MINUTE } }
    expect((await of(later, announced)).matter).not.toBe('apart')
  })

  it('are told by the dials since they were reached last, however often others failed before', async () => {
    const [row = peerRow(1)] = rows
    const reached = { srtt: 9, rttvar: 1, last: 9, at: START + 2.5 * MINUTE }
    const gone = { ...row, state: 'purged', rtt: reached, version: { startedAt: START, updatedAt: START } } as const
    store.sessionStarted(NETWORK, row.peerId, START, version, 'gossip')
    store.sessionEnded(NETWORK, row.peerId, START + 3 * MINUTE, 'purged')
    const event = { kind: 'DialFailed', target: row.peerId, reason: 'no route to it' } as const
    const { seq, at } = store.append(NETWORK, START + 2.4 * MINUTE, event)
    const earlier = [
      { times: 1, lastAt: at },
      { times: 11, lastAt: START + 2.45 * MINUTE },
      { times: 12, lastAt: START + 2.8 * MINUTE },
    ]
    store.appendAgain(NETWORK, { seq, at, event, times: 13, lastAt: START + 2.9 * MINUTE, earlier })
    const words = async (changes: Partial<PeerRow>) =>
      whyPeer(await peerFacts(splitAt(4, { islands: null }), { ...gone, ...changes })).sentence
    expect(await words({})).toMatch(/it cannot be reached \(2 dials failed, /)
    // One that started since is another process than that to which they failed.
    const restarted = { startedAt: START + 2.85 * MINUTE, updatedAt: START + 2.85 * MINUTE }
    expect(await words({ rtt: null, version: restarted })).toMatch(/it cannot be reached \(no route/)
  })

  it('are told by dials to where they are, and not to where they were before', async () => {
    const [row = peerRow(1)] = rows
    const gone = { ...row, state: 'purged', addresses: ['/ip4/192.0.2.1/tcp/2'], rtt: null } as const
    store.sessionStarted(NETWORK, row.peerId, START, version, 'gossip')
    store.sessionEnded(NETWORK, row.peerId, START + 3 * MINUTE, 'purged')
    const dial = (port: number): void =>
      log(2.9, {
        kind: 'DialFailed',
        target: `/ip4/192.0.2.1/tcp/${port}/p2p/${row.peerId}`,
        reason: 'connection refused',
      })
    const kinds = async (): Promise<readonly string[]> =>
      whyPeer(await peerFacts(splitAt(4, { islands: null }), gone)).causes.map(({ kind }) => kind)
    dial(1)
    expect(await kinds()).not.toContain('crashed')
    dial(2)
    expect(await kinds()).toContain('crashed')
  })

  it('are told to have crashed again, where the address of one refused before it restarted', async () => {
    const [row = peerRow(1)] = rows
    store.sessionStarted(NETWORK, row.peerId, START + 2 * MINUTE, version, 'gossip')
    store.sessionEnded(NETWORK, row.peerId, START + 3 * MINUTE, 'purged')
    log(0, { kind: 'NetworkJoined', networkId: NETWORK_ID, peerId: idOf('me'), addresses: [] })
    for (const minute of [1, 2.5]) refuse(minute, 'quiet')
    const causeOf = async (startedAt: number) => {
      const entry = { startedAt: START + startedAt * MINUTE, updatedAt: START + 2 * MINUTE }
      const gone = { ...row, state: 'purged', rtt: null, version: entry } as const
      return whyPeer(await peerFacts(splitAt(4, { islands: null }), gone)).causes[0]?.kind
    }
    expect(await causeOf(2)).toBe('crashed')
    // One that ran all the time never had an address at which it could be dialed.
    expect(await causeOf(0.5)).not.toBe('crashed')
  })
})
