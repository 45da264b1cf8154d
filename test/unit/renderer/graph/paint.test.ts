import { expect, test } from 'vitest'
import { colouring, mix, stateColour, stateGroup } from '../../../../src/renderer/src/graph/colours.ts'
import type { LegendItem } from '../../../../src/renderer/src/graph/colours.ts'
import { GraphModel } from '../../../../src/renderer/src/graph/model.ts'
import { Painter } from '../../../../src/renderer/src/graph/paint.ts'
import type { PaintInput } from '../../../../src/renderer/src/graph/paint.ts'
import { GRAPH } from '../../../../src/renderer/src/ui/strings-graph.ts'
import { rowInLoss } from '../../../../src/shared/loss.ts'
import type { PeerRow } from '../../../../src/shared/peer.ts'
import { uniqueIdFrom } from '../../../../src/shared/ids.ts'
import { peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'

function painted(rows: readonly PeerRow[], ui: Partial<PaintInput['ui']> = {}) {
  const peers = new Map(rows.map((row) => [row.peerId, row]))
  const model = new GraphModel()
  const edge = { a: peerIdAt(1), b: peerIdAt(2), kind: 'neighbor', saidBy: peerIdAt(1), at: 1 } as const
  const shown = () => true
  const change = model.update({
    peers,
    edges: new Map([['e', edge]]),
    shown,
    edgeShown: shown,
    touched: null,
    placeOf: () => null,
  })
  const painter = new Painter(model)
  const input = {
    peers,
    ui: { colourBy: 'state', selected: null, filter: '', ...ui } as const,
    scheme: 'dark',
    hovered: null,
    edge: null,
    islands: null,
    hidden: new Set<string>(),
    now: 0,
  } as const
  let legend = painter.paint(input, change.slots)
  if (painter.filterOn(0, Infinity, () => 0)) legend = painter.paint(input, [])
  const dimmed = (index: number) => model.dimmed[model.slotOf(peerIdAt(index))]
  return { model, painter, input, legend, dimmed }
}

const rows = [peerRow(1, { self: true }), peerRow(2, { neighbor: true }), peerRow(3), peerRow(4, { state: 'purged' })]

const counted = (legend: readonly LegendItem[]) =>
  legend.map(({ label, count, withUs }) => `${label}: ${GRAPH.counted(count, withUs)}`)

test('the legend counts each group, and us in none', () => {
  expect(counted(painted(rows).legend)).toEqual(['ourselves: us', 'neighbor: 1', 'here: 1', 'silent: 1'])
  const tagged = rows.map((row, index) => ({ ...row, tags: index < 2 ? ['role:seed'] : [] }))
  expect(counted(painted(tagged, { colourBy: 'key:role' }).legend)).toEqual(['seed: 1 + us', 'no role: 2'])
})

test('drawn peers and those that a filter takes are counted without us', () => {
  const { painter } = painted(rows, { filter: 'state:here' })
  expect([painter.drawn, painter.matches]).toEqual([3, 2])
})

test('the model says which peers pass the filter, whatever is looked at; nothing of it without one', () => {
  const { model } = painted(rows, { filter: 'state:purged', selected: peerIdAt(2) })
  const passing = [1, 2, 3, 4].map((index) => model.passes?.[model.slotOf(peerIdAt(index))])
  expect(passing).toEqual([0, 0, 0, 1])
  expect(painted(rows, { selected: peerIdAt(2) }).model.passes).toBeNull()
  expect(painted(rows, { filter: 'state:' }).model.passes).toBeNull()
})

test('a selection dims all but the peer and those it is joined with, and raises its lines', () => {
  const { dimmed, model } = painted(rows, { selected: peerIdAt(2) })
  expect([1, 2, 3, 4].map(dimmed)).toEqual([0, 0, 1, 1])
  expect(model.raised).toEqual([0])
})

test('a filter dims what it does not match', () => {
  const { dimmed } = painted(rows, { filter: 'purged' })
  expect([1, 2, 3, 4].map(dimmed)).toEqual([1, 1, 1, 0])
})

test('what a filter matches stays bright while a peer or a line is looked at', () => {
  const selected = painted(rows, { filter: 'purged', selected: peerIdAt(3) })
  expect([1, 2, 3, 4].map(selected.dimmed)).toEqual([1, 1, 0, 0])
  const { painter, input, dimmed } = painted(rows, { filter: 'purged' })
  painter.paint({ ...input, hovered: peerIdAt(2) }, [])
  expect([1, 2, 3, 4].map(dimmed)).toEqual([1, 0, 1, 0])
  painter.paint({ ...input, edge: [peerIdAt(1), peerIdAt(2)] }, [])
  expect([1, 2, 3, 4].map(dimmed)).toEqual([0, 0, 1, 0])
})

test('a filter that cannot be read is as none: a selection dims the rest', () => {
  const { dimmed } = painted(rows, { filter: 'rtt>', selected: peerIdAt(2) })
  expect([1, 2, 3, 4].map(dimmed)).toEqual([0, 0, 1, 1])
})

test('a filter is looked up in slices, and nothing of it shows before it is whole', () => {
  const many = Array.from({ length: 200 }, (_, index) => peerRow(index + 1, index % 2 === 0 ? { tags: ['even'] } : {}))
  const { painter, input, model } = painted(many)
  const filtered = { ...input, ui: { ...input.ui, filter: 'tag:even' } }
  painter.paint(filtered, [])
  let ticks = 0
  const clock = (): number => ticks++
  let turns = 1
  while (!painter.filterOn(0, 1, clock)) {
    painter.paint(filtered, [])
    expect(painter.matches).toBe(200)
    turns++
  }
  expect(turns).toBeGreaterThan(1)
  painter.paint(filtered, [])
  expect(painter.matches).toBe(100)
  expect(model.dimmed.reduce((sum, dim) => sum + dim, 0)).toBe(100)
})

test('only what changed its look is told to the renderer', () => {
  const { painter, input, model } = painted(rows)
  model.changedSlots.clear()
  painter.paint(input, [0, 1, 2])
  expect(model.changedSlots.empty).toBe(true)
  painter.paint({ ...input, ui: { ...input.ui, selected: peerIdAt(2) } }, [])
  expect(new Set(model.changedSlots.list)).toEqual(new Set([3, 4].map((index) => model.slotOf(peerIdAt(index)))))
})

test('the line that is explained is raised, and its ends stay bright', () => {
  const { painter, input, model, dimmed } = painted(rows)
  painter.paint({ ...input, edge: [peerIdAt(1), peerIdAt(2)] }, [])
  expect(model.explained).toBe(0)
  expect([1, 2, 3, 4].map(dimmed)).toEqual([0, 0, 1, 1])
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
  expect([at(19), at(9999)]).toEqual(['measured', 'measured'])
  expect(rtt.groupOf(peerRow(1))).toBe('unmeasured')
})

test('groups that peers share get colours of their own, by how many share them', () => {
  const [one, two] = [uniqueIdFrom('one'), uniqueIdFrom('two')]
  const peers = [
    peerRow(1, { groups: [one] }),
    peerRow(2, { groups: [one] }),
    peerRow(3, { groups: [two] }),
    peerRow(4),
  ]
  const groups = colouring('group', peers, 'dark')
  expect(groups.groups.map(({ label }) => label)).toEqual([one, two, 'other groups', 'no group'])
  expect(peers.map((row) => groups.groupOf(row))).toEqual([`#${one}`, `#${one}`, `#${two}`, 'none'])
})

test('colours mix channel by channel', () => {
  expect(mix(0x000000, 0xff8040, 0.5)).toBe(0x804020)
  expect(mix(0x123456, 0xffffff, 0)).toBe(0x123456)
})

test('the peers that were here when we lost the network have one colour and one line of the legend', () => {
  const loss = { at: 1_000_000, judgedAt: 1_000_000, heardAt: 1_000_000, purgeAfterMs: 60_000 }
  const { painter, input } = painted(rows.map((row) => rowInLoss(row, loss)))
  const legend = painter.paint({ ...input, hidden: new Set(['purged']) }, [])
  expect(legend.map(({ label, count }) => `${label} ${count}`)).toEqual(['ourselves 0', 'was here 3'])
  expect(legend[1]?.colour).toBe(stateColour('wasHere', 'dark'))
})
