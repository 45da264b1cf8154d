import { describe, expect, it } from 'vitest'
import { strings } from '../../../src/renderer/src/ui/strings.ts'
import type { DiscoveryEvent } from '../../../src/shared/events.ts'
import { EVENT_KINDS } from '../../../src/shared/events.ts'
import { EVENT_FIELDS } from '../../../src/shared/filter-events.ts'
import { filterHints } from '../../../src/shared/filter-hints.ts'
import { PEER_FIELDS } from '../../../src/shared/filter-peers.ts'
import { asWritten } from '../../../src/shared/filter-text.ts'
import { parseFilter } from '../../../src/shared/filter.ts'
import { networkIdFrom } from '../../../src/shared/ids.ts'
import type { DepartureReason, PeerRow, PeerState } from '../../../src/shared/peer.ts'
import {
  eventWord,
  kindWord,
  OLD_STATE_VALUES,
  STATE_VALUES,
  STATE_WORDS,
  stateWord,
  wordsOfKind,
} from '../../../src/shared/state-words.ts'
import { peerIdAt, peerRow } from '../../support/renderer/fake-network.ts'

const finds = (text: string, row: PeerRow): boolean => parseFilter(text, PEER_FIELDS)(row, 0)
const tells = (text: string, event: DiscoveryEvent): boolean =>
  parseFilter(text, EVENT_FIELDS)({ seq: 1, at: 0, event }, 0)
const left = (reason: DepartureReason): DiscoveryEvent => ({
  kind: 'PeerDeparted',
  peerId: peerIdAt(1),
  reason,
  version: { startedAt: 1, updatedAt: 1 },
})

describe('words for states', () => {
  const rows: readonly (readonly [PeerRow, string, readonly string[]])[] = [
    [peerRow(1), 'here', ['here', 'online']],
    [peerRow(1, { neighbor: true, connected: true }), 'neighbor', ['here', 'neighbor', 'connected', 'online']],
    [peerRow(1, { connected: true }), 'connected', ['here', 'connected', 'online']],
    [peerRow(1, { self: true }), 'ourselves', ['here', 'ourselves', 'online', 'self']],
    [peerRow(1, { state: 'departed' }), 'left', ['left', 'departed']],
    [peerRow(1, { state: 'purged' }), 'silent', ['silent', 'purged']],
    [peerRow(1, { state: 'lost' }), 'not known', ['not known', 'lost']],
    [peerRow(1, { notKnown: true, connected: true }), 'was here', ['here', 'was here', 'connected', 'online']],
    [peerRow(1, { state: 'removed' }), 'removed', ['removed']],
    [peerRow(1, { state: 'displaced' }), 'displaced', ['displaced']],
    [peerRow(1, { state: 'stored' }), 'stored', ['stored']],
  ]

  it.each(rows)('that filters find: %# %s', (row, shown, words) => {
    expect(stateWord(row)).toBe(shown)
    const found = [...STATE_VALUES, ...OLD_STATE_VALUES].filter((word) => finds(`state:${asWritten(word)}`, row))
    expect(found.toSorted()).toEqual(words.toSorted())
    expect(finds(asWritten(shown), row)).toBe(true)
  })

  it('are those that the window shows', () => {
    expect(strings.states).toEqual(STATE_WORDS)
    for (const state of Object.keys(STATE_WORDS) as PeerState[])
      expect(finds(`state:${asWritten(strings.states[state])}`, peerRow(1, { state }))).toBe(true)
  })
})

describe('words for what happened', () => {
  it('tell a goodbye from silence', () => {
    for (const word of ['left', '"said goodbye"', 'goodbye', 'graceful', 'departed', 'PeerDeparted'])
      expect([word, tells(`kind:${word}`, left('graceful'))]).toEqual([word, true])
    for (const word of ['silent', '"went silent"', 'purged', 'departed'])
      expect([word, tells(`kind:${word}`, left('purged'))]).toEqual([word, true])
    expect([tells('kind:left', left('purged')), tells('kind:silent', left('graceful'))]).toEqual([false, false])
    expect([tells('reason:silent', left('purged')), tells('reason:left', left('purged'))]).toEqual([true, false])
    expect([tells('kind:removed', left('removed')), tells('kind:displaced', left('displaced'))]).toEqual([true, true])
    expect([eventWord(left('graceful')), eventWord(left('purged'))]).toEqual(['left', 'silent'])
  })

  it('tell that Peerscope was closed from that we left', () => {
    const networkId = networkIdFrom('a')
    const closed = { kind: 'NetworkLeft', networkId, how: 'closed' } as const
    const ours = { ...closed, how: 'left' } as const
    expect([eventWord(closed), eventWord(ours)]).toEqual(['app closed', 'we left'])
    expect([tells('kind:"app closed"', closed), tells('kind:"app closed"', ours)]).toEqual([true, false])
    expect([tells('kind:"we left"', closed), tells('kind:"we left"', ours)]).toEqual([true, true])
    expect(filterHints('kind:"app closed"', EVENT_FIELDS)).toEqual([])
  })

  it('tell a change from an announcement that brought none', () => {
    const source = 'gossip'
    const version = { startedAt: 1, updatedAt: 1 }
    const update = { kind: 'PeerUpdated', peerId: peerIdAt(1), source, version, tags: [], addresses: [] } as const
    const again = tells('kind:"announced again"', { ...update, changed: [] })
    expect([again, tells('kind:changed', { ...update, changed: [] })]).toEqual([true, false])
    expect(tells('kind:changed', { ...update, changed: ['tags'] })).toBe(true)
  })

  it('tell a peer that was not dialed from a dial that failed', () => {
    const failed = { kind: 'DialFailed', target: '/ip4/192.0.2.1/tcp/1', reason: 'refused' } as const
    const nobody = { ...failed, notDialed: 'noAddress' } as const
    expect([eventWord(failed), eventWord(nobody)]).toEqual(['dial failed', 'not dialed'])
    expect([tells('kind:"dial failed"', failed), tells('kind:"dial failed"', nobody)]).toEqual([true, false])
    expect([tells('kind:"not dialed"', failed), tells('kind:"not dialed"', nobody)]).toEqual([false, true])
    expect([tells('kind:DialFailed', failed), tells('kind:DialFailed', nobody)]).toEqual([true, true])
    // Where the kind is chosen, it lists both.
    expect(kindWord('DialFailed')).toBe('dial failed, not dialed')
  })

  it.each(EVENT_KINDS.filter((kind) => kind !== 'PeerDeparted'))('that the window shows are valid: %s', (kind) => {
    // Only the kind is looked at.
    const event = { kind, peerId: peerIdAt(1), changed: [] } as unknown as DiscoveryEvent
    for (const word of wordsOfKind(kind))
      expect([word, filterHints(`kind:"${word}"`, EVENT_FIELDS)]).toEqual([word, []])
    expect(tells(`kind:"${eventWord(event)}" kind:${kind}`, event)).toBe(true)
    expect(tells(`kind:departed`, event)).toBe(false)
  })
})
