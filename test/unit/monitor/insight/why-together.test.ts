/** Why of peers that went together where no split was seen, and of one that broke off and is not purged yet. */
import { beforeEach, describe, expect, it } from 'vitest'
import { peerFacts } from '../../../../src/main/monitor/insight/why-facts.ts'
import type { WhySource } from '../../../../src/main/monitor/insight/why-facts.ts'
import { whyPeer } from '../../../../src/main/monitor/insight/why.ts'
import type { Store } from '../../../../src/main/store/types.ts'
import { linksAmong } from '../../../../src/shared/links.ts'
import { nickname } from '../../../../src/shared/nickname.ts'
import type { Edge, PeerRow } from '../../../../src/shared/peer.ts'
import type { PeerWhy } from '../../../../src/shared/why.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { PURGE_MS, SECOND, wentLog, wentRow } from '../../../support/went-log.ts'
import { eachWithStore, START } from '../../store/data-folder.ts'
import { islandsOf } from './peer-facts.ts'
import { whySource } from './why-source.ts'

let store: Store
eachWithStore((opened) => {
  store = opened
})

const { log, breakOff, refuse, depart, purge } = wentLog(() => store)
const row = wentRow

/** Why of a peer among others, so many seconds after the start. */
async function why(second: number, asked: PeerRow, others: readonly PeerRow[], edges: Edge[] = []): Promise<PeerWhy> {
  const now = START + second * SECOND
  const rows = [asked, ...others]
  const source: WhySource = whySource(store, {
    state: 'online',
    now,
    purgeAfterMs: PURGE_MS,
    rows: () => rows,
    links: () => linksAmong(rows, edges, now, null),
  })
  return whyPeer(await peerFacts(source, asked))
}
const went = (causes: PeerWhy['causes']): string | undefined =>
  causes.find(({ words }) => words.startsWith('it went together'))?.words
const withBen = `it went together with ${nickname(idOf('ben'))}: 2 peers`

describe('peers that broke off at once', () => {
  beforeEach(() => {
    breakOff(10, 'ann')
    breakOff(10.1, 'ben')
  })

  it('went together, though no island was seen: as dials to them tell, also once they were started again', async () => {
    purge(60, 'ann')
    purge(68, 'ben')
    const [ann, ben] = [row('ann', 'purged'), row('ben', 'purged')]
    expect(went((await why(80, ann, [ben])).causes)).toBe(
      `${withBen}, all on this machine, broke off together without a goodbye (they were ended, crashed or suspended)`,
    )
    refuse(40, 'ann')
    refuse(45, 'ben')
    const ended = `${withBen} were ended or crashed together (nobody listens at their addresses)`
    expect(went((await why(80, ann, [ben])).causes)).toBe(ended)
    const restarted = row('ben', 'online', {
      version: { startedAt: START + 70 * SECOND, updatedAt: START + 80 * SECOND },
    })
    expect(went((await why(90, ann, [restarted])).causes)).toBe(ended)
    // One that is back as it was did not end.
    expect(went((await why(90, ann, [row('ben', 'online')])).causes)).toBeUndefined()
  })

  it('did not go together where one came again, was heard of since, or said goodbye', async () => {
    purge(60, 'ann')
    const ann = row('ann', 'purged')
    const others = async (ben: PeerRow) => went((await why(80, ann, [ben])).causes)
    expect(await others(row('ben', 'online'))).toMatch(withBen)
    expect(await others(row('ben', 'online', { lastSeen: START + 30 * SECOND }))).toBeUndefined()
    expect(await others(row('ben', 'online', { neighbor: true }))).toBeUndefined()
    depart(10.2, 'graceful', 'ben')
    expect(await others(row('ben', 'departed'))).toBeUndefined()
  })

  it('are said to have gone together before they are purged, where no link of them is known', async () => {
    const [ann, ben] = [row('ann', 'online'), row('ben', 'online')]
    const { matter, sentence, since } = await why(22, ann, [ben])
    expect({ matter, since }).toEqual({ matter: 'apart', since: START + 10 * SECOND })
    expect(sentence).toMatch(
      / counts as here, but broke off from us 12 s ago, and no known link leads to it, perhaps because it went together/,
    )
  })
})

describe('peers that were no neighbors of ours', () => {
  it('went together where nobody listens at their addresses, and they were purged at about the same time', async () => {
    purge(60, 'ann')
    purge(64, 'ben')
    purge(80, 'cat')
    const [ann, others] = [row('ann', 'purged'), [row('ben', 'purged'), row('cat', 'purged')]]
    refuse(45, 'ann')
    expect(went((await why(90, ann, others)).causes)).toBeUndefined()
    refuse(46, 'ben')
    refuse(47, 'cat')
    expect(went((await why(90, ann, others)).causes)).toBe(
      `${withBen} were ended or crashed together (nobody listens at their addresses)`,
    )
  })
})

