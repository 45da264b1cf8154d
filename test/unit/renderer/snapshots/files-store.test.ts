import { AsyncIteratorClass } from '@orpc/client'
import { beforeEach, describe, expect, it } from 'vitest'
import type { SnapshotReport, WorkMessage } from '../../../../src/shared/contract.ts'
import { UnknownFile } from '../../../../src/shared/errors.ts'
import type { RowsMessage } from '../../../../src/shared/reports.ts'
import { createFilesStore } from '../../../../src/renderer/src/snapshots/files-store.ts'
import type { FilesState, FilesStore } from '../../../../src/renderer/src/snapshots/files-store.ts'
import type { OpenedFile } from '../../../../src/renderer/src/snapshots/files.ts'
import type { PictureState } from '../../../../src/renderer/src/stores/picture-store.ts'
import { createUiStore } from '../../../../src/renderer/src/stores/ui-store.ts'
import type { FakeClient } from '../../../support/renderer/fake-api.ts'
import { createFakeApi, partsOf, workOf } from '../../../support/renderer/fake-api.ts'
import { fakeSnapshot } from '../../../support/renderer/fake-network.ts'

type Snapshots = FakeClient['snapshots']

const REPORT = { ok: true, network: null, peers: 2, moment: null } as SnapshotReport
const OPENED: OpenedFile = { file: 'file-9', name: 'a.peerscope', report: REPORT }
const AGAIN = { file: 'file-9', name: 'a.peerscope', at: 8 }
/** A window that was loaded again while it looked at a file. */
const BEFORE: Pick<FilesState, 'again' | 'left'> = {
  again: AGAIN,
  left: [{ file: 'file-9', name: 'a.peerscope', wish: 'listed' }],
}
const dropped = (bytes: number) =>
  ({ kind: 'dropped', file: new File([new Uint8Array(bytes)], 'a.peerscope'), look: false }) as const

/** Never, unless it is called off. */
async function never(signal: AbortSignal | undefined): Promise<never> {
  return await new Promise((_resolve, reject) => {
    signal?.throwIfAborted()
    signal?.addEventListener('abort', () => reject(signal.reason))
  })
}

/** Work that tells one step, and then nothing until it is called off. */
function endless<Result>(signal: AbortSignal | undefined): AsyncIteratorClass<WorkMessage<Result>, undefined, void> {
  const steps: WorkMessage<Result>[] = [{ kind: 'progress', step: { step: 'check', done: 256, total: 1000 } }]
  return new AsyncIteratorClass<WorkMessage<Result>, undefined, void>(
    async () => ({ done: false, value: steps.shift() ?? (await never(signal)) }),
    async () => undefined,
  )
}

let told: string[]
let shown: string[]
let works: number
let calls: readonly string[]
let ui: ReturnType<typeof createUiStore>
let pictureState: PictureState
beforeEach(() => {
  pictureState = {
    picture: null,
    islands: undefined,
    wanted: null,
    playing: false,
    speed: 1,
    failure: null,
    played: null,
    went: 0,
  }
  told = []
  shown = []
  works = 0
})

function create(overrides: Partial<Snapshots> = {}): FilesStore {
  const api = createFakeApi(() => fakeSnapshot(1, 0))
  ;({ calls } = api)
  ui = createUiStore()
  return createFilesStore({
    client: { snapshots: { ...api.client.snapshots, ...overrides } },
    picture: {
      getState: () => pictureState,
      subscribe: () => () => undefined,
      showFile: ({ title, kind }, _madeAt, rows) => void shown.push(`${title}: ${rows.length} of ${kind}`),
      playFile: async ({ title, moment }, at = moment.asOf) => void shown.push(`${title}: at ${at}`),
    },
    ui,
    tellCancelled: (message) => void told.push(message),
    tellEnded: (message) => void told.push(message),
    tellFailure: (thrown) => void told.push(`failed: ${String(thrown)}`),
    fileWorks: () => void (works += 1),
  })
}

/** Waits for what the store says next that passes. */
function until(store: FilesStore, passes: (state: FilesState) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = store.subscribe((state) => {
      if (!passes(state)) return
      stop()
      resolve()
    })
  })
}

