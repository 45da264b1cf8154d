import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { ComparedPeerRow, CompareMessage, CompareSide } from '../../../shared/compare.ts'
import { Cancelled } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { WorkStep } from '../../../shared/reports.ts'
import type { Client } from '../stores/client.ts'
import type { PlayedFile } from '../stores/picture-store.ts'
import { whichOf } from '../stores/played-parts.ts'
import { describeFailure } from '../ui/errors.ts'
import type { Failure } from '../ui/errors.ts'
import type { CompareLink, CompareLook } from './compare-link.ts'
import { compareText, FIRST_COMPARED } from './compare-link.ts'
import { momentSide } from './moment-side.ts'
import type { PlayedMoments } from './moment-side.ts'
import { formatBytes, formatCount, roughDuration } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'

/** A moment of the network, or a file, that is compared. Times are milliseconds since the epoch. */
export type PictureSide =
  | { readonly kind: 'moment'; readonly at: number | null }
  | { readonly kind: 'file'; readonly file: string; readonly name: string; readonly at: number | null }

/** Two of a kind; null where one is still to be chosen. */
export type Pair<T> = readonly [T | null, T | null]

/** What was typed for a side and is none: the side stays as it was, and nothing is compared until it is mended. */
export interface Wrong {
  readonly text: string
  /** Why, in words. */
  readonly problem: string
}

/** What came of comparing two pictures. */
export interface PicturesResult extends Omit<Extract<CompareMessage, { kind: 'done' }>, 'kind'> {
  readonly rows: readonly ComparedPeerRow[]
}

/** How far comparing two pictures is. */
export type CompareWork =
  | { readonly state: 'none' }
  | { readonly state: 'running'; readonly step: WorkStep | null }
  | { readonly state: 'failed'; readonly failure: Failure }
  | { readonly state: 'done'; readonly result: PicturesResult }

/** What a peer's catalog held when it synced with us last. `asked`: it is being looked up; `never`: it never did. */
export type CatalogSeen =
  | { readonly state: 'asked' | 'never' }
  | { readonly state: 'seen'; readonly at: number; readonly peerIds: readonly PeerId[] }

/** A question to a peer, and what came of it. */
export type Question =
  | { readonly state: 'asking' }
  | { readonly state: 'answered'; readonly words: string }
  | { readonly state: 'failed'; readonly failure: Failure }

/** Two of anything. */
export interface CompareState extends CompareLook {
  readonly opened: boolean
  readonly what: 'peers' | 'pictures'
  readonly peers: Pair<PeerId>
  readonly pictures: Pair<PictureSide>
  /** What is wrong of the sides; null where nothing is. */
  readonly wrong: Readonly<Record<CompareState['what'], Pair<Wrong>>>
  readonly work: CompareWork
  readonly catalogs: ReadonlyMap<PeerId, CatalogSeen>
  /** By verb and peer. */
  readonly questions: ReadonlyMap<string, Question>
}

/** The store with its verbs; none rejects. */
export interface CompareStore extends StoreApi<CompareState> {
  /** Opens with two peers, or with one and a choice of the other. */
  openPeers(a: PeerId | null, b?: PeerId | null): void
  /** Opens with two moments or files. */
  openPictures(before: PictureSide | null, after: PictureSide | null): void
  setWhat(what: CompareState['what']): void
  setPeer(index: 0 | 1, peerId: PeerId | null): void
  setPicture(index: 0 | 1, side: PictureSide | null): void
  /** Tells what is wrong of what was typed for a side; null takes it back, and the side counts again. */
  setWrong(what: CompareState['what'], index: 0 | 1, wrong: Wrong | null): void
  swap(): void
  /** Chooses what of the result is looked at. */
  look(look: Partial<CompareLook>): void
  /** Calls off what is being read; the sides stay. */
  cancel(): void
  close(): void
  /** What is compared, for a link; null while it is closed. */
  link(): CompareLink | null
  /** Opens what a link says, or closes. */
  show(link: CompareLink | null): void
  /** Asks a peer for its neighbors. */
  ask(peerId: PeerId): Promise<void>
  /** Syncs catalogs with a peer; each gives the other what it lacks. */
  sync(peerId: PeerId): Promise<void>
  /** Another network: what was found out of peers is void. */
  clear(): void
}

