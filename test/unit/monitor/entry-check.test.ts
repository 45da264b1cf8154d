import { afterEach, beforeEach, expect, it, test } from 'vitest'
import { createRouterClient } from '@orpc/server'
import { checkEntry, decodedEntry } from '../../../src/main/monitor/entry-check.ts'
import type { KeptEntry } from '../../../src/main/monitor/entry-check.ts'
import { peerDetail } from '../../../src/main/monitor/detail.ts'
import type { Monitor } from '../../../src/main/monitor/monitor.ts'
import type { MonitorRouter } from '../../../src/main/monitor/router.ts'
import { createSignatures } from '../../../src/main/network/signatures.ts'
import { peerscope } from '../../../src/main/discovery/dialects/peerscope/peerscope.ts'
import { signEntry } from '../../../src/main/discovery/entry/entry.ts'
import { bytes32From, networkIdFrom, peerIdOf } from '../../../src/shared/ids.ts'
import type { NetworkId, PeerId } from '../../../src/shared/ids.ts'
import type { PeerEntry } from '../../../src/shared/peer.ts'
import { entryOf, idOf, NETWORK } from '../../support/discovery/entries.ts'
import { peerRow } from '../../support/renderer/fake-network.ts'
import { testMonitor } from '../../support/monitor.ts'
import { keyOf } from '../../support/networks.ts'

const signatures = createSignatures()
const secret = bytes32From('ann')
const ann = peerIdOf(signatures.publicKey(secret))

function kept(changes: Partial<PeerEntry> = {}): KeptEntry {
  const signed = signEntry(entryOf('ann', { peerId: ann, ...changes }), secret, signatures, peerscope)
  return { from: 'catalog', entry: signed.bytes, signature: signed.signature }
}

/** The outcomes as letters: passed, failed, skipped. */
function outcomes(entry: KeptEntry | null, peerId: PeerId = ann, networkId: NetworkId = NETWORK): string {
  const verdict = checkEntry(entry, { peerId, networkId, codec: peerscope }, signatures, 5)
  expect(verdict.holds).toBe(verdict.checks.every(({ outcome }) => outcome === 'passed'))
  for (const { outcome, reason } of verdict.checks) expect(reason === '').toBe(outcome !== 'failed')
  return verdict.checks.map(({ outcome }) => outcome[0]).join('')
}

const with_ = (bytes: Uint8Array, at: number, value: (old: number) => number): Uint8Array =>
  Uint8Array.from(bytes, (old, index) => (index === at ? value(old) : old))

test('[EN4] the bytes of an entry hold while nothing about them was changed', () => {
  const good = kept()
  expect(outcomes(good)).toBe('pppppp')
  expect(outcomes({ ...good, signature: with_(good.signature, 0, (old) => old ^ 1) })).toMatch(/^pppp(ps|pf|fs)$/)
  // The last byte of S: at or above the group order no verifier may take it.
  expect(outcomes({ ...good, signature: with_(good.signature, 63, () => 0xff) })).toBe('ppppfs')
  const other = kept({ tags: ['role:seed'] })
  expect(outcomes({ ...good, signature: other.signature })).toBe('pppppf')
})

test('bytes that are no entry, of another peer, of another network, and none at all are told apart', () => {
  const good = kept()
  expect(outcomes({ ...good, entry: good.entry.subarray(0, -3) })).toBe('pfssss')
  expect(outcomes({ ...good, entry: new Uint8Array(20_000) })).toBe('pfssss')
  expect(outcomes({ ...good, signature: good.signature.subarray(1) })).toBe('fsssss')
  expect(outcomes(good, idOf('bob'))).toBe('ppfppp')
  expect(outcomes(good, ann, networkIdFrom('another'))).toBe('pppfpp')
  expect(outcomes(null)).toBe('fsssss')
})

