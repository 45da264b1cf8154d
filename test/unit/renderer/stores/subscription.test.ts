import { expect, test, vi } from 'vitest'
import { createPeerStore } from '../../../../src/renderer/src/stores/peer-store.ts'
import { createLinkStore, subscribe } from '../../../../src/renderer/src/stores/subscription.ts'
import { createFakeApi } from '../../../support/renderer/fake-api.ts'
import { fakeSnapshot, peerRow } from '../../../support/renderer/fake-network.ts'

function begin() {
  const api = createFakeApi(() => fakeSnapshot(3, 1000))
  const peers = createPeerStore()
  const link = createLinkStore(7)
  const stop = new AbortController()
  const pauses: number[] = []
  const resume: (() => void)[] = []
  const ended = subscribe(
    {
      client: api.client,
      link,
      now: () => 42,
      onMessage: (message) => peers.apply(message),
      wait: (ms, signal) => {
        pauses.push(ms)
        return new Promise((resolve) => {
          resume.push(resolve)
          signal.addEventListener('abort', () => resolve())
        })
      },
    },
    stop.signal,
  )
  return { api, peers, link, stop, pauses, resume, ended }
}

test('takes the snapshot and the batches after it, and ends on abort', async () => {
  const { api, peers, link, stop, ended } = begin()
  await vi.waitFor(() => expect(peers.getState().seq).toBe(1))
  expect(link.getState()).toEqual({ state: 'live', reason: '', heardAt: 42, silentSince: null, liveAt: 7 })
  api.push({ type: 'batch', seq: 2, peers: [peerRow(70)] })
  await vi.waitFor(() => expect(peers.getState().ids).toHaveLength(4))
  stop.abort()
  await ended
  expect(api.open).toBe(0)
})

test('a gap leads to a new snapshot, and the link stays live', async () => {
  const { api, peers, link, resume, stop, ended } = begin()
  await vi.waitFor(() => expect(peers.getState().seq).toBe(1))
  api.push({ type: 'batch', seq: 5 })
  await vi.waitFor(() => expect(resume).toHaveLength(1))
  expect(link.getState().state).toBe('live')
  expect(api.open).toBe(0)
  resume[0]?.()
  await vi.waitFor(() => expect(api.calls.filter((call) => call === 'subscribe')).toHaveLength(2))
  stop.abort()
  await ended
})

test('a broken stream is told with its reason and tried again with growing pauses', async () => {
  const { api, link, pauses, resume, stop, ended } = begin()
  await vi.waitFor(() => expect(link.getState().state).toBe('live'))
  api.client.view.subscribe = async () => {
    throw new Error('gone')
  }
  api.cut(new Error('the socket closed'))
  await vi.waitFor(() => expect(resume).toHaveLength(1))
  expect(link.getState()).toEqual({
    state: 'lost',
    reason: 'the socket closed',
    heardAt: 42,
    silentSince: null,
    liveAt: 42,
  })
  resume[0]?.()
  await vi.waitFor(() => expect(resume).toHaveLength(2))
  expect(link.getState().reason).toBe('gone')
  resume[1]?.()
  await vi.waitFor(() => expect(resume).toHaveLength(3))
  expect(pauses).toEqual([250, 500, 1000])
  stop.abort()
  await ended
})

test.each(['refused', 'ended'] as const)('%s stays until something is heard again', async (state) => {
  const { api, link, resume, stop, ended } = begin()
  await vi.waitFor(() => expect(link.getState().state).toBe('live'))
  link.setState({ state })
  api.cut()
  await vi.waitFor(() => expect(resume).toHaveLength(1))
  expect(link.getState().state).toBe(state)
  resume[0]?.()
  await vi.waitFor(() => expect(link.getState().state).toBe('live'))
  stop.abort()
  await ended
})
