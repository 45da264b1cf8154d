/** Why of the network where peers crashed together: it names them, with and without an island, and each of them says the same. */
import { describe, expect, it } from 'vitest'
import { storedNetworkWhy } from '../../../../src/main/monitor/insight/offline.ts'
import { networkWhyThen, storedThen } from '../../../../src/main/monitor/insight/why-then.ts'
import { lastFacts } from '../../../../src/main/monitor/insight/why-crashes.ts'
import { peerFacts } from '../../../../src/main/monitor/insight/why-facts.ts'
import type { WhySource } from '../../../../src/main/monitor/insight/why-facts.ts'
import { whyNetwork } from '../../../../src/main/monitor/insight/why-network.ts'
import { whyPeer } from '../../../../src/main/monitor/insight/why.ts'
import type { Store } from '../../../../src/main/store/types.ts'
import { linksAmong } from '../../../../src/shared/links.ts'
import { nickname } from '../../../../src/shared/nickname.ts'
import type { PeerRow } from '../../../../src/shared/peer.ts'
import type { NetworkWhy } from '../../../../src/shared/why.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { PURGE_MS, SECOND, wentLog, wentRow } from '../../../support/went-log.ts'
import { DataFolder, eachWithStore, NETWORK, NETWORK_ID, START } from '../../store/data-folder.ts'
import { islandsOf } from './peer-facts.ts'
import { catalogOf, row as shown, running } from './running-network.ts'
import { whySource } from './why-source.ts'

let store: Store
eachWithStore((opened) => {
  store = opened
})

const { log, breakOff, dial, refuse, purge } = wentLog(() => store)
const row = wentRow
const here = (...names: string[]): PeerRow[] => names.map((name) => row(name, 'online'))
const gone = (...names: string[]): PeerRow[] => names.map((name) => row(name, 'purged'))
const eve = row('eve', 'online', { neighbor: true, lastSeen: START + 600 * SECOND })

const source = (second: number, rows: readonly PeerRow[], changes: Partial<WhySource> = {}): WhySource =>
  whySource(store, {
    state: 'online',
    now: START + second * SECOND,
    purgeAfterMs: PURGE_MS,
    rows: () => [...rows, eve],
    ...changes,
  })
const why = async (...of: Parameters<typeof source>): Promise<NetworkWhy> => whyNetwork(await lastFacts(source(...of)))
const names = (...of: string[]): string[] => of.map((name) => nickname(idOf(name)))
const [ANN, BEN, HAL] = names('ann', 'ben', 'hal')
const REFUSED = 'were ended or crashed (nobody listens at their addresses)'
const HANGS = '1 hangs or was suspended (dials get no answer, and an ended process would refuse them)'