type CompareClient = Pick<Client, 'compare' | 'peers' | 'topology'>

const NONE_WRONG: Pair<Wrong> = [null, null]
const NO_WRONG: CompareState['wrong'] = { peers: NONE_WRONG, pictures: NONE_WRONG }

const CLOSED: CompareState = {
  opened: false,
  what: 'peers',
  peers: [null, null],
  pictures: [null, null],
  wrong: NO_WRONG,
  work: { state: 'none' },
  catalogs: new Map(),
  questions: new Map(),
  ...FIRST_COMPARED,
}

/** What is played in place of the network: moments are its own. */
type Played = PlayedMoments & Pick<PlayedFile, 'stored'>

/** A fresh store. @param played what is played; null while nothing is */
export function createCompareStore(client: CompareClient, played: () => Played | null = () => null): CompareStore {
  const store = createStore<CompareState>()(() => CLOSED)
  let stop = new AbortController()
  // Answers about another network are dropped.
  let generation = 0
  // Of two answers about the catalog of one peer the later question counts.
  let lookUps = 0
  const newest = new Map<PeerId, number>()

  function halt(): AbortSignal {
    stop.abort()
    stop = new AbortController()
    return stop.signal
  }

  async function compare(): Promise<void> {
    const signal = halt()
    const { pictures, wrong } = store.getState()
    const [before, after] = pictures
    if (before === null || after === null || wrong.pictures.some((one) => one !== null))
      return store.setState({ work: { state: 'none' } })
    store.setState({ work: { state: 'running', step: null } })
    const rows: ComparedPeerRow[] = []
    try {
      const of = whichOf(played()?.stored)
      const sides = { before: sent(before), after: sent(after), ...(of === null ? {} : { of }) }
      for await (const message of await client.compare.pictures(sides, { signal })) {
        if (signal.aborted) return
        if (message.kind === 'rows') rows.push(...message.rows)
        else if (message.kind === 'progress') store.setState({ work: { state: 'running', step: message.step } })
        else {
          const { kind: _kind, ...done } = message
          return store.setState({ work: { state: 'done', result: { rows, ...done } } })
        }
      }
      throw new Cancelled('the answer broke off; try again')
    } catch (thrown) {
      if (!signal.aborted) store.setState({ work: { state: 'failed', failure: describeFailure(thrown) } })
    }
  }

  async function lookUp(peerId: PeerId): Promise<void> {
    const mine = ++lookUps
    newest.set(peerId, mine)
    const put = (seen: CatalogSeen | null): void => {
      if (newest.get(peerId) !== mine) return
      // Thousands of ids each: only those of the two are kept.
      const kept = [...store.getState().catalogs].filter(([one]) => store.getState().peers.includes(one))
      const catalogs = new Map(kept)
      if (seen === null) catalogs.delete(peerId)
      else catalogs.set(peerId, seen)
      store.setState({ catalogs })
    }
    if (!store.getState().catalogs.has(peerId)) put({ state: 'asked' })
    const peerIds: PeerId[] = []
    try {
      for await (const message of await client.compare.held({ peerId })) {
        if (message.kind === 'ids') peerIds.push(...message.peerIds)
        else put(message.at === null ? { state: 'never' } : { state: 'seen', at: message.at, peerIds })
      }
    } catch {
      // Nothing is known of it: that it never synced would be a guess.
      put(null)
    }
  }

  async function question(peerId: PeerId, verb: 'ask' | 'sync', call: () => Promise<string>): Promise<void> {
    const key = `${verb} ${peerId}`
    if (store.getState().questions.get(key)?.state === 'asking') return
    const mine = generation
    const put = (asked: Question): void => {
      if (mine === generation) store.setState(({ questions }) => ({ questions: new Map(questions).set(key, asked) }))
    }
    put({ state: 'asking' })
    try {
      put({ state: 'answered', words: await call() })
    } catch (thrown) {
      put({ state: 'failed', failure: describeFailure(thrown) })
    }
  }

  function lookUpBoth(): void {
    for (const peerId of store.getState().peers) if (peerId !== null) void lookUp(peerId)
  }

  function openPeers(a: PeerId | null, b: PeerId | null = null): void {
    halt()
    const peers = [a, b === a ? null : b] as const
    store.setState({
      opened: true,
      what: 'peers',
      peers,
      wrong: NO_WRONG,
      work: { state: 'none' },
      questions: new Map(),
      ...FIRST_COMPARED,
    })
    lookUpBoth()
  }

  function openPictures(before: PictureSide | null, after: PictureSide | null): void {
    store.setState({ opened: true, what: 'pictures', pictures: [before, after], wrong: NO_WRONG, ...FIRST_COMPARED })
    void compare()
  }

  function close(): void {
    halt()
    store.setState({ opened: false, wrong: NO_WRONG, work: { state: 'none' } })
  }

  /** Puts what is wrong of a side. @returns whether that changed something */
  function tellWrong(what: CompareState['what'], index: 0 | 1, one: Wrong | null): boolean {
    const { wrong } = store.getState()
    if (wrong[what][index] === one) return false
    const [a, b] = wrong[what]
    store.setState({ wrong: { ...wrong, [what]: index === 0 ? [one, b] : [a, one] } })
    return true
  }

  function link(): CompareLink | null {
    const { opened, what, peers, pictures, list, scope } = store.getState()
    if (!opened) return null
    return what === 'peers' ? { what, sides: peers, list, scope } : { what, sides: pictures, list, scope }
  }

  function show(to: CompareLink | null): void {
    if (to === null) return close()
    const { list, scope } = to
    const shown = link()
    // Another list of the same result: nothing to compare again.
    if (shown === null || compareText({ ...shown, list, scope }) !== compareText(to)) {
      if (to.what === 'peers') openPeers(...to.sides)
      else openPictures(...to.sides)
    }
    store.setState({ list, scope })
  }

  return {
    ...store,
    openPeers,
    openPictures,
    close,
    link,
    show,
    look: (look) => store.setState(look),
    setWhat: (what) => {
      const [before, after] = store.getState().pictures
      // Most ask what is different now.
      store.setState({
        what,
        pictures: [before, before === null && after === null ? momentSide(played(), null) : after],
        list: null,
      })
      if (what === 'pictures' && store.getState().work.state === 'none') void compare()
    },
    setPeer: (index, peerId) => {
      const [a, b] = store.getState().peers
      tellWrong('peers', index, null)
      store.setState({ peers: index === 0 ? [peerId, b] : [a, peerId], list: null })
      if (peerId !== null) void lookUp(peerId)
    },
    setPicture: (index, side) => {
      const [a, b] = store.getState().pictures
      tellWrong('pictures', index, null)
      store.setState({ pictures: index === 0 ? [side, b] : [a, side], list: null })
      void compare()
    },
    setWrong: (what, index, wrong) => {
      if (tellWrong(what, index, wrong) && what === 'pictures') void compare()
    },
    swap: () => {
      const { what, peers, pictures, wrong } = store.getState()
      const [ofA, ofB] = wrong[what]
      store.setState({ wrong: { ...wrong, [what]: [ofB, ofA] } })
      if (what === 'peers') return store.setState({ peers: [peers[1], peers[0]], list: null })
      store.setState({ pictures: [pictures[1], pictures[0]], list: null })
      return void compare()
    },
    cancel: () => {
      halt()
      store.setState({ work: { state: 'none' } })
    },
    ask: (peerId) =>
      question(peerId, 'ask', async () => {
        const { neighbors, connected } = await client.topology.ask({ peerId })
        return strings.compare.answered(formatCount(neighbors), formatCount(connected))
      }),
    sync: (peerId) =>
      question(peerId, 'sync', async () => {
        const { received, sent: gave, bytes, durationMs } = await client.peers.sync({ peerId })
        await lookUp(peerId)
        const cost = strings.compare.syncCost(formatBytes(bytes), roughDuration(durationMs))
        return strings.compare.synced(formatCount(received), formatCount(gave), cost)
      }),
    clear: () => {
      generation += 1
      newest.clear()
      halt()
      store.setState(CLOSED)
    },
  }
}

function sent(side: PictureSide): CompareSide {
  return side.kind === 'moment' ? side : { kind: 'file', file: side.file, at: side.at }
}
