import { expect, test } from 'vitest'
import { createStore } from 'zustand/vanilla'
import type { FilesState } from '../../../../src/renderer/src/snapshots/files-store.ts'
import { keepLooked } from '../../../../src/renderer/src/snapshots/keep-looked.ts'
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
  const again: (readonly [string, string, number | null])[] = []
  const files = createStore<FilesState>()(() => ({
    opened: [],
    work: null,
    imported: new Map(),
    looked: { file: 'f', name: 'a.peerscope' },
    again: null,
  }))
  const reading: (string | null)[] = []
  const lookAgain = keepLooked({
    files: {
      ...files,
      lookAgain: async ({ file, name }, at) => {
        reading.push(files.getState().again)
        again.push([file, name, at])
      },
    },
    picture,
    tab,
  })
  const play = async (): Promise<void> => {
    const moment = { asOf: 5000, from: 4000, to: 6000 }
    const at = (when: number) => client.snapshots.at({ file: 'f', at: when })
    await picture.playFile({ file: 'f', title: 'Shared', kind: 'peerscope', moment, at })
  }
  return { picture, again, lookAgain, play, files, reading }
}

test('a file that is looked at is shown again after a reload, at its moment', async () => {
  const tab = new Tab()
  const before = open(() => tab)
  await before.lookAgain()
  await before.play()
  before.picture.goTo(5500)
  const after = open(() => tab)
  // From the beginning on it is known what will be shown: no other page stands there meanwhile.
  expect([before.files.getState().again, after.files.getState().again]).toEqual([null, 'a.peerscope'])
  await after.lookAgain()
  expect([after.reading, after.files.getState().again]).toEqual([['a.peerscope'], null])
  expect([before.again, after.again]).toEqual([[], [['f', 'a.peerscope', 5500]]])
  // It could not be shown: that is not tried each time.
  const last = open(() => tab)
  await last.lookAgain()
  expect(last.again).toEqual([])
})

test('one that is called off before the engine answers is not', async () => {
  const tab = new Tab()
  await open(() => tab).play()
  const after = open(() => tab)
  after.files.setState({ again: null })
  await after.lookAgain()
  expect([after.again, tab.items.size]).toEqual([[], 0])
})

test('one that was closed is not, and neither is one of a tab that remembers nothing', async () => {
  const tab = new Tab()
  const before = open(() => tab)
  await before.play()
  before.picture.leave()
  expect(tab.items.size).toBe(0)
  const off = open(() => {
    throw new Error('turned off')
  })
  await off.play()
  await off.lookAgain()
  tab.items.set('peerscope.looked', '{"file":7')
  const damaged = open(() => tab)
  await damaged.lookAgain()
  expect([off.again, damaged.again]).toEqual([[], []])
})
