import { createFakeApi } from '../../support/renderer/fake-api.ts'
import { fakeEvent, fakeSnapshot, fakeStatus, peerIdAt, randomFrom } from '../../support/renderer/fake-network.ts'
import type { Client } from '../../../src/renderer/src/stores/client.ts'
import { startApp } from '../../../src/renderer/src/start.tsx'
import type { NetworkStatus, Snapshot } from '../../../src/shared/contract.ts'

/** A page on a fabricated network, to look at: `?peers=300&state=online&store=memory-only&live`. */
const query = new URLSearchParams(location.search)
const size = Number(query.get('peers') ?? 128)
const state = query.get('state') ?? 'online'
const now = Date.now()
const base = fakeSnapshot(size, now)
const none: NetworkStatus = { state: 'none' }
const status: NetworkStatus =
  state === 'none'
    ? none
    : state === 'joining'
      ? {
          state: 'joining',
          network: { kind: 'peerscope', id: fakeStatus(1, now).network.id, name: 'mosaic-main' },
          since: now,
        }
      : state === 'failed'
        ? {
            state: 'failed',
            network: fakeStatus(1, now).network,
            code: 'ListenFailed',
            reason: 'address 0.0.0.0:4001 is in use',
            at: now,
          }
        : state === 'alone' || state === 'lost'
          ? { ...fakeStatus(size - 1, now - 180_000), state }
          : fakeStatus(size - 1, now)
const snapshot: Snapshot = {
  ...base,
  status,
  ...(query.has('store') ? { store: { state: 'memory-only', reason: 'the disk is full', path: null } } : {}),
}
const api = createFakeApi(() => snapshot)
const root = document.getElementById('root')
if (root !== null) startApp(api.client satisfies Client, root)

if (query.has('live')) {
  let seq = 1
  let log = 400
  const random = randomFrom(3)
  setInterval(() => {
    seq++
    const rows = base.peers.slice(0, 12).map((row) => ({
      ...row,
      lastSeen: Date.now(),
      rtt: row.rtt === null ? null : { ...row.rtt, srtt: random() * 90 },
    }))
    const event = fakeEvent(++log, Date.now(), peerIdAt(Math.floor(random() * size)), random)
    api.push({ type: 'batch', seq, peers: rows, events: [event] })
  }, 500)
}