describe('a peer that hangs', () => {
  const edge = (a: string, b: string, second: number): Edge => ({
    a: idOf(a),
    b: idOf(b),
    kind: 'neighbor',
    saidBy: idOf(a),
    at: START + second * SECOND,
  })
  // It told its links, and the others told theirs since.
  const edges = [edge('ann', 'ben', 0), edge('ann', 'cat', 0), edge('ben', 'cat', 20), edge('cat', 'ben', 20)]
  const others = [
    row('ben', 'online', { lastSeen: START + 20 * SECOND }),
    row('cat', 'online', { lastSeen: START + 20 * SECOND }),
  ]

  it('is said to have broken off, from us and from those that it was linked with', async () => {
    breakOff(10, 'ann')
    const { sentence, causes } = await why(22, row('ann', 'online'), others, edges)
    expect(sentence).toMatch(
      / counts as here, but broke off from us and 2 others 12 s ago, and no known link leads to it, perhaps because it crashed, was ended by force, hangs or was suspended/,
    )
    expect(causes).toMatchObject([{ kind: 'unknown', events: [1] }])
    // It came again, or was heard of since.
    expect(
      (
        await why(
          22,
          row('ann', 'online', { version: { startedAt: START - SECOND, updatedAt: START + 15 * SECOND } }),
          others,
        )
      ).matter,
    ).toBe('lonely')
    log(12, { kind: 'NeighborUp', peerId: idOf('ann') })
    expect((await why(22, row('ann', 'online'), others)).matter).toBe('lonely')
  })

  it('is not said to have told no links, where it told some and all of those dropped it', async () => {
    const told = await why(22, row('ann', 'online'), others, edges)
    expect(told).toMatchObject({ matter: 'lonely', since: START, causes: [{ kind: 'unknown' }] })
    expect(told.sentence).toMatch(
      / counts as here, but the 2 links that it told 22 s ago are over, and no other is known, perhaps because it crashed/,
    )
    expect((await why(22, row('ann', 'online'), others)).causes.map(({ kind }) => kind)).toEqual(['untold'])
  })
})

describe('a peer of which no link was known when the network split', () => {
  const ELSEWHERE = ['/ip4/10.77.0.2/tcp/1']
  const others = ['ben', 'cat'].map((name) => row(name, 'purged', { addresses: ELSEWHERE }))
  const here = ['dan', 'eve'].map((name) => row(name, 'online', { neighbor: true, lastSeen: START + 90 * SECOND }))
  const asked = (changes: Partial<PeerRow> = {}) => row('ann', 'purged', { addresses: ELSEWHERE, ...changes })
  const of = async (changes: Partial<PeerRow> = {}) => await why(90, asked(changes), [...others, ...here])
  const split = (unlinked: readonly string[]): void =>
    log(20, {
      kind: 'Islands',
      count: 2,
      sizes: [3, 2],
      since: START + 10 * SECOND,
      held: [],
      apart: ['ben', 'cat'].map(idOf),
      unlinked: unlinked.map(idOf),
    })
  const silent = (): void => {
    purge(60, 'ann')
    purge(62, 'ben')
    purge(64, 'cat')
    log(70, { kind: 'DialFailed', target: idOf('ann'), reason: 'not here', notDialed: 'elsewhere' })
  }

  it('went by the split, where nothing was heard of it since; not for lack of a dial, nor by our own connection', async () => {
    split(['ann'])
    silent()
    const { sentence, causes } = await of()
    expect(sentence).toMatch(
      / went silent 30 s ago, probably because the network split 50 s before, and nothing was heard of it since \(no link of it was known\)\.$/,
    )
    expect(causes.map(({ kind }) => kind)).toEqual(['split', 'unknown'])
    expect(causes[0]).toMatchObject({ events: [1], evidence: { from: START + 10 * SECOND } })
    // As the network says it, where it is told by the others that they only ended.
    refuse(30, 'ben', 'cat')
    expect((await of()).causes.map(({ kind }) => kind)).not.toContain('split')
  })

  it('did not where it went long before, was heard of since, or links of it were known', async () => {
    split([])
    silent()
    const kinds = async (changes: Partial<PeerRow> = {}) => (await of(changes)).causes.map(({ kind }) => kind)
    expect(await kinds()).not.toContain('split')
    split(['ann'])
    expect(await kinds()).toContain('split')
    const heard = (second: number) => {
      const at = START + second * SECOND
      return { rtt: null, version: { startedAt: START - 900 * SECOND, updatedAt: at } }
    }
    expect(await kinds(heard(12))).not.toContain('split')
    expect(await kinds(heard(-60))).not.toContain('split')
    // That many went at once is said without a word on our own connection: others are connected all the time.
    expect((await of(heard(12))).causes[0]?.words).toMatch(
      /^the way between them and us broke, since 3 peers went silent/,
    )
  })
})

describe('a peer that went silent', () => {
  it.each([
    ['elsewhere', []],
    ['rests', ['dials failed']],
  ] as const)('did not for lack of a dial, but by one that was tried before: %s', async (notDialed, kinds) => {
    const asked = row('ann', 'purged', { addresses: ['/ip4/10.77.0.2/tcp/1'] })
    purge(60, 'ann')
    log(70, { kind: 'DialFailed', target: idOf('ann'), reason: 'not here', notDialed })
    const { causes } = await why(90, asked, [])
    expect(causes.map(({ kind }) => kind).filter((kind) => kind !== 'unknown')).toEqual(kinds)
  })
})

describe('a peer that counts as here', () => {
  const apart = async (now: readonly string[]) => {
    const rows = ['ann', 'ben', 'cat'].map((name) => row(name, 'online'))
    const source = whySource(store, {
      state: 'online',
      now: START + 30 * SECOND,
      purgeAfterMs: PURGE_MS,
      rows: () => rows,
      islands: islandsOf(2, 2),
      apart: new Set(now.map(idOf)),
    })
    return (await peerFacts(source, row('ann', 'online'))).apart
  }

  it('is on the other side of a split by what the links say now, and not by what they said when it was told', async () => {
    const since = START + 10 * SECOND
    log(20, { kind: 'Islands', count: 2, sizes: [2, 2], since, held: [], apart: [idOf('ben'), idOf('cat')] })
    expect(await apart(['ann', 'ben', 'cat'])).toMatchObject({ since, unlinked: false })
    expect(await apart(['ben', 'cat'])).toBeNull()
    log(25, { kind: 'Islands', count: 3, sizes: [2, 1, 1], since, held: [], apart: [idOf('ann')] })
    expect(await apart(['ben', 'cat'])).toBeNull()
  })
})
