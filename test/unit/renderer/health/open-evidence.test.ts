import { beforeEach, expect, test } from 'vitest'
import { evidence } from '../../../../src/shared/health-words.ts'
import { evidenceOf, openEvidence, showEvidence } from '../../../../src/renderer/src/health/open-evidence.ts'
import { createTableStore } from '../../../../src/renderer/src/peers/table-store.ts'
import { createEventStore } from '../../../../src/renderer/src/stores/event-store.ts'
import { createPeerStore } from '../../../../src/renderer/src/stores/peer-store.ts'
import { createPictureStore } from '../../../../src/renderer/src/stores/picture-store.ts'
import { createUiStore } from '../../../../src/renderer/src/stores/ui-store.ts'
import { createFakeApi, pictureOf } from '../../../support/renderer/fake-api.ts'
import { fakeSnapshot, peerIdAt } from '../../../support/renderer/fake-network.ts'

const NOW = 1_750_000_000_000

function parts() {
  const { client } = createFakeApi(() => fakeSnapshot(5, NOW))
  const live = createPeerStore()
  live.apply(fakeSnapshot(5, NOW))
  const picture = createPictureStore({
    client,
    live,
    other: createPeerStore(),
    now: () => NOW,
    every: () => () => undefined,
    turn: async () => undefined,
  })
  return { ui: createUiStore(), events: createEventStore(client), picture, table: createTableStore(client) }
}

let app: ReturnType<typeof parts>
beforeEach(() => {
  app = parts()
})

async function goTo(at: number): Promise<void> {
  app.picture.goTo(at)
  await expect.poll(() => app.picture.getState().picture?.kind).toBe('past')
}

test('peers are shown in the table, with the filter and the peer that is meant', () => {
  openEvidence(app, evidence('peers', { filter: 'state:here rtt>=81ms', peerId: peerIdAt(3) }))
  expect(app.ui.getState()).toMatchObject({
    view: 'peers',
    filter: 'state:here rtt>=81ms',
    selected: peerIdAt(3),
  })
  expect(app.table.getState().sorting).toEqual({ column: 'rtt', descending: true })
})

test('beside evidence that is about no peer no inspector stays, unless the peer in it is asked of', () => {
  app.ui.setState({ selected: peerIdAt(2) })
  openEvidence(app, evidence('timeline', { kinds: ['PeerDeparted'] }))
  expect(app.ui.getState().selected).toBe(peerIdAt(2))
  showEvidence(app, evidence('peers', { peerId: peerIdAt(3) }))
  expect(app.ui.getState()).toMatchObject({ view: 'peers', selected: peerIdAt(3) })
  showEvidence(app, evidence('timeline', { kinds: ['PeerDeparted'] }))
  expect(app.ui.getState()).toMatchObject({ view: 'timeline', selected: null })
})

test('the order of the table stays where nothing is asked of round-trip times', () => {
  const { sorting } = app.table.getState()
  openEvidence(app, evidence('peers', { filter: 'state:here' }))
  expect(app.table.getState().sorting).toBe(sorting)
})

test('events are shown in the timeline, by kind, span and filter at once', () => {
  app.events.setFilter({ ...app.events.getState().filter, peerId: peerIdAt(2) })
  openEvidence(
    app,
    evidence('timeline', { kinds: ['PeerDeparted'], filter: 'reason:silent', from: NOW - 600_000, to: NOW }),
  )
  expect(app.ui.getState()).toMatchObject({ view: 'timeline', filter: 'reason:silent' })
  expect(app.events.getState().filter).toMatchObject({
    kinds: ['PeerDeparted'],
    text: 'reason:silent',
    from: NOW - 600_000,
    to: NOW,
    peerId: null,
  })
})

test('what was asked of events before holds no longer, also in views that list none', () => {
  openEvidence(app, evidence('timeline', { kinds: ['PeerDeparted'], from: NOW - 600_000, to: NOW }))
  openEvidence(app, evidence('peers', { filter: 'rtt>200ms' }))
  expect(app.events.getState().filter).toMatchObject({ kinds: [], text: 'rtt>200ms', from: null, to: null })
})

test('who is selected stays selected where the evidence is of nobody', () => {
  app.ui.setState({ selected: peerIdAt(1) })
  openEvidence(app, evidence('network'))
  expect(app.ui.getState()).toMatchObject({ view: 'network', selected: peerIdAt(1) })
})

test('what happened before the past moment is shown within the past, what came after it is not', async () => {
  await goTo(NOW - 60_000)
  openEvidence(app, evidence('timeline', { from: NOW - 600_000, to: NOW - 60_000 }))
  expect(app.picture.getState().picture?.kind).toBe('past')
  openEvidence(app, evidence('timeline', { kinds: ['Stalled'] }))
  expect(app.events.getState().filter.to).toBe(NOW - 60_000)
  openEvidence(app, evidence('timeline', { from: NOW - 600_000, to: NOW }))
  expect(app.picture.getState().picture).toBeNull()
  expect(app.events.getState().filter).toMatchObject({ from: NOW - 600_000, to: NOW })
})

test('a file has no evidence of its own', () => {
  app.picture.showFile({ title: 'a file', kind: 'peerscope' }, null, [])
  openEvidence(app, evidence('peers'))
  expect(app.picture.getState().picture).toBeNull()
})

test('a cause opens its evidence, else its events, else nothing', () => {
  const where = evidence('network')
  expect(evidenceOf({ evidence: where, events: [1] })).toBe(where)
  expect(evidenceOf({ evidence: null, events: [12] })).toMatchObject({ view: 'timeline', filter: 'seq=12' })
  expect(evidenceOf({ evidence: null, events: [12, 9] })?.filter).toBe('(seq=12 OR seq=9)')
  expect(evidenceOf({ evidence: null, events: [] })).toBeNull()
})

test('a shared moment stays in sight, and a snapshot gives way to the network', async () => {
  const at = async (when: number) => pictureOf({ at: when, seq: 1, peers: [], edges: [], edgesAt: null })
  const moment = { asOf: 500, from: 400, to: 600 }
  await app.picture.playFile({ file: 'f', title: 'Shared', kind: 'peerscope', moment, at })
  openEvidence(app, evidence('timeline', { kinds: ['PeerDeparted'], from: 450 }))
  expect(app.picture.getState().picture).toMatchObject({ kind: 'file', at: 500 })
  expect(app.events.getState().filter).toMatchObject({ from: 450, to: 500 })
  app.picture.showFile({ title: 'a.peerscope', kind: 'peerscope' }, null, [])
  openEvidence(app, evidence('peers', {}))
  expect(app.picture.getState().picture).toBeNull()
})
