import { expect, it } from 'vitest'
import type { ExportSource } from '../../../../src/main/monitor/exports/records.ts'
import { selectEvents, selectPeers } from '../../../../src/main/monitor/exports/records.ts'
import { eventsPage } from '../../../../src/main/monitor/events-page.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { DataFolder, NETWORK, NETWORK_ID, peerOf, START } from '../../store/data-folder.ts'

const loss = { at: START, judgedAt: START, heardAt: null, purgeAfterMs: 60_000 }
const version = { startedAt: 1, updatedAt: START }

it('a filter for states finds the same peers and events as in the window while we have lost the network', async () => {
  using data = new DataFolder()
  const store = data.open()
  store.putPeer(NETWORK, peerOf('ann', { version }))
  store.putPeer(NETWORK, peerOf('bob', { version, state: 'lost', departureReason: 'lost' }))
  store.putPeer(
    NETWORK,
    peerOf('cat', { version: { startedAt: 1, updatedAt: 1 }, state: 'lost', departureReason: 'lost' }),
  )
  store.putPeer(NETWORK, peerOf('dan', { version, state: 'departed', departureReason: 'graceful' }))
  for (const [name, reason] of [
    ['bob', 'lost'],
    ['cat', 'lost'],
    ['dan', 'graceful'],
  ] as const)
    store.append(NETWORK, START, { kind: 'PeerDeparted', peerId: idOf(name), reason, version })
  const network = { kind: 'peerscope', id: NETWORK_ID, name: null } as const
  const source: ExportSource = { network, store, live: new Map(), links: null, loss, now: START + 1000 }
  const names = new Map(['ann', 'bob', 'cat', 'dan'].map((name) => [idOf(name), name]))
  const peers = async (filter: string, from = source): Promise<readonly string[]> =>
    (await selectPeers(from, { filter, from: null, to: null }))
      .map(({ row }) => `${names.get(row.peerId)} ${row.state}`)
      .toSorted()
  // What is written is what the catalog has.
  expect(await peers('state:"was here"')).toEqual(['ann online', 'bob lost'])
  expect(await peers('state:"not known"')).toEqual(['cat lost'])
  expect(await peers('state:here')).toEqual(['ann online', 'bob lost'])
  expect(await peers('state:silent')).toEqual([])
  const over = { ...source, loss: null }
  expect(await peers('state:"not known"', over)).toEqual(['bob lost', 'cat lost'])
  expect(await peers('state:here', over)).toEqual(['ann online'])
  // A past moment has a loss of its own.
  const moment = { at: START, seq: 9, rows: [], loss: null }
  expect(await peers('state:here', { ...source, moment })).toEqual([])

  const listed = async (filter: string): Promise<readonly (string | undefined)[]> => {
    const known = { store, networkKey: NETWORK, live: () => undefined, loss, now: START + 1000 }
    const { events } = await eventsPage(known, { limit: 10, filter })
    const written = [...selectEvents(source, { filter, from: null, to: null })].flat()
    expect(written.map(({ seq }) => seq)).toEqual(events.map(({ seq }) => seq).toReversed())
    return written.map(({ event }) => ('peerId' in event ? names.get(event.peerId as never) : undefined))
  }
  expect(await listed('kind:silent')).toEqual([])
  expect(await listed('kind:"not known"')).toEqual(['bob', 'cat'])
  expect(await listed('reason:lost state:here')).toEqual(['bob'])
})
