import { beforeEach, describe, expect, it } from 'vitest'
import { followPlace } from '../../../../src/renderer/src/shell/follow-place.ts'
import { createPeerStore } from '../../../../src/renderer/src/stores/peer-store.ts'
import { createPictureStore } from '../../../../src/renderer/src/stores/picture-store.ts'
import { createUiStore } from '../../../../src/renderer/src/stores/ui-store.ts'
import { createFakeApi } from '../../../support/renderer/fake-api.ts'
import { fakeSnapshot } from '../../../support/renderer/fake-network.ts'
import { idOf } from '../../../support/discovery/entries.ts'

const NOW = Date.UTC(2026, 10, 29, 12)
const PAST = '2026-11-29T09:00:00.000Z'

const HISTORY = 'cd'.repeat(32)
/** One that the engine has no history of. */
const GONE = 'ef'.repeat(32)

/** A browser's history, and a clock that the test moves. */
class Page {
  entries: string[]
  at = 0
  #moved: () => void = () => undefined
  #due: (() => void) | null = null
  readonly later = (_ms: number, act: () => void): (() => void) => {
    this.#due = act
    return () => (this.#due = null)
  }

  constructor(text: string) {
    this.entries = [text]
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

  settle(): void {
    this.#due?.()
    this.#due = null
  }
}

/** @param joined whether the network is there from the beginning */
function open(text: string, joined = true) {
  const [ui, peers, page] = [createUiStore(), createPeerStore(), new Page(text)]
  if (joined) peers.apply(fakeSnapshot(3, NOW))
  const others: string[] = []
  const futures: number[] = []
  const { client } = createFakeApi(() => fakeSnapshot(3, NOW))
  const picture = createPictureStore({
    client,
    live: peers,
    other: createPeerStore(),
    now: () => NOW,
    turn: () => Promise.resolve(),
    every: () => () => undefined,
  })
  const shown: { readonly id: string; readonly at: number | null }[] = []
  const end = followPlace({
    ui,
    picture,
    peers,
    page,
    later: page.later,
    now: () => NOW,
    onFuture: (at) => void futures.push(at),
    showHistory: async ({ kind, id }, at, wanted) => {
      shown.push({ id, at })
      if (id === GONE) return
      await Promise.resolve()
      if (!wanted()) return
      const moment = { asOf: NOW - 1000, from: NOW - 9_000_000_000, to: NOW - 1000 }
      const network = { kind, id, name: null }
      const stored = { network, demo: false, moment, notes: [], names: [] }
      const look = (when: number) => client.stored.at({ network: id, kind, at: when })
      await picture.playFile({ file: null, stored, title: 'History', kind, moment, at: look }, at ?? moment.asOf)
    },
    onOther: (network) => void others.push(network),
  })
  return { ui, peers, page, picture, end, others, futures, shown }
}

async function settled(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await new Promise((resolve) => setImmediate(resolve))
}

beforeEach(() => globalThis.localStorage?.clear())

describe('the URL of the window', () => {
  it('leads to its view, filter, peer and moment, and stays as it is', () => {
    const text = `/peers?filter=tag%3Avalidator&peer=${idOf('ann')}&at=${encodeURIComponent(PAST)}`
    const { ui, picture, page } = open(text)
    expect(ui.getState()).toMatchObject({ view: 'peers', filter: 'tag:validator', selected: idOf('ann') })
    expect(picture.getState().wanted).toBe(Date.parse(PAST))
    expect(page.entries).toEqual([text])
  })

  it('of a moment that is still to come leads to now, and says so', () => {
    const future = '2030-01-01T00:00:00.000Z'
    const { picture, page, futures } = open(`/timeline?at=${future}`)
    expect([picture.getState().wanted, page.read(), futures]).toEqual([null, '/timeline', [Date.parse(future)]])
    picture.goTo(Date.parse(PAST))
    page.go(`/peers?at=${future}`)
    expect([picture.getState().wanted, page.read(), futures.length]).toEqual([null, '/peers', 2])
  })

  it('says nothing of a file that is looked at, and leads through its views', async () => {
    const { ui, picture, page } = open('/snapshots')
    const moment = { asOf: NOW - 1000, from: NOW - 9000, to: NOW - 1000 }
    const { client } = createFakeApi(() => fakeSnapshot(3, NOW))
    const at = (when: number) => client.snapshots.at({ file: 'f', at: when })
    await picture.playFile({ file: 'f', title: 'Shared', kind: 'peerscope', moment, at })
    ui.setState({ view: 'network' })
    ui.setState({ view: 'peers' })
    expect(page.read()).toBe('/peers')
    page.back()
    expect([ui.getState().view, picture.getState().played?.file]).toEqual(['network', 'f'])
    // A link to a moment leads away from it.
    page.go(`/peers?at=${PAST}`)
    expect([picture.getState().played, picture.getState().wanted]).toEqual([null, Date.parse(PAST)])
  })

  it('leads to its moment once the network is there', () => {
    const { peers, picture } = open(`/timeline?at=${PAST}`, false)
    expect(picture.getState().wanted).toBeNull()
    peers.apply(fakeSnapshot(3, NOW))
    expect(picture.getState().wanted).toBe(Date.parse(PAST))
  })

  it('changes with each view and peer, and Back leads where one was', () => {
    const { ui, page } = open('')
    ui.setState({ view: 'peers' })
    ui.setState({ selected: idOf('ann') })
    expect(page.entries).toEqual(['/health', '/peers', `/peers?peer=${idOf('ann')}`])
    page.back()
    expect(ui.getState()).toMatchObject({ view: 'peers', selected: null })
    page.back()
    expect(ui.getState()).toMatchObject({ view: 'health', selected: null })
    expect(page.entries).toHaveLength(3)
  })

  it('follows a filter once typing pauses, as no step of its own', () => {
    const { ui, page } = open('/peers')
    for (const filter of ['t', 'ta', 'tag:x']) ui.setState({ filter })
    expect(page.entries).toEqual(['/peers'])
    page.settle()
    expect(page.entries).toEqual(['/peers?filter=tag%3Ax'])
  })

  it('has the way into the past and back as steps, and scrubbing as none', () => {
    const { picture, page } = open('/timeline')
    picture.goTo(Date.parse(PAST))
    picture.goTo(Date.parse(PAST) + 1000)
    page.settle()
    expect(page.entries).toHaveLength(2)
    expect(page.read()).toContain('09%3A00%3A01')
    page.back()
    expect(picture.getState().wanted).toBeNull()
    expect(page.entries).toHaveLength(2)
  })

  it('of another network is told of and not gone to', () => {
    const { ui, page, others } = open('/network')
    const other = 'ab'.repeat(32)
    page.write(`/peers?network=${other}`, true)
    page.at += 1
    page.back()
    expect(others).toEqual([other])
    expect(ui.getState().view).toBe('network')
  })

  it('names a history that is looked at, and leads to it again once the engine is there', async () => {
    const text = `/network?at=${encodeURIComponent(PAST)}&history=${HISTORY}`
    const { peers, page, picture, shown } = open(text, false)
    expect([shown, page.read()]).toEqual([[], text])
    peers.apply({ ...fakeSnapshot(3, NOW), status: { state: 'none' } })
    await settled()
    expect(shown).toEqual([{ id: HISTORY, at: Date.parse(PAST) }])
    expect(picture.getState()).toMatchObject({ wanted: Date.parse(PAST), picture: { kind: 'stored' } })
    expect([page.entries, page.read()]).toEqual([[text], text])
    // Scrubbed to its end it needs no moment; closed it is gone, and Back leads to it again.
    picture.goTo(NOW)
    page.settle()
    expect(page.read()).toBe(`/network?history=${HISTORY}`)
    await settled()
    picture.leave()
    expect(page.read()).toBe('/network')
    page.back()
    await settled()
    expect(picture.getState().played?.stored?.network.id).toBe(HISTORY)
    expect(shown).toHaveLength(2)
    expect(page.read()).toBe(`/network?history=${HISTORY}`)
  })

  it('does not open a history that the user has turned away from meanwhile', async () => {
    const { page, picture, shown } = open('/peers')
    page.go(`/network?history=${HISTORY}`)
    expect(shown).toHaveLength(1)
    page.back()
    await settled()
    expect([picture.getState().played, page.read()]).toEqual([null, '/peers'])
  })

  it('lets go of a history that is not there', async () => {
    const { page, picture } = open(`/network?history=${GONE}`)
    await settled()
    expect([page.read(), picture.getState().played]).toEqual(['/network', null])
  })

  it('is not touched once that ended', () => {
    const { ui, page, end } = open('/network')
    end()
    ui.setState({ view: 'peers' })
    expect(page.entries).toEqual(['/network'])
  })
})