test('the fields of an entry are those that are signed', () => {
  const fields = decodedEntry(kept({ tags: ['a', 'b'], announcedEvery: 60_000 }), peerscope)
  expect(fields).toMatchObject({
    peerId: ann,
    networkId: NETWORK,
    tags: ['a', 'b'],
    tickets: 0,
    announcedEvery: 60_000,
  })
  expect(fields?.publicKey).toMatch(/^[0-9a-f]{64}$/)
  expect(decodedEntry({ ...kept(), entry: new Uint8Array(9).fill(255) }, peerscope)).toBeNull()
})

let monitor: Monitor
let router: MonitorRouter
beforeEach(() => {
  ;({ monitor, router } = testMonitor())
})
afterEach(async () => await monitor.close())

it('tells when and why a stored peer left, and by its least late entry how its clock goes', async () => {
  const { store } = monitor
  const version = (updatedAt: number, startedAt = 1000) => ({ startedAt, updatedAt })
  const row = peerRow(1, { peerId: ann, state: 'purged', signed: true })
  const { self: _self, neighbor: _neighbor, connected: _connected, signed: _signed, ...plain } = row
  const { entry, signature } = kept()
  store.putPeer(keyOf(NETWORK), { ...plain, departureReason: 'purged', signed: { entry, signature } })
  for (const [updatedAt, at] of [
    [1000, 31_000],
    [2000, 2040],
    [3000, 9000],
  ] as const)
    store.recordVersion(keyOf(NETWORK), ann, { version: version(updatedAt), at, source: 'gossip' })
  store.sessionStarted(keyOf(NETWORK), ann, 1500, version(1000), 'gossip')
  store.sessionEnded(keyOf(NETWORK), ann, 60_000, 'purged')
  const detail = await peerDetail(row, keyOf(NETWORK), store, null, 60_000)
  expect(detail).toMatchObject({
    gone: { at: 60_000, reason: 'purged' },
    clockDrift: -40,
    restarts: 0,
    checkedAt: 9000,
    decoded: { peerId: ann },
  })
  expect((await peerDetail({ ...row, state: 'online' }, keyOf(NETWORK), store, null, 60_000)).gone).toBeNull()
  // Entries that were refused since for their time tell more of a clock that was set; those before, or for another reason, nothing.
  const drift = async () => (await peerDetail(row, keyOf(NETWORK), store, null, 60_000)).clockDrift
  const refuse = (at: number, aheadMs?: number): unknown =>
    store.append(keyOf(NETWORK), at, {
      kind: 'EntryRejected',
      peerId: ann,
      reason: aheadMs === undefined ? 'Malformed' : 'Outdated',
      source: 'gossip',
      detail: '',
      ...(aheadMs === undefined ? {} : { aheadMs }),
    })
  refuse(8999, -50_000)
  expect(await drift()).toBe(-40)
  refuse(9001, -120_000)
  refuse(9002)
  expect(await drift()).toBe(-120_000)
  // Its clock was set back, and then it was started again.
  store.recordVersion(keyOf(NETWORK), ann, { version: version(2500, 1001), at: 61_000, source: 'gossip' })
  store.recordVersion(keyOf(NETWORK), ann, { version: version(8000, 8000), at: 62_000, source: 'gossip' })
  expect((await peerDetail(row, keyOf(NETWORK), store, null, 63_000)).restarts).toBe(1)
})

it('all notes are listed as they are now', async () => {
  const client = createRouterClient(router)
  await expect(client.history.notes()).rejects.toMatchObject({ code: 'NotJoined' })
  monitor.view.setStatus({ state: 'leaving', network: { kind: 'peerscope', id: NETWORK, name: 'test' } })
  expect(await client.history.notes()).toEqual([])
  await client.history.setNote({ peerId: ann, note: { name: 'Seed in Paris', note: 'ask Zoe' } })
  expect(await client.history.notes()).toEqual([{ peerId: ann, name: 'Seed in Paris', note: 'ask Zoe' }])
  await client.history.setNote({ peerId: ann, note: null })
  expect(await client.history.notes()).toEqual([])
  await expect(client.peers.verify({ peerId: ann })).rejects.toMatchObject({ code: 'UnknownPeer' })
})
