import { expect, test } from 'vitest'
import type { AppInfo, RecentNetwork } from '../../../../src/shared/contract.ts'
import { networkIdFrom } from '../../../../src/shared/ids.ts'
import { endpointIdOf } from '../../../../src/shared/peer-form.ts'
import {
  dhtAsked,
  draftOf,
  firstDraft,
  requestOf,
  unavailable,
} from '../../../../src/renderer/src/controls/join-draft.ts'
import type { JoinDraft } from '../../../../src/renderer/src/stores/ui-store.ts'
import { createFakeApi } from '../../../support/renderer/fake-api.ts'
import { fakeSnapshot, peerIdAt } from '../../../support/renderer/fake-network.ts'

const HEX = endpointIdOf(peerIdAt(1))
const MOSAIK: JoinDraft = {
  kind: 'mosaik',
  network: ' my-net ',
  bootstrap: `${HEX}@1.2.3.4:4433`,
  tags: ['validator'],
  relay: 'off',
  relayUrl: '',
  entryVersion: '',
}
const info = (): Promise<AppInfo> => createFakeApi(() => fakeSnapshot(1, 0)).client.app.info()

const errorsOf = (draft: JoinDraft) => {
  const request = requestOf(draft)
  return request.ok ? {} : request.errors
}

test('a mosaik network is asked for with its relay choice and version', () => {
  const plain = { network: 'my-net', kind: 'mosaik', bootstrap: [MOSAIK.bootstrap], tags: ['validator'] }
  expect(requestOf(MOSAIK)).toEqual({ ok: true, input: { ...plain, relay: 'off', entryVersion: null } })
  const url = { ...MOSAIK, relay: 'url', relayUrl: ' https://relay.example.org ', entryVersion: '0.3.19' } as const
  expect(requestOf(url)).toEqual({
    ok: true,
    input: { ...plain, relay: 'https://relay.example.org/', entryVersion: '0.3.19' },
  })
})

test('a Peerscope network is asked for without what only mosaik networks have', () => {
  const draft: JoinDraft = { ...MOSAIK, kind: 'peerscope', bootstrap: '', relay: 'default', entryVersion: 'x' }
  expect(requestOf(draft)).toEqual({
    ok: true,
    input: { network: 'my-net', kind: 'peerscope', bootstrap: [], tags: ['validator'] },
  })
})

test('what is wrong is said at its field', () => {
  expect(errorsOf({ ...MOSAIK, network: ' ', entryVersion: '0.4' })).toEqual({
    network: expect.any(String),
    entryVersion: expect.stringMatching(/three numbers/),
  })
  expect(errorsOf({ ...MOSAIK, relay: 'url' }).relayUrl).toMatch(/Give the URL/)
  expect(errorsOf({ ...MOSAIK, relay: 'url', relayUrl: 'ftp://x' }).relayUrl).toMatch(/relay/i)
  // Nothing may be contacted that the user turned off.
  const byRelay = { ...MOSAIK, bootstrap: `${HEX}@https://relay.example.org/` }
  expect(errorsOf(byRelay).bootstrap).toMatch(/relays are off/)
  expect(errorsOf({ ...byRelay, relay: 'default' })).toEqual({})
  expect(errorsOf({ ...MOSAIK, bootstrap: `${HEX}@1.2.3.4:4433,https://relay.example.org/` })).toEqual({})
})

test('the form begins with the kind that was joined last, where it can be joined', async () => {
  const known = await info()
  expect(firstDraft(known, null, 'mosaik')).toMatchObject({ kind: 'mosaik', relay: 'off', network: '' })
  expect(firstDraft({ ...known, initialNetwork: 'x', initialKind: 'peerscope' }, null, 'mosaik')).toMatchObject({
    kind: 'peerscope',
    network: 'x',
  })
  const without = {
    ...known,
    kinds: known.kinds.map((one) => ({ ...one, unavailable: one.kind === 'mosaik' ? 'no iroh' : null })),
  }
  expect(firstDraft(without, null, 'mosaik').kind).toBe('peerscope')
  expect(unavailable(without, 'mosaik')).toBe('no iroh')
  expect(unavailable(null, 'mosaik')).toBeNull()
})

test('what is said of the DHT is what will happen', async () => {
  const known = await info()
  const settings = await createFakeApi(() => fakeSnapshot(1, 0)).client.settings.get()
  const asked = (dht: boolean, commandLine: AppInfo['dht']) =>
    dhtAsked({ ...known, dht: commandLine }, { ...settings, dht })
  expect([asked(true, 'setting'), asked(false, 'setting')]).toEqual(['public', 'off'])
  // The command line goes above the setting.
  expect([asked(true, 'off'), asked(true, 'given'), asked(false, 'given')]).toEqual(['off', 'given', 'off'])
})

test('a network that was joined before fills all fields', () => {
  const recent: RecentNetwork = {
    kind: 'mosaik',
    id: networkIdFrom('my-net'),
    name: 'my-net',
    lastJoinedAt: 0,
    bootstrap: [`${HEX}@1.2.3.4:4433`, `/ip4/1.2.3.5/udp/1/quic-v1/p2p/${peerIdAt(1)}`],
    tags: ['validator'],
    relay: 'https://relay.example.org/',
    entryVersion: '0.3.19',
    knownPeers: 3,
  }
  expect(draftOf(recent)).toEqual({
    kind: 'mosaik',
    network: 'my-net',
    bootstrap: `${HEX}@1.2.3.4:4433\n${HEX}@1.2.3.5:1`,
    tags: ['validator'],
    relay: 'url',
    relayUrl: 'https://relay.example.org/',
    entryVersion: '0.3.19',
  })
  expect(draftOf({ ...recent, relay: 'default', entryVersion: null })).toMatchObject({
    relay: 'default',
    relayUrl: '',
    entryVersion: '',
  })
})
