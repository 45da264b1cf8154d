import { describe, expect, it, test } from 'vitest'
import { filterOf } from '../../../../src/renderer/src/compare/lists.ts'
import { answers, whyNot } from '../../../../src/renderer/src/controls/why-not.ts'
import { stateGroup } from '../../../../src/renderer/src/graph/colours.ts'
import { onFilterKey } from '../../../../src/renderer/src/peers/filter-keys.ts'
import type { FilterKey } from '../../../../src/renderer/src/peers/filter-keys.ts'
import {
  chipFor,
  countRow,
  isShown,
  noCounts,
  offered,
  shownBy,
  shownGroup,
  shownWord,
} from '../../../../src/renderer/src/peers/shown.ts'
import { capital } from '../../../../src/shared/capital.ts'
import { dialedPeer } from '../../../../src/shared/dialed-peer.ts'
import type { PeerState } from '../../../../src/shared/peer.ts'
import { stateWord } from '../../../../src/shared/state-words.ts'
import { peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'

describe('which peers are listed', () => {
  const states: readonly PeerState[] = ['online', 'online', 'departed', 'purged', 'displaced']
  const rows = states.map((state, index) => peerRow(index, { state, self: index === 0 }))
  const counts = noCounts()
  for (const row of rows) countRow(counts, row)

  it('is counted without ourselves', () => {
    expect(counts).toEqual({ online: 1, departed: 1, purged: 1, lost: 0, removed: 0, displaced: 1, stored: 0, all: 4 })
  })

  it.each([
    ['', 'online'],
    ['fox', 'online'],
    ['state:here', 'online'],
    ['state:here -state:ourselves', 'online'],
    ['tag:role:* state=SILENT', 'purged'],
    ['state:"not known"', 'lost'],
    ['state:neighbor', null],
    ['-state:left', null],
    ['state:left OR state:silent', null],
    ['state:here state:left', null],
    ['id:*abc OR id:*def', 'all'],
    ['id:*abc state:left', 'departed'],
  ] as const)('with the filter “%s” the chip that says so is marked: %s', (filter, chip) => {
    expect(chipFor('online', filter, false)).toBe(chip)
  })

  it('in a loss who is here was here, in word and colour, and nobody else is', () => {
    expect(chipFor('departed', 'state:"was here"', true)).toBe('online')
    expect(chipFor('online', 'state:"was here"', false)).toBeNull()
    expect(chipFor('online', 'state:"not known"', true)).toBe('lost')
    const told = (loss: boolean) =>
      (['online', 'lost'] as const).map((one) => [shownWord(one, loss), shownGroup(one, loss)])
    expect(told(true)).toEqual([
      ['Was here', 'wasHere'],
      ['Not known', 'lost'],
    ])
    expect(told(false)).toEqual([
      ['Here', 'known'],
      ['Not known', 'lost'],
    ])
    const row = peerRow(1, { notKnown: true })
    expect([capital(stateWord(row)), stateGroup(row)]).toEqual(told(true)[0])
    expect(chipFor('online', 'state:silent', true)).toBe('purged')
  })

  it('is chosen by state, ourselves among those that are here', () => {
    expect(rows.filter((row) => isShown(row, 'online'))).toHaveLength(2)
    expect(rows.filter((row) => isShown(row, 'purged'))).toHaveLength(1)
    expect(rows.filter((row) => isShown(row, 'all'))).toHaveLength(5)
    expect(offered(counts, 'online').map((one) => (one === 'all' ? one : shownWord(one, false)))).toEqual([
      'Here',
      'Left',
      'Silent',
      'Displaced',
      'all',
    ])
    expect(offered(noCounts(), 'removed')).toContain('removed')
  })

  it('is all of them once a filter asks for states itself', () => {
    expect([shownBy('online', 'tag:x'), shownBy('online', 'tag:x -state:left')]).toEqual(['online', 'all'])
  })

  it('is all of them while a filter names peers, as those that a comparison lists', () => {
    const filter = filterOf([peerIdAt(0), peerIdAt(1)]) ?? ''
    expect(['', filter, `tag:x (${filter})`, '-id:*abc'].map((text) => shownBy('online', text))).toEqual([
      'online',
      'all',
      'all',
      'online',
    ])
  })
})

describe('keys of the filter', () => {
  const key = (name: string, given: Partial<FilterKey> = {}) =>
    onFilterKey({
      key: name,
      shift: false,
      opened: true,
      count: 3,
      marked: -1,
      begun: false,
      ...given,
    })

  it('walk through the suggestions and around', () => {
    expect(key('ArrowDown')).toEqual({ type: 'mark', index: 0 })
    expect(key('ArrowDown', { marked: 2 })).toEqual({ type: 'mark', index: 0 })
    expect(key('ArrowUp', { marked: 0 })).toEqual({ type: 'mark', index: 2 })
    expect(key('ArrowUp')).toEqual({ type: 'mark', index: 2 })
    expect(key('ArrowDown', { opened: false })).toEqual({ type: 'mark', index: 0 })
    expect(key('ArrowUp', { opened: false })).toBeNull()
  })

  it('take what is marked; Tab also what completes the word that was begun, and else leads on', () => {
    expect(key('Enter', { marked: 1 })).toEqual({ type: 'take', index: 1 })
    expect(key('Tab', { marked: 1 })).toEqual({ type: 'take', index: 1 })
    expect(key('Tab', { begun: true })).toEqual({ type: 'take', index: 0 })
    expect(key('Tab')).toBeNull()
    expect(key('Tab', { begun: true, shift: true })).toBeNull()
    expect(key('Tab', { begun: true, opened: false })).toBeNull()
  })

  it('close first and leave the field then, with what was typed', () => {
    expect(key('Enter')).toEqual({ type: 'close', used: true, taken: true })
    expect(key('Escape')).toEqual({ type: 'close', used: false, taken: true })
    expect(key('Escape', { opened: false })).toEqual({ type: 'leave' })
    expect(key('a')).toBeNull()
  })
})

test('what has left is not pinged nor synced with, and may be dialed', () => {
  const left = peerRow(1, { state: 'departed' })
  expect([whyNot('ping', peerRow(1)), whyNot('dial', left)]).toEqual([null, null])
  expect(whyNot('sync', left)).toMatch(/^It left/)
  expect(whyNot('ping', peerRow(1, { state: 'purged' }))).toMatch(/^It went silent/)
  expect(whyNot('dial', peerRow(1, { self: true }))).toMatch(/ourselves/)
  expect([answers(peerRow(1)), answers(left), answers(undefined)]).toEqual([true, false, false])
})

test('an address names the peer at its end', () => {
  const id = peerIdAt(1)
  const relay = peerIdAt(2)
  expect(dialedPeer(`/ip4/10.0.0.1/tcp/1/p2p/${id}`)).toBe(id)
  expect(dialedPeer(`/ip4/10.0.0.1/tcp/1/p2p/${relay}/p2p-circuit/p2p/${id}`)).toBe(id)
  expect(dialedPeer(id)).toBe(id)
  expect(dialedPeer(`/ip4/10.0.0.1/tcp/1/p2p/${relay}/p2p-circuit`)).toBeNull()
  expect(dialedPeer('/ip4/10.0.0.1/tcp/1')).toBeNull()
})