describe('peers that crashed together', () => {
  it('are named by the network as soon as dials tell it, and once they are purged, though no island was seen', async () => {
    breakOff(10, 'ann', 'ben')
    const [ann, ben] = [row('ann', 'online'), row('ben', 'online')]
    // That neighbors broke off happens all the time.
    expect((await why(11, [ann, ben])).matter).toBe('fine')
    refuse(12, 'ann')
    refuse(13, 'ben')
    const before = await why(20, [ann, ben])
    expect(before).toMatchObject({
      matter: 'went together',
      since: START + 10 * SECOND,
      causes: [
        {
          kind: 'crashed',
          confidence: 'likely',
          words: `they ${REFUSED}`,
          events: expect.arrayContaining([1, 2, 3, 4]),
        },
      ],
    })
    const both = [idOf('ann'), idOf('ben')].toSorted().map(nickname).join(' and ')
    expect(before.sentence.toLowerCase()).toContain(`${both} went together`)
    expect(whyPeer(await peerFacts(source(20, [ann, ben]), ann))).toMatchObject({
      matter: 'not answering',
      causes: [{ kind: 'crashed' }, { words: expect.stringContaining(`it went together with ${BEN}: 2 peers`) }],
    })
    expect(before.sentence).toMatch(/ went together 10 s ago, probably because they were ended or crashed \(nobody/)
    purge(60, 'ann')
    purge(68, 'ben')
    const after = await why(80, gone('ann', 'ben'))
    expect({ ...after, at: 0, sentence: '' }).toEqual({ ...before, at: 0, sentence: '' })
    expect(after.sentence).toMatch(/ went together 1 min 10 s ago, /)
    // Each says the same.
    for (const [name, other] of [
      ['ann', BEN],
      ['ben', ANN],
    ] as const) {
      const asked = row(name, 'purged')
      const { causes } = whyPeer(await peerFacts(source(80, gone('ann', 'ben')), asked))
      expect(causes.map(({ words }) => words)).toContain(
        `it went together with ${other}: 2 peers were ended or crashed together (nobody listens at their addresses)`,
      )
    }
  })

  it('are told so each as soon as its address refuses, though others still tell links with it', async () => {
    breakOff(10, 'ann', 'ben')
    const [ann, ben] = [row('ann', 'online'), row('ben', 'online')]
    const rows = [ann, ben, eve]
    const edge = { a: eve.peerId, b: ann.peerId, kind: 'neighbor', saidBy: eve.peerId, at: START } as const
    const links = () => linksAmong(rows, [edge], START + 20 * SECOND, null)
    const of = async () => whyPeer(await peerFacts(source(20, [ann, ben], { links }), ann))
    expect((await of()).matter).toBe('fine')
    refuse(12, 'ann', 'ben')
    const { matter, causes } = await of()
    expect([matter, causes[1]?.words]).toEqual([
      'not answering',
      expect.stringMatching(`^it went together with ${BEN}: `),
    ])
  })

  it('are told by one that went silent with many by what dials to each of them tell', async () => {
    refuse(-600, 'cat')
    refuse(12, 'ann', 'ben')
    dial(30, 'no answer in time', 'hal')
    purge(60, 'ann', 'ben', 'hal', 'cat', 'dan')
    const all = gone('ann', 'ben', 'hal', 'cat', 'dan')
    const { together } = await peerFacts(source(80, all), row('dan', 'purged'))
    expect(together.silent).toEqual({ count: 5, refused: 2, unanswered: 1, undialed: 2 })
    // An address that it no longer has says nothing of it.
    const target = `/ip4/127.0.0.1/tcp/9/p2p/${idOf('cat')}`
    log(40, { kind: 'DialFailed', target, reason: 'connection refused' })
    expect((await peerFacts(source(80, all), row('dan', 'purged'))).together).toEqual(together)
    const moved = all.map((one) => ({ ...one, addresses: ['/ip4/127.0.0.1/tcp/9'] }))
    const { silent } = (await peerFacts(source(80, moved), row('dan', 'purged'))).together
    expect(silent.refused).toBe(3)
  })

  it('are named for ten minutes, and for as long as one of them is not back', async () => {
    breakOff(10, 'ann', 'ben')
    refuse(12, 'ann', 'ben')
    purge(60, 'ann', 'ben')
    expect((await why(600, gone('ann', 'ben'))).matter).toBe('went together')
    expect((await why(700, gone('ann', 'ben'))).matter).toBe('fine')
    const again = {
      version: { startedAt: START + 70 * SECOND, updatedAt: START + 80 * SECOND },
      lastSeen: START + 80 * SECOND,
    }
    const ben = row('ben', 'online', again)
    expect((await why(90, [...gone('ann'), ben])).sentence).toMatch(
      / went together 1 min 20 s ago, and 1 came back since, probably because they were ended/,
    )
    expect((await why(90, [row('ann', 'online', again), ben])).matter).toBe('fine')
    // One that is back as the process that it was did not end, nor is anything known of our earlier runs.
    expect((await why(90, [...gone('ann'), row('ben', 'online', { lastSeen: START + 80 * SECOND })])).matter).toBe(
      'fine',
    )
    log(85, { kind: 'NetworkJoined', networkId: NETWORK_ID, peerId: idOf('me'), addresses: [] })
    expect((await why(90, gone('ann', 'ben'))).matter).toBe('fine')
  })

  it('count without one that hangs until it is known to, and are told with it then', async () => {
    breakOff(10, 'ann', 'ben', 'hal')
    refuse(12, 'ann', 'ben')
    const words = async (second: number) => (await why(second, here('ann', 'ben', 'hal'))).causes[0]?.words
    expect(await words(20)).toBe(`2 ${REFUSED}, and nothing is heard of 1 more (it was not dialed yet)`)
    dial(30, 'no answer in time', 'hal')
    expect(await words(40)).toBe(`2 ${REFUSED}, and ${HANGS}`)
    expect((await why(40, here('ann', 'ben', 'hal'))).sentence).toContain(HAL)
  })

  it('are told with one that hangs and was purged with them, though it never broke off', async () => {
    breakOff(10, 'ann', 'ben')
    refuse(12, 'ann', 'ben')
    purge(60, 'hal', 'ann', 'ben')
    const words = async () => {
      const { since, causes } = await why(80, gone('ann', 'ben', 'hal'))
      expect(since).toBe(START + 10 * SECOND)
      return causes[0]?.words
    }
    expect(await words()).toBe(`they ${REFUSED}`)
    dial(50, 'no answer in time', 'hal')
    expect(await words()).toBe(`2 ${REFUSED}, and ${HANGS}`)
    const together = async () => {
      const { causes } = whyPeer(await peerFacts(source(80, gone('ann', 'ben', 'hal')), row('hal', 'purged')))
      return causes.map((cause) => cause.words).filter((one) => /within a minute|went together/.test(one))
    }
    expect(await together()).toEqual([
      expect.stringMatching(/^it went together with .*: 2 peers were ended .*, and 1 hangs/),
    ])
    // While we stood still nothing could answer.
    log(51, { kind: 'Stalled', ms: 9000 })
    expect(await words()).toBe(`they ${REFUSED}`)
  })

  it('are told without one elsewhere that gets no answer, since something may lie between', async () => {
    breakOff(10, 'ann', 'ben')
    refuse(12, 'ann', 'ben')
    dial(50, 'no answer in time', 'hal')
    purge(60, 'hal', 'ann', 'ben')
    const far = gone('ann', 'ben', 'hal').map((one) => ({ ...one, addresses: ['/ip4/198.51.100.7/tcp/1'] }))
    const { together } = await lastFacts(source(80, far))
    expect(together?.peers).toEqual([idOf('ann'), idOf('ben')].toSorted())
  })

  it('are told with the split where all of them were on its other side, however late they broke off', async () => {
    const apart = [idOf('ann'), idOf('ben')]
    log(30, { kind: 'Islands', count: 2, sizes: [3, 2], since: START + 11 * SECOND, apart, held: [] })
    breakOff(50, 'ann', 'ben')
    refuse(52, 'ann', 'ben')
    purge(60, 'ann', 'ben')
    log(65, { kind: 'Islands', count: 1, sizes: [3], gone: 2, missing: apart })
    expect(await why(80, gone('ann', 'ben'))).toMatchObject({ matter: 'parted', since: START + 11 * SECOND })
  })

  it('are not told by dials to an address that they no longer have', async () => {
    breakOff(10, 'ann', 'ben')
    for (const name of ['ann', 'ben'])
      log(12, { kind: 'DialFailed', target: `/ip4/127.0.0.1/tcp/9/p2p/${idOf(name)}`, reason: 'connection refused' })
    expect((await why(20, here('ann', 'ben'))).matter).toBe('fine')
  })

  it('are not told where nothing tells that they ended, or our own stall may be why nothing was heard of them', async () => {
    breakOff(10, 'ann', 'ben')
    purge(60, 'ann', 'ben')
    expect((await why(80, gone('ann', 'ben'))).causes).toMatchObject([{ kind: 'crashed', confidence: 'possible' }])
    const far = gone('ann', 'ben').map((one) => ({ ...one, addresses: ['/ip4/198.51.100.7/tcp/1'] }))
    expect((await why(80, far)).matter).toBe('fine')
    log(59.9, { kind: 'Stalled', ms: 40_000 })
    expect((await why(80, gone('ann', 'ben'))).matter).toBe('fine')
  })

  it('are told with the split or the loss that came of it, and else whichever was last', async () => {
    breakOff(10, 'ann', 'ben')
    refuse(12, 'ann', 'ben')
    const apart = [idOf('ann'), idOf('ben')]
    const split = { islands: islandsOf(3, 2), apart: new Set(apart) }
    expect(await why(20, here('ann', 'ben'), split)).toMatchObject({ matter: 'split', causes: [{ kind: 'crashed' }] })
    log(30, { kind: 'Islands', count: 2, sizes: [3, 2], since: START + 11 * SECOND, apart, held: [] })
    purge(60, 'ann', 'ben')
    log(65, { kind: 'Islands', count: 1, sizes: [3], gone: 2, missing: apart })
    const two = gone('ann', 'ben')
    expect(await why(80, two)).toMatchObject({ matter: 'parted', causes: [{ kind: 'crashed' }] })
    breakOff(100, 'cat', 'dan')
    refuse(102, 'cat', 'dan')
    // While another split lasts that one is told, and not who crashed since.
    log(105, { kind: 'Islands', count: 2, sizes: [3, 1], since: START + 95 * SECOND, apart: [idOf('hal')], held: [] })
    const lasting = { islands: islandsOf(3, 1), apart: new Set([idOf('hal')]) }
    const during = await lastFacts(source(120, [...two, ...here('cat', 'dan')], lasting))
    expect([during.since, during.together]).toEqual([START + 95 * SECOND, null])
    log(106, { kind: 'Islands', count: 1, sizes: [5] })
    const later = await why(120, [...two, ...here('cat', 'dan')])
    expect(later).toMatchObject({ matter: 'went together', since: START + 100 * SECOND })
    log(200, { kind: 'NetworkLost', heardAt: null, since: START + 199 * SECOND })
    log(210, { kind: 'NetworkBack', since: START + 209 * SECOND })
    expect((await why(220, [...two, ...here('cat', 'dan')])).matter).toBe('had lost')
    expect((await why(220, [...two, ...here('cat', 'dan')], { state: 'lost' })).matter).toBe('lost')
  })
})

it('peers that crashed together are named from a data folder, of now and of a past moment, in which all counts that was known then', async () => {
  using data = new DataFolder()
  const { store: folder, view, now } = await running(data)
  const went = ['ben', 'cat']
  const since = now()
  for (const name of went) folder.append(NETWORK, since, { kind: 'NeighborDown', peerId: idOf(name) })
  for (const name of went) view.putRow(shown(name, { lastSeen: since, neighbor: false }))
  await data.scheduler.run(10_000)
  const event = (name: string) => ({ kind: 'DialFailed', target: idOf(name), reason: 'connection refused' }) as const
  for (const name of went) folder.append(NETWORK, now(), event(name))
  const refusedAt = now()
  await data.scheduler.run(10_000)
  const answer = await storedNetworkWhy(catalogOf(folder), now())
  expect(answer).toMatchObject({ matter: 'went together', since, causes: [{ kind: 'crashed', confidence: 'likely' }] })
  const then = storedThen(folder, catalogOf(folder).network, async () => [])
  const past = await networkWhyThen(then, now())
  expect([past.sentence, past.since, past.notKept]).toEqual([answer.sentence, since, null])
  expect((await networkWhyThen(then, refusedAt - 1)).matter).toBe('fine')
})