const stepOf = ({ work }: FilesState): string | undefined => work?.step?.step

describe('opening a file', () => {
  it('is called off while it is handed over: nothing of it stays, and it can be opened again', async () => {
    let parts = 0
    const second = Promise.withResolvers<void>()
    const store = create({
      put: async (_input, options) => {
        parts += 1
        if (parts !== 2) return
        second.resolve()
        await never(options?.signal)
      },
    })
    const opening = store.open(dropped(1_000_000))
    await second.promise
    expect(store.getState().work).toEqual({
      file: null,
      what: 'Checking a.peerscope …',
      step: { step: 'upload', done: 393_216, total: 1_000_000 },
      held: { file: null, name: 'a.peerscope', wish: 'listed' },
    })
    store.cancel()
    await opening
    expect(told).toEqual(['Checking was cancelled.'])
    expect([parts, calls.filter((call) => call.startsWith('drop'))]).toEqual([2, ['drop file-1']])
    expect(store.getState()).toMatchObject({ opened: [], work: null })

    await store.open(dropped(1000))
    expect(store.getState().opened).toMatchObject([{ file: 'file-1', name: 'a.peerscope', report: { ok: true } }])
    expect(told).toHaveLength(1)
  })

  it('is called off before the engine knows of it: what was begun is dropped', async () => {
    const store = create()
    const opening = store.open(dropped(1000))
    store.cancel()
    await opening
    expect([told, calls]).toEqual([['Checking was cancelled.'], ['drop file-1']])
  })

  it.each([dropped(1000), { kind: 'taken', file: 'file-1', name: 'a.peerscope', look: true } as const])(
    'is called off while it is checked: nothing of it stays, and it can be opened again (%o)',
    async (given) => {
      let checks = 0
      const store = create({
        verify: async (_input, options) => {
          checks += 1
          return checks === 1 ? endless(options?.signal) : workOf(REPORT)
        },
      })
      const checking = until(store, (state) => stepOf(state) === 'check')
      const opening = store.open(given)
      await checking
      expect(store.getState().work?.step).toEqual({ step: 'check', done: 256, total: 1000 })
      store.cancel()
      await opening
      expect([told, calls.at(-1)]).toEqual([['Checking was cancelled.'], 'drop file-1'])
      expect(store.getState()).toMatchObject({ opened: [], work: null })

      await store.open(given)
      expect(store.getState().opened).toMatchObject([{ report: REPORT }])
    },
  )

  it('that fails is told as a failure, and nothing of it stays', async () => {
    const store = create({ verify: () => Promise.reject(new Error('no snapshot')) })
    await store.open(dropped(1000))
    expect([told, calls.at(-1)]).toEqual([['failed: Error: no snapshot'], 'drop file-1'])
    expect(store.getState().work).toBeNull()
  })

  it('keeps as many as the engine does beside the one that is being opened, the last one first', async () => {
    const store = create()
    for (const file of ['1', '2', '3', '4', '5']) await store.open({ kind: 'taken', file, name: file, look: true })
    expect(store.getState().opened.map(({ file }) => file)).toEqual(['5', '4', '3'])
  })
})

