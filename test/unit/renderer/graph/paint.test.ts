import { expect, test } from 'vitest'
import { colouring, mix, stateGroup } from '../../../../src/renderer/src/graph/colours.ts'
import { GraphModel } from '../../../../src/renderer/src/graph/model.ts'
import { paint } from '../../../../src/renderer/src/graph/paint.ts'
import type { PeerRow } from '../../../../src/shared/peer.ts'
import { peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'

function painted(rows: readonly PeerRow[], ui: Partial<Parameters<typeof paint>[1]['ui']> = {}) {
  const peers = new Map(rows.map((row) => [row.peerId, row]))
  const model = new GraphModel()
  const edge = { a: peerIdAt(1), b: peerIdAt(2), kind: 'neighbor', saidBy: peerIdAt(1), at: 1 } as const
  const shown = () => true
  model.update({ peers, edges: new Map([['e', edge]]), shown, edgeShown: shown, placeOf: () => null })
  const legend = paint(model, {
    peers,
    ui: { colourBy: 'state', selected: null, filter: '', ...ui },
    scheme: 'dark',
    hovered: null,
    hidden: new Set(),
  })
  const dimmed = (index: number) => model.dimmed[model.slotOf(peerIdAt(index))]
  return { model, legend, dimmed }
}

const rows = [peerRow(1, { self: true }), peerRow(2, { neighbor: true }), peerRow(3), peerRow(4, { state: 'purged' })]

test('the legend counts each group', () => {
  const { legend } = painted(rows)
  expect(legend.map(({ group, count }) => `${group} ${count}`)).toEqual(['self 1', 'neighbor 1', 'known 1', 'purged 1'])
})

test('a selection dims all but the peer and those it is joined with, and raises its lines', () => {
  const { dimmed, model } = painted(rows, { selected: peerIdAt(2) })
  expect([1, 2, 3, 4].map(dimmed)).toEqual([0, 0, 1, 1])
  expect([...model.edgeRaised]).toEqual([1])
})

test('a filter dims what it does not match', () => {
  const { dimmed } = painted(rows, { filter: 'purged' })
  expect([1, 2, 3, 4].map(dimmed)).toEqual([1, 1, 1, 0])
})

test('groups by state, tag and round-trip time', () => {
  expect(stateGroup(peerRow(1, { state: 'stored', neighbor: true }))).toBe('stored')
  expect(stateGroup(peerRow(1, { connected: true }))).toBe('connected')
  const tags = colouring('tag', [peerRow(1, { tags: ['a', 'b'] }), peerRow(2, { tags: ['b'] })], 'light')
  expect(tags.groupOf(peerRow(1, { tags: ['a', 'b'] }))).toBe('#b')
  expect(tags.groupOf(peerRow(1))).toBe('none')
  expect(tags.groupOf(peerRow(1, { tags: ['z'] }))).toBe('other')
  const rtt = colouring('rtt', [], 'dark')
  const at = (srtt: number) => rtt.groupOf(peerRow(1, { rtt: { srtt, rttvar: 0, last: srtt, at: 0 } }))
  expect([at(19), at(20), at(9999)]).toEqual(['rtt0', 'rtt1', 'rtt4'])
  expect(rtt.groupOf(peerRow(1))).toBe('unmeasured')
})

test('colours mix channel by channel', () => {
  expect(mix(0x000000, 0xff8040, 0.5)).toBe(0x804020)
  expect(mix(0x123456, 0xffffff, 0)).toBe(0x123456)
})
