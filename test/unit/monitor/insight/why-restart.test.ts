import { describe, expect, it } from 'vitest'
import { whyPeer } from '../../../../src/main/monitor/insight/why.ts'
import type { LoggedEvent } from '../../../../src/shared/events.ts'
import type { DepartureReason } from '../../../../src/shared/peer.ts'
import { nickname } from '../../../../src/shared/nickname.ts'
import { formatClock } from '../../../../src/shared/time.ts'
import { toldLater } from '../../../../src/shared/why-words.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'
import { facts, logged, MINUTE, NOW, PEER, SILENT, SLOW } from './peer-facts.ts'

const START = NOW - 2 * MINUTE - 1000
const restart = (seq: number, at: number, after: DepartureReason | null = null, peerId = PEER): LoggedEvent =>
  logged(seq, at, { kind: 'PeerRestarted', peerId, startedAt: START, after })
const RECENT = restart(5, NOW - 2 * MINUTE)
const name = nickname(PEER)
const clock = (at: number): string => formatClock(at, NOW, { seconds: true })

describe('why of a peer that restarted a short time ago', () => {
  it('says when, by what it is known, and names the event', () => {
    const why = whyPeer(facts({ events: [RECENT] }))
    expect(why).toMatchObject({
      matter: 'fine',
      since: NOW - 2 * MINUTE,
      causes: [
        { kind: 'restarted', confidence: 'likely', events: [5], evidence: { kinds: ['PeerRestarted'], peerId: PEER } },
      ],
    })
    expect(why.sentence.replace(name, 'X')).toMatch(
      /^X is here and answers in 40 ms, and restarted 2 min ago, probably because /i,
    )
    expect(why.sentence).toContain(`it crashed or was ended, since its entry has a new start (${clock(START)})`)
    expect(why.sentence).toMatch(/, and we heard no goodbye\.$/)
    expect(toldLater(why).sentence).toContain(`restarted at ${clock(NOW - 2 * MINUTE)}`)
  })

  it('does not say that it crashed where it said goodbye before', () => {
    const { sentence, causes } = whyPeer(facts({ events: [restart(5, NOW - MINUTE, 'graceful')] }))
    expect(causes).toMatchObject([{ confidence: 'certain' }])
    expect(sentence).toMatch(/restarted 1 min ago: its entry has a new start \(.*\), after it said goodbye\.$/)
    expect(sentence).not.toMatch(/crash/)
  })

  it('counts several, those that share a row too', () => {
    const row = logged(4, NOW - 5 * MINUTE, { kind: 'PeerRestarted', peerId: PEER, startedAt: 1, after: null })
    const shared = { ...row, times: 3, lastAt: NOW - 3 * MINUTE }
    const { sentence, causes } = whyPeer(facts({ events: [RECENT, shared] }))
    expect(sentence).toContain('and restarted 4 times in 10 min, last 2 min ago')
    expect(causes[0]?.events).toEqual([5, 4])
  })

  it('names it as a possible cause of a slow or a lonely peer', () => {
    for (const changes of [SLOW, { linked: false }]) {
      const { causes } = whyPeer(facts({ ...changes, events: [RECENT] }))
      expect(causes).toContainEqual(
        expect.objectContaining({ kind: 'restarted', confidence: 'possible', words: 'it restarted 2 min ago' }),
      )
    }
  })

  it.each<[string, Parameters<typeof facts>[0]]>([
    ['is longer ago', { events: [restart(5, NOW - 11 * MINUTE)] }],
    ['was of another peer', { events: [restart(5, NOW - MINUTE, null, peerIdAt(2))] }],
    ['says nothing now, since we lost the network', { events: [RECENT], lost: true }],
    ['was before it went silent', { ...SILENT, events: [...SILENT.events, RECENT] }],
  ])('says nothing of a restart that %s', (_, changes) => {
    expect(JSON.stringify(whyPeer(facts(changes)))).not.toMatch(/restart/i)
  })
})