describe('work on an opened file', () => {
  it.each([
    ['import', (store: FilesStore) => store.import(OPENED), 'Taking in was cancelled. What was taken in before stays.'],
    ['look', (store: FilesStore) => store.look(OPENED), 'Reading was cancelled.'],
  ] as const)('%s is called off calmly: the file stays, and it can be done again', async (call, verb, words) => {
    let times = 0
    const hanging = async (_input: unknown, options?: { readonly signal?: AbortSignal | undefined }) => {
      times += 1
      return endless<never>(options?.signal)
    }
    const store = create({ [call]: hanging })
    for (const time of [1, 2]) {
      const checking = until(store, (state) => stepOf(state) === 'check')
      const done = verb(store)
      await checking
      expect(store.getState().work?.file).toBe('file-9')
      // One thing at a time.
      await store.open(dropped(1000))
      await verb(store)
      expect(times).toBe(time)
      store.cancel()
      await done
      expect(store.getState()).toMatchObject({ work: null, imported: new Map() })
    }
    expect([told, calls, shown]).toEqual([[words, words], [], []])
  })

  it('tells what came of it', async () => {
    const rows = [...fakeSnapshot(5, 0).peers]
    const look = async () =>
      partsOf<RowsMessage>([
        { kind: 'rows', peers: rows.slice(0, 2) },
        { kind: 'rows', peers: rows.slice(2) },
        { kind: 'done' },
      ])
    const store = create({ import: async () => workOf({ outcomes: { New: 2 } }), look })
    await store.import(OPENED)
    expect(store.getState().imported.get('file-9')).toBe('Taken in: 2 new.')
    await store.look(OPENED)
    expect(shown).toEqual([expect.stringMatching(/: 5 of peerscope$/)])
    expect([ui.getState().view, told]).toEqual(['peers', []])
    // A shared moment is played, from its graph on.
    const moment = { asOf: 7, from: 5, to: 9, events: 3 }
    await store.look({ ...OPENED, report: { ...REPORT, moment } })
    expect([shown.at(-1), ui.getState().view]).toEqual(['Shared moment a.peerscope: at 7', 'network'])
  })

  it('that ends without a result is told as a failure', async () => {
    const nothing = new AsyncIteratorClass<RowsMessage, undefined, void>(
      async () => ({ done: true, value: undefined }),
      async () => undefined,
    )
    const store = create({ look: async () => nothing })
    await store.look(OPENED)
    expect(told).toEqual([expect.stringContaining('failed: ')])
  })
})

describe('a file that is opened to be looked at', () => {
  const moment = { asOf: 7, from: 5, to: 9, events: 3 }
  const given = { ...dropped(1000), look: true } as const
  const open = (report: Partial<SnapshotReport>, meanwhile = (): void => undefined) => {
    const store = create({
      verify: async () => {
        meanwhile()
        return workOf({ ...REPORT, ...report })
      },
      look: async () => partsOf<RowsMessage>([{ kind: 'done' }]),
    })
    ui.setState({ view: 'snapshots' })
    return store
  }

  it.each([given, { kind: 'taken', file: 'file-1', name: 'a.peerscope', look: true } as const])(
    'shows the moment that it shares at once (%o)',
    async (one) => {
      const store = open({ moment })
      await store.open(one)
      expect([shown, ui.getState().view, told]).toEqual([['Shared moment a.peerscope: at 7'], 'network', []])
      // What was said of another file goes.
      expect(works).toBe(1)
      expect(store.getState().opened).toHaveLength(1)
    },
  )

  it('is only checked where it shares no moment, does not verify, or was chosen to be checked', async () => {
    await open({ moment: null }).open(given)
    await open({ moment, ok: false }).open(given)
    await open({ moment }).open(dropped(1000))
    expect([shown, ui.getState().view]).toEqual([[], 'snapshots'])
  })

  it('leaves the user in the view to which they went while it was checked', async () => {
    await open({ moment }, () => ui.setState({ view: 'alerts' })).open(given)
    expect([shown.length, ui.getState().view]).toEqual([1, 'alerts'])
  })
})

