import { AsyncIteratorClass } from '@orpc/client'
import { describe, expect, it } from 'vitest'
import type { SnapshotReport, WorkMessage } from '../../../../src/shared/contract.ts'
import { Unavailable, UnknownFile } from '../../../../src/shared/errors.ts'
import type { RowsMessage } from '../../../../src/shared/reports.ts'
import { createFilesStore } from '../../../../src/renderer/src/snapshots/files-store.ts'
import type { FilesState, FilesStore, HeldFile } from '../../../../src/renderer/src/snapshots/files-store.ts'
import { createPeerStore } from '../../../../src/renderer/src/stores/peer-store.ts'
import { createPictureStore } from '../../../../src/renderer/src/stores/picture-store.ts'
import { createUiStore } from '../../../../src/renderer/src/stores/ui-store.ts'
import type { FakeClient } from '../../../support/renderer/fake-api.ts'
import { createFakeApi, partsOf, workOf } from '../../../support/renderer/fake-api.ts'
import { fakeSnapshot } from '../../../support/renderer/fake-network.ts'

const REPORT = { ok: true, network: null, peers: 2, moment: { asOf: 7, from: 5, to: 9, events: 3 } } as SnapshotReport
const held = (file: string | null, name: string, wish: HeldFile['wish']): HeldFile => ({ file, name, wish })
const namesOf = ({ opened }: FilesState): readonly string[] => opened.map(({ name }) => name)

/** A window that was loaded again, with files that it held before. */
function reloaded(left: readonly HeldFile[], overrides: Partial<FakeClient['snapshots']> = {}) {
  const { client } = createFakeApi(() => fakeSnapshot(1, 0))
  const verify = async () => workOf(REPORT)
  const look = async () => partsOf<RowsMessage>([{ kind: 'done' }])
  const ui = createUiStore()
  const told: string[] = []
  const shown: string[] = []
  const picture = createPictureStore({
    client,
    live: createPeerStore(),
    other: createPeerStore(),
    now: () => 0,
    turn: () => Promise.resolve(),
    every: () => () => undefined,
  })
  const store = createFilesStore({
    client: { snapshots: { ...client.snapshots, verify, look, ...overrides } },
    picture: {
      ...picture,
      showFile: ({ title }) => void shown.push(title),
      playFile: async ({ title }) => void shown.push(title),
    },
    ui,
    tellCancelled: (message) => void told.push(message),
    tellEnded: (message) => void told.push(message),
    tellFailure: (thrown) => void told.push(`failed: ${String(thrown)}`),
    fileWorks: () => undefined,
  })
  store.setState({ left })
  return { store, ui, told, shown }
}

/** Waits for a file that is being checked. */
function checking(store: FilesStore): Promise<void> {
  return new Promise((resolve) => {
    const stop = store.subscribe(({ work }) => {
      if (work?.step?.step !== 'check') return
      stop()
      resolve()
    })
  })
}

/** One step, and then nothing until it is called off. */
function endless(signal: AbortSignal | undefined): AsyncIteratorClass<WorkMessage<SnapshotReport>, undefined, void> {
  const steps: WorkMessage<SnapshotReport>[] = [{ kind: 'progress', step: { step: 'check', done: 1, total: 9 } }]
  const never = async (): Promise<never> =>
    await new Promise((_resolve, reject) => {
      signal?.throwIfAborted()
      signal?.addEventListener('abort', () => reject(signal.reason))
    })
  return new AsyncIteratorClass<WorkMessage<SnapshotReport>, undefined, void>(
    async () => ({ done: false, value: steps.shift() ?? (await never()) }),
    async () => undefined,
  )
}

describe('after a reload', () => {
  it('what was being checked is checked again, and what was to be looked at is looked at', async () => {
    const { store, ui, told, shown } = reloaded([held('file-1', 'a', 'listed'), held('file-2', 'b', 'opened')])
    ui.setState({ view: 'snapshots' })
    await store.resume(null)
    expect([namesOf(store.getState()), shown, told]).toEqual([['b', 'a'], ['Shared moment b'], []])
    expect([ui.getState().view, store.getState().left]).toEqual(['network', []])
    // One that does not verify was asked for by the button; one that only was dropped is not looked at.
    const damaged = { verify: async () => workOf({ ...REPORT, ok: false }) }
    const asked = reloaded([held('file-1', 'a', 'opened'), held('file-2', 'b', 'look')], damaged)
    await asked.store.resume(null)
    expect(asked.shown).toEqual(['Shared moment b'])
  })

  it('what is gone, or was not handed over yet, is told in one sentence with what to do', async () => {
    const { store, told, shown } = reloaded(
      [held(null, 'a', 'opened'), held('file-2', 'b', 'listed'), held('file-3', 'c', 'listed')],
      {
        verify: async ({ file }) => (file === 'file-2' ? await Promise.reject(new UnknownFile('no')) : workOf(REPORT)),
      },
    )
    await store.resume(null)
    expect([namesOf(store.getState()), shown]).toEqual([['c'], []])
    expect(told).toEqual([
      'a and b were closed when this window was loaded again. Choose them in Snapshots once more, or drop them on the window.',
    ])
  })

  it('what fails otherwise is told as it is, and does not read as closed', async () => {
    const { store, told } = reloaded([held('file-1', 'a', 'listed'), held('file-2', 'b', 'listed')], {
      verify: async ({ file }) => (file === 'file-1' ? await Promise.reject(new Unavailable('no')) : workOf(REPORT)),
    })
    await store.resume(null)
    expect([namesOf(store.getState()), told]).toEqual([['b'], ['failed: Unavailable: no']])
  })

  it('of one that was looked at while its entries were taken in both are told of, and it is shown again', async () => {
    const { store, told, shown } = reloaded([held('file-1', 'a', 'import')])
    const again = { file: 'file-1', name: 'a', at: 8 }
    store.setState({ again })
    await store.resume(again)
    expect([shown, told]).toEqual([['Shared moment a'], [expect.stringMatching(/^Taking in the entries of a ended/)]])
  })

  it('that entries are no longer taken in is told, and can be done again', async () => {
    const { store, told } = reloaded([held('file-1', 'a', 'import')])
    await store.resume(null)
    expect(namesOf(store.getState())).toEqual(['a'])
    expect(told).toEqual([
      'Taking in the entries of a ended when this window was loaded again. What was taken in before stays.',
    ])
  })

  it('of each file is known what the user waits for, from when it comes to when it is done', async () => {
    const seen: string[] = []
    const { store } = reloaded([], { import: async () => workOf({ outcomes: {} }) })
    store.subscribe(({ work }, { work: before }) => {
      if (work !== null && work.held !== before?.held) seen.push(`${work.held.file} ${work.held.wish}`)
    })
    await store.open({ kind: 'dropped', file: new File(['x'], 'a'), look: true })
    const [opened] = store.getState().opened
    if (opened !== undefined) await store.import(opened)
    expect(seen).toEqual(['null opened', 'file-1 opened', 'file-1 look', 'file-1 import'])
  })

  it('the next file is taken up where one is called off', async () => {
    const { store, told } = reloaded([held('file-1', 'a', 'listed'), held('file-2', 'b', 'listed')], {
      verify: async ({ file }, options) => (file === 'file-1' ? endless(options?.signal) : workOf(REPORT)),
    })
    const begun = checking(store)
    const resuming = store.resume(null)
    await begun
    expect(store.getState().left).toEqual([held('file-2', 'b', 'listed')])
    store.cancel()
    await resuming
    expect([namesOf(store.getState()), told]).toEqual([['b'], ['Checking was cancelled.']])
  })
})
