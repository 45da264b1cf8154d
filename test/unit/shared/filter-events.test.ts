import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DiscoveryEvent, LoggedEvent } from '../../../src/shared/events.ts'
import { EVENT_FIELDS, eventFields } from '../../../src/shared/filter-events.ts'
import { NOTED_FIELDS, peerFields } from '../../../src/shared/filter-peers.ts'
import { fieldNames, FilterError, parseFilter } from '../../../src/shared/filter.ts'
import { nickname } from '../../../src/shared/nickname.ts'
import { formatLocal } from '../../../src/shared/time.ts'
import { peerIdAt, peerRow } from '../../support/renderer/fake-network.ts'

const NOW = 1_000_000
const peerId = peerIdAt(3)
const version = { startedAt: 1, updatedAt: 2 }
const left: DiscoveryEvent = { kind: 'PeerDeparted', peerId, reason: 'purged', version }

const logged = (event: DiscoveryEvent): LoggedEvent => ({ seq: 9, at: NOW - 5000, event })

describe('a filter of events', () => {
  it('finds a dial that failed by the peer that its address names: by name, id, tag, state and a plain word', () => {
    const target = `/ip4/127.0.0.1/tcp/4001/p2p/${peerId}`
    const dial = (to: string): LoggedEvent => logged({ kind: 'DialFailed', target: to, reason: 'connection refused' })
    const row = peerRow(3, { tags: ['role:validator'], state: 'purged' })
    const known = eventFields((id) => (id === row.peerId ? row : undefined))
    const [word = ''] = nickname(peerId).split(' ')
    const asked = [word, `name:${word}`, `name:"${nickname(peerId)}"`, `id:${peerId}`]
    const passes = (text: string, to = target, fields = known): boolean => parseFilter(text, fields)(dial(to), NOW)
    for (const text of [...asked, `${word} kind:"dial failed"`, 'tag:role:validator', 'state:silent'])
      expect([text, passes(text)]).toEqual([text, true])
    // Of one of which nothing is known the name is known still.
    for (const text of asked) expect([text, passes(text, peerId, EVENT_FIELDS)]).toEqual([text, true])
    for (const text of [...asked, 'tag:role:validator'])
      expect([text, passes(text, '/ip4/127.0.0.1/tcp/4001')]).toEqual([text, false])
  })

  it('takes moments as they are printed', () => {
    const passes = (text: string): boolean => parseFilter(text, EVENT_FIELDS)(logged(left), NOW)
    const at = formatLocal(logged(left).at)
    expect([`at:"${at}"`, `at>="${at}"`, `at<="${at}"`, `at>"${at}"`, `at<"${at}"`].map(passes)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ])
    expect(passes(`at:${at.slice(0, 10)}`)).toBe(true)
    expect(passes(`at>${at.slice(0, 10)}`)).toBe(false)
    expect(passes('last-seen>2020-01-01')).toBe(false)
    for (const wrong of ['at>2h', 'at>2026-02-30', 'at>5', 'at>soon']) expect(() => passes(wrong)).toThrow(FilterError)
  })

  it('has fields that a filter of peers names as such: no tag is meant', () => {
    const refused = (text: string): string => {
      try {
        parseFilter(text, NOTED_FIELDS)
        return ''
      } catch (error) {
        return error instanceof FilterError ? error.plain : ''
      }
    }
    const alone = fieldNames(EVENT_FIELDS).filter((field) => !fieldNames(NOTED_FIELDS).includes(field))
    for (const field of alone)
      expect(refused(`${field}:5`)).toBe(`'${field}' is asked of events alone: for the text itself write "${field}:5"`)
    expect(refused('age>1h')).toContain("'age' is asked of events alone")
    // Of a value that peers have too, their field is meant; of one that several fields have, none.
    for (const text of ['kind:left', 'reason:Silent'])
      expect(refused(text)).toContain("is asked of events alone: did you mean 'state'? Or for the text itself")
    expect(refused('changed:yes')).not.toContain('did you mean')
  })

  it('asks by kind, reason and peer, also of peers that nobody knows any more', () => {
    const holds = (text: string): boolean => parseFilter(text, EVENT_FIELDS)(logged(left), NOW)
    expect(holds('kind:PeerDeparted reason:purged age<10s')).toBe(true)
    expect(holds(`id:${peerId} -kind:PeerUpdated seq>=9`)).toBe(true)
    expect(holds(nickname(peerId))).toBe(true)
    expect(holds(`name:"${nickname(peerId)}"`)).toBe(true)
    expect(holds('reason:graceful')).toBe(false)
    expect(holds('tag:role:*')).toBe(false)
    expect(holds('rtt>0 OR rtt<=0')).toBe(false)
  })

  it('asks of the peer what the event does not say itself', () => {
    const row = peerRow(3, { tags: ['role:seed'], source: 'dht', rtt: { srtt: 300, rttvar: 1, last: 1, at: NOW } })
    const fields = eventFields((id) => (id === peerId ? row : undefined))
    const holds = (text: string, event: DiscoveryEvent): boolean => parseFilter(text, fields)(logged(event), NOW)
    expect(holds('tag:role:seed rtt>200 source:dht', left)).toBe(true)
    expect(holds('"role:seed"', left)).toBe(true)
    const before: DiscoveryEvent = {
      kind: 'PeerDiscovered',
      peerId,
      source: 'sync',
      version,
      tags: ['role:old'],
      addresses: [],
    }
    expect(holds('tag:role:old source:sync', before)).toBe(true)
    expect(holds('tag:role:seed', before)).toBe(false)
    expect(holds('source:dht', before)).toBe(false)
  })

  it('takes each filter of peers, and answers as it does of the peer for events that say nothing themselves', () => {
    const fields = peerFields((id) => (id === peerId ? { name: 'Harbour light', note: 'ask Ann' } : null))
    for (const field of fieldNames(fields)) expect(fieldNames(eventFields(() => undefined, fields))).toContain(field)
    const texts = fc.constantFrom(
      'tag:role:*',
      '-state:online',
      'rtt>200',
      'name:harbour',
      'note:ann',
      'harbour',
      'neighbor:yes',
    )
    fc.assert(
      fc.property(texts, texts, fc.nat(400), fc.boolean(), fc.boolean(), (a, b, srtt, neighbor, tagged) => {
        const tags = tagged ? ['role:seed'] : []
        const state = srtt % 3 === 0 ? 'purged' : 'online'
        const row = peerRow(3, { neighbor, tags, state, rtt: { srtt, rttvar: 0, last: srtt, at: NOW } })
        const text = `${a} OR (${b} tag:role:*)`
        const up: DiscoveryEvent = { kind: 'NeighborUp', peerId }
        const ofEvent = parseFilter(
          text,
          eventFields(() => row, fields),
        )(logged(up), NOW)
        return ofEvent === parseFilter(text, fields)(row, NOW)
      }),
      { seed: 5 },
    )
    expect(fieldNames(EVENT_FIELDS)).toEqual([...new Set([...fieldNames(NOTED_FIELDS), ...ONLY_EVENTS])].sort())
  })
})

const ONLY_EVENTS = ['kind', 'reason', 'changed', 'target', 'seq', 'age', 'at']