describe('a file that is looked at', () => {
  const moment = { asOf: 7, from: 5, to: 9, events: 3 }
  const shared: OpenedFile = { ...OPENED, report: { ...REPORT, moment } }
  const done = () => partsOf<RowsMessage>([{ kind: 'done' }])

  it('is shown where the user went while it was read, and not at all in place of another picture', async () => {
    let away = (): void => ui.setState({ view: 'alerts' })
    const store = create({
      look: async () => {
        away()
        return done()
      },
    })
    await store.look(shared)
    expect([shown, ui.getState().view, told]).toEqual([['Shared moment a.peerscope: at 7'], 'alerts', []])
    away = () => {
      pictureState = { ...pictureState, went: 1 }
    }
    await store.look(shared)
    expect([shown.length, ui.getState().view]).toEqual([1, 'alerts'])
    expect(told).toEqual([expect.stringContaining('because you went to another moment')])
  })

  it('takes the place of a picture in which time runs: that is no going elsewhere', async () => {
    const look = async () => {
      pictureState = { ...pictureState, wanted: 500 }
      return done()
    }
    await create({ look }).look(shared)
    expect([shown, told]).toEqual([['Shared moment a.peerscope: at 7'], []])
  })

  it('that cannot be read leaves what is shown as it is, with the reason', async () => {
    await create({ look: () => Promise.reject(new Error('damaged')) }).look(shared)
    expect([shown, told]).toEqual([[], ['failed: Error: damaged']])
  })

  it('is shown again after a reload, at its moment and in the view that was open', async () => {
    const store = create({ verify: async () => workOf(shared.report), look: async () => done() })
    ui.setState({ view: 'timeline' })
    store.setState(BEFORE)
    await store.resume(AGAIN)
    expect([shown, ui.getState().view, told]).toEqual([['Shared moment a.peerscope: at 8'], 'timeline', []])
    expect(store.getState()).toMatchObject({ opened: [{ file: 'file-9' }], looked: { file: 'file-9' } })
  })

  it('is not shown again after a reload where the user went elsewhere while it was checked', async () => {
    const verify = async () => {
      pictureState = { ...pictureState, went: 1 }
      return workOf(shared.report)
    }
    const store = create({ verify, look: async () => done() })
    store.setState(BEFORE)
    await store.resume(AGAIN)
    expect([shown, told]).toEqual([[], [expect.stringContaining('because you went to another moment')]])
  })

  it('is shown again once other work with files is done, with all that it does', async () => {
    const gate = Promise.withResolvers<undefined>()
    const verify = async () => {
      await gate.promise
      return workOf(shared.report)
    }
    const store = create({ verify, look: async () => done() })
    store.setState(BEFORE)
    const other = store.open({ kind: 'taken', file: 'file-8', name: 'b.peerscope', look: true })
    const again = store.resume(AGAIN)
    gate.resolve(undefined)
    await Promise.all([other, again])
    expect(store.getState().opened.map(({ file }) => file)).toEqual(['file-9', 'file-8'])
    expect(shown).toEqual(['Shared moment b.peerscope: at 7', 'Shared moment a.peerscope: at 8'])
  })

  it('is not shown again where that is called off, but still taken up; other work goes on', async () => {
    const gate = Promise.withResolvers<undefined>()
    const verify = async () => {
      await gate.promise
      return workOf(shared.report)
    }
    const store = create({ verify, look: async () => done() })
    store.setState(BEFORE)
    const other = store.open({ kind: 'taken', file: 'file-8', name: 'b.peerscope', look: true })
    const waits = store.resume(AGAIN)
    store.cancelAgain()
    gate.resolve(undefined)
    await Promise.all([other, waits])
    const list = () => store.getState().opened.map(({ file }) => file)
    expect([shown, told, list()]).toEqual([
      ['Shared moment b.peerscope: at 7'],
      ['Reading was cancelled.'],
      ['file-9', 'file-8'],
    ])
  })

  it.each(['check', 'read'] as const)('is listed where that is called off during the %s', async (during) => {
    const letGo: string[] = []
    const held: unknown[] = []
    const store = create({
      verify: async (_input, options) => {
        if (during === 'check') store.cancelAgain()
        held.push(store.getState().work?.held)
        return options?.signal?.aborted === true ? await never(options.signal) : workOf(shared.report)
      },
      look: async (_input, options) => {
        store.cancelAgain()
        return await never(options?.signal)
      },
      drop: async ({ file }) => void letGo.push(file),
    })
    store.setState(BEFORE)
    await store.resume(AGAIN)
    expect(store.getState()).toMatchObject({ again: null, left: [], opened: [{ file: 'file-9' }] })
    expect([shown, told, letGo, held]).toEqual([[], ['Reading was cancelled.'], [], BEFORE.left])
  })

  it('that the engine no longer has is told to be closed, with how to open it again', async () => {
    const store = create({ verify: async () => await Promise.reject(new UnknownFile('not there')) })
    store.setState(BEFORE)
    await store.resume({ ...AGAIN, at: null })
    expect([shown, told]).toEqual([
      [],
      [expect.stringMatching(/^a\.peerscope was closed .*\. Choose the file in Snapshots/)],
    ])
  })
})
