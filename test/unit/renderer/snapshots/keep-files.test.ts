import { expect, test } from 'vitest'
import { createStore } from 'zustand/vanilla'
import type { Again, FilesState } from '../../../../src/renderer/src/snapshots/files-store.ts'
import type { OpenedFile } from '../../../../src/renderer/src/snapshots/files.ts'
import { keepFiles } from '../../../../src/renderer/src/snapshots/keep-files.ts'
import { createIncomingStore } from '../../../../src/renderer/src/stores/incoming-store.ts'
import { createPeerStore } from '../../../../src/renderer/src/stores/peer-store.ts'
import { createPictureStore } from '../../../../src/renderer/src/stores/picture-store.ts'
import { createFakeApi } from '../../../support/renderer/fake-api.ts'
import { fakeSnapshot } from '../../../support/renderer/fake-network.ts'

/** A tab's storage, which outlives its windows. */
class Tab {
  readonly items = new Map<string, string>()
  readonly getItem = (key: string): string | null => this.items.get(key) ?? null
  readonly setItem = (key: string, value: string): void => void this.items.set(key, value)
  readonly removeItem = (key: string): void => void this.items.delete(key)
}

function open(tab: () => Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>) {
  const { client } = createFakeApi(() => fakeSnapshot(3, 1000))
  const picture = createPictureStore({
    client,
    live: createPeerStore(),
    other: createPeerStore(),
    now: () => 100_000,
    turn: () => Promise.resolve(),
    every: () => () => undefined,
  })
  const resumed: (Again | null)[] = []
  const files = createStore<FilesState>()(() => ({
    opened: [],
    work: null,
    imported: new Map(),
    looked: null,
    again: null,
    left: [],
  }))
  const incoming = createIncomingStore()
  const kept = keepFiles({
    files: { ...files, resume: async (looked) => void resumed.push(looked) },
    incoming,
    picture,
    tab,
  })
  const play = async (): Promise<void> => {
    files.setState({ opened: [A], looked: { file: 'f', name: 'a.peerscope' } })
    const moment = { asOf: 5000, from: 4000, to: 6000 }
    const at = (when: number) => client.snapshots.at({ file: 'f', at: when })
    await picture.playFile({ file: 'f', title: 'Shared', kind: 'peerscope', moment, at })
  }
  return { picture, resumed, kept, play, files, incoming }
}

const A = { file: 'f', name: 'a.peerscope' } as OpenedFile

test('a file that is looked at is taken up after a reload, at its moment', async () => {
  const tab = new Tab()
  const before = open(() => tab)
  await before.kept.resume()
  await before.play()
  before.picture.goTo(5500)
  const after = open(() => tab)
  // From the beginning on it is known what will be shown: no other page stands there meanwhile.
  const wish = { file: 'f', name: 'a.peerscope', wish: 'listed' }
  expect(after.files.getState()).toMatchObject({ again: { name: 'a.peerscope' }, left: [wish] })
  await after.kept.resume()
  expect([before.resumed, after.resumed]).toEqual([[null], [{ file: 'f', name: 'a.peerscope', at: 5500 }]])
  // It is remembered until it is shown; then it could not be, and is not tried each time.
  after.files.setState({ work: null })
  expect(open(() => tab).files.getState().again).toMatchObject({ name: 'a.peerscope' })
  // That it is shown is called off: it is still taken up.
  after.files.setState({ again: null })
  expect(open(() => tab).files.getState()).toMatchObject({ again: null, left: [wish] })
  after.files.setState({ left: [] })
  expect(open(() => tab).files.getState()).toMatchObject({ again: null, left: [] })
})

test('files that are opened, being opened, and waiting are taken up, each with what the user waits for', () => {
  const tab = new Tab()
  const before = open(() => tab)
  const what = { what: 'Checking …', step: null }
  const b = { file: 'g', name: 'b.peerscope', wish: 'opened' } as const
  before.files.setState({ opened: [A], work: { ...what, file: null, held: b } })
  before.incoming.setState({ file: { kind: 'dropped', file: new File([], 'c.peerscope'), look: true } })
  const a = { ...A, wish: 'listed' }
  const c = { file: null, name: 'c.peerscope', wish: 'opened' }
  const after = open(() => tab)
  expect(after.files.getState().left).toEqual([a, b, c])
  // One after the other is taken up: what is left is still remembered.
  after.files.setState({ left: [b], work: { ...what, file: null, held: { ...A, wish: 'listed' } } })
  expect(open(() => tab).files.getState().left).toEqual([a, b])
  after.files.setState({ left: [], opened: [A], work: { ...what, file: 'f', held: { ...A, wish: 'import' } } })
  expect(open(() => tab).files.getState().left).toEqual([{ ...A, wish: 'import' }])
  // What ends because the window goes is not over.
  after.kept.stop()
  after.files.setState({ work: null, opened: [] })
  expect(open(() => tab).files.getState().left).toEqual([{ ...A, wish: 'import' }])
})

test('one that was closed is not, and neither is one of a tab that remembers nothing', async () => {
  const tab = new Tab()
  const before = open(() => tab)
  await before.play()
  before.picture.leave()
  expect(open(() => tab).files.getState()).toMatchObject({ again: null, left: [{ file: 'f', wish: 'listed' }] })
  before.files.setState({ opened: [] })
  expect(tab.items.size).toBe(0)
  const off = open(() => {
    throw new Error('turned off')
  })
  await off.play()
  await off.kept.resume()
  for (const damaged of ['{"looked":7', '{"looked":7,"files":[{"file":7},null]}', '{"files":{"length":9}}', '7']) {
    tab.items.set('peerscope.files', damaged)
    const after = open(() => tab)
    await after.kept.resume()
    expect([after.resumed, after.files.getState().left]).toEqual([[null], []])
  }
  expect(off.resumed).toEqual([null])
})

test('the file that is looked at is taken up first, as what is waited for, also where it is listed no longer', () => {
  const tab = new Tab()
  const looked = { file: 'f', name: 'a', at: 7 }
  const b = { file: 'g', name: 'b', wish: 'listed' }
  const taken = (...files: unknown[]): unknown => {
    tab.items.set('peerscope.files', JSON.stringify({ looked, files }))
    return open(() => tab).files.getState().left
  }
  const a = { file: 'f', name: 'a', wish: 'import' }
  expect([taken(b, a), taken(b)]).toEqual([
    [a, b],
    [{ ...a, wish: 'listed' }, b],
  ])
})
