/** The stores that a link to the window is about, with a browser's history that the test moves. */
import { createCompareStore } from '../../../../src/renderer/src/compare/compare-store.ts'
import { keepLook } from '../../../../src/renderer/src/graph/keep-look.ts'
import { createTableStore } from '../../../../src/renderer/src/peers/table-store.ts'
import { followPlace } from '../../../../src/renderer/src/shell/follow-place.ts'
import { createFilesStore } from '../../../../src/renderer/src/snapshots/files-store.ts'
import type { LookedFile } from '../../../../src/renderer/src/snapshots/files-store.ts'
import { createEventStore, listsEndAt } from '../../../../src/renderer/src/stores/event-store.ts'
import { followMoment } from '../../../../src/renderer/src/stores/follow-moment.ts'
import { createNoteStore } from '../../../../src/renderer/src/stores/note-store.ts'
import { createPeerStore } from '../../../../src/renderer/src/stores/peer-store.ts'
import { createPictureStore } from '../../../../src/renderer/src/stores/picture-store.ts'
import { createPlayedParts } from '../../../../src/renderer/src/stores/played-parts.ts'
import { createRangeStore } from '../../../../src/renderer/src/stores/range-store.ts'
import { createUiStore } from '../../../../src/renderer/src/stores/ui-store.ts'
import type { SnapshotReport } from '../../../../src/shared/reports.ts'
import { createFakeApi, workOf } from '../../../support/renderer/fake-api.ts'
import { fakeSnapshot } from '../../../support/renderer/fake-network.ts'

export const NOW = Date.UTC(2026, 10, 29, 12)
export const PAST = '2026-11-29T09:00:00.000Z'
/** A stored network. */
export const HISTORY = 'cd'.repeat(32)
/** One that the engine has no history of. */
export const GONE = 'ef'.repeat(32)

/** A browser's history, and a clock that the test moves. */
class Page {
  entries: string[]
  at = 0
  #moved: () => void = () => undefined
  #now = 0
  readonly #due = new Map<() => void, number>()
  readonly later = (ms: number, act: () => void): (() => void) => {
    this.#due.set(act, this.#now + ms)
    return () => void this.#due.delete(act)
  }

  constructor(text: string) {
    this.entries = [text]
  }

  /** How much time passed, milliseconds. */
  get passed(): number {
    return this.#now
  }

  read(): string {
    return this.entries[this.at] ?? ''
  }

  write(text: string, push: boolean): void {
    if (push) this.at += 1
    this.entries = [...this.entries.slice(0, this.at), text]
  }

  onMoved(listener: () => void): () => void {
    this.#moved = listener
    return () => (this.#moved = () => undefined)
  }

  back(): void {
    this.at -= 1
    this.#moved()
  }

  /** To a link. */
  go(text: string): void {
    this.write(text, true)
    this.#moved()
  }

  /** Lets time pass. */
  pass(ms: number): void {
    this.#now += ms
    for (const [act, at] of this.#due) {
      if (at > this.#now) continue
      this.#due.delete(act)
      act()
    }
  }
}

/**
 * The window's stores, with a place in the URL.
 * @param joined whether the network is there from the beginning
 * @param again a file that was looked at before the window was loaded again
 */
export function openPlace(text: string, joined = true, again: LookedFile | null = null) {
  const [ui, peers, page] = [createUiStore(), createPeerStore(), new Page(text)]
  if (joined) peers.apply(fakeSnapshot(3, NOW))
  const others: string[] = []
  const unread: string[] = []
  const futures: number[] = []
  const outside: number[] = []
  const { client } = createFakeApi(() => fakeSnapshot(3, NOW))
  const other = createPeerStore()
  const picture = createPictureStore({
    client,
    live: peers,
    other,
    now: () => NOW + page.passed,
    turn: () => Promise.resolve(),
    every: () => () => undefined,
  })
  const range = createRangeStore()
  followMoment(picture, range, () => NOW + page.passed, page.later)
  const notes = createNoteStore(client, () => new Map())
  const told: string[] = []
  const moment = { asOf: NOW - 1000, from: NOW - 9000, to: NOW - 1000, events: 0 }
  const report = { ok: true, network: null, peers: 2, moment } as SnapshotReport
  const files = createFilesStore({
    client: { snapshots: { ...client.snapshots, verify: async () => workOf(report) } },
    picture,
    ui,
    tellCancelled: (message) => void told.push(message),
    tellEnded: (message) => void told.push(message),
    tellFailure: (thrown) => void told.push(String(thrown)),
    fileWorks: () => undefined,
  })
  files.setState({ again })
  const linked = {
    ui,
    files,
    picture,
    peers,
    events: createEventStore(client),
    playedParts: createPlayedParts(client, picture, other, notes),
    range,
    table: createTableStore(client),
    compare: createCompareStore(client),
  }
  listsEndAt(picture, linked.events)
  keepLook(ui, peers)
  const shown: { readonly id: string; readonly at: number | null }[] = []
  const end = followPlace({
    ...linked,
    page,
    later: page.later,
    now: () => NOW,
    onFuture: (at) => void futures.push(at),
    onOutside: (at) => void outside.push(at),
    showHistory: async ({ kind, id }, at, wanted) => {
      shown.push({ id, at })
      if (id === GONE) return
      await Promise.resolve()
      if (!wanted()) return
      const moment = { asOf: NOW - 1000, from: NOW - 9_000_000_000, to: NOW - 1000 }
      const network = { kind, id, name: null }
      const stored = { network, demo: false, moment, end: null, notes: [], names: [] }
      const look = (when: number) => client.stored.at({ network: id, kind, at: when })
      await picture.playFile({ file: null, stored, title: 'History', kind, moment, at: look }, at ?? moment.asOf)
    },
    onOther: (network) => void others.push(network),
    onFileGone: () => void told.push('the file is gone'),
    onUnread: () => void unread.push(page.read()),
    onPartUnread: (names) => void unread.push(names.join(' ')),
  })
  return { ...linked, page, end, others, unread, futures, outside, shown, told, snapshot: () => fakeSnapshot(3, NOW) }
}

/** Drops a shared moment on the window. */
export async function dropMoment({ files }: ReturnType<typeof openPlace>, file: string): Promise<void> {
  await files.open({ kind: 'taken', file, name: `${file}.peerscope`, look: true })
  await settled()
}

/** Lets all that is under way come about. */
export async function settled(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await new Promise((resolve) => setImmediate(resolve))
}
