import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type {
  Batch,
  MomentSpan,
  Nearest,
  NetworkRef,
  NetworkStatus,
  PastMoment,
  PastPart,
  PastRows,
  StoredNetwork,
} from '../../../shared/contract.ts'
import { Cancelled } from '../../../shared/errors.ts'
import type { IslandsSummary } from '../../../shared/islands.ts'
import { findIslands, summarize } from '../../../shared/islands.ts'
import { linksAmong } from '../../../shared/links.ts'
import type { NetworkKind } from '../../../shared/network-kind.ts'
import { ABILITIES } from '../../../shared/network-kind.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import type { SnapshotReport } from '../../../shared/reports.ts'
import { describeFailure } from '../ui/errors.ts'
import type { Failure } from '../ui/errors.ts'
import type { Client } from './client.ts'
import type { PastOf, PeerStore } from './peer-store.ts'
import { hereIn } from './peer-store.ts'
import { PictureChange } from './picture-change.ts'
import { linksAt, within } from './moments.ts'

/** What is known of the network at a past moment; of a file, to its sender. */
export interface Then extends Omit<PastMoment, 'seq'> {
  /** Peers that were here, ourselves not counted. */
  readonly here: number
}

/** A picture that is looked at in place of the network as it is now. */
export type Picture =
  | (Then & {
      readonly kind: 'past'
      /** The number of the last event that had happened. */
      readonly seq: number
    })
  | (Pick<Then, 'loss' | 'deserted' | 'alone' | 'stall' | 'parted' | 'islandsEnded' | 'nearest'> & {
      readonly kind: 'file'
      readonly title: string
      /** Peers that were here at the moment, ourselves not counted; of a file that cannot be played all that are in it. */
      readonly here: number
      /** The moment of it that is shown, of one that can be played; milliseconds since the epoch. Else null. */
      readonly at: number | null
      /** As in `Then`; null where it cannot be played. */
      readonly edgesAt: number | null
      /** The number of the last event that had happened then; null where it cannot be played. */
      readonly seq: number | null
      /** When a file that cannot be played was made, milliseconds since the epoch; null where it does not say. */
      readonly madeAt: number | null
    })
  | (Then & {
      /** A network that was joined before, as it was shown at a moment. */
      readonly kind: 'stored'
      readonly network: NetworkRef
      /** Whether it was that of a demo, which nobody can join again. */
      readonly demo: boolean
    })

/** The moment of a network that is looked at: null for the present, and for files, which tell of somebody else's. */
export function momentOf(picture: Picture | null): Then | null {
  return picture === null || picture.kind === 'file' ? null : picture
}

/** The moment that is looked at, of a shared one too; null for the present, and for files that have none. */
export function shownMoment(picture: Picture | null): (Picture & Then) | null {
  return hasMoment(picture) ? picture : null
}

function hasMoment(picture: Picture | null): picture is Picture & Then {
  return picture !== null && picture.at !== null
}

/**
 * The moment that causes are asked of: null for the present; undefined while there is none, as of a snapshot, or while time goes by or is
 * on its way.
 */
export function askedAt({
  picture,
  wanted,
  playing,
}: Pick<PictureState, 'picture' | 'wanted' | 'playing'>): number | null | undefined {
  if (picture === null) return wanted === null ? null : undefined
  return playing || picture.at === null ? undefined : Math.floor(picture.at)
}

/**
 * Whether a time is over by the moment that is shown, while time is played too; null where a snapshot is shown, which has no moment.
 * @param at milliseconds since the epoch
 */
export function isOverBy({ picture, wanted }: Pick<PictureState, 'picture' | 'wanted'>, at: number): boolean | null {
  const shown = picture === null ? (wanted ?? Infinity) : picture.at
  return shown === null ? null : Math.floor(shown) >= at
}

/** The moment from which the ages of what is shown count, milliseconds since the epoch; null for now. */
export function shownAt(picture: Picture | null): number | null {
  if (picture === null) return null
  return picture.kind === 'file' ? (picture.at ?? picture.madeAt) : picture.at
}

/** The moment that is looked at where nothing was shown then, and when something was; null where something was. */
export function nothingAt(picture: Picture | null): { readonly at: number; readonly nearest: Nearest } | null {
  const at = picture?.at ?? null
  const nearest = picture?.nearest ?? null
  return at === null || nearest === null ? null : { at, nearest }
}

/** Whether something else than the joined network, now or before, is looked at. */
export function isForeign(picture: Picture | null): boolean {
  return picture !== null && picture.kind !== 'past'
}

/** What is played in place of the joined network's past: a shared moment, or the history of a network that is stored. */
export interface PlayedFile {
  /** The engine's name for a file; null for a stored network. */
  readonly file: string | null
  /** The stored network; left out for a file. */
  readonly stored?: StoredNetwork
  readonly title: string
  /** Which network a file is of, and who made it. */
  readonly origin?: Pick<SnapshotReport, 'network' | 'by'>
  readonly kind: NetworkKind
  readonly moment: MomentSpan
  /** Its picture at a moment. */
  readonly at: (at: number) => Promise<AsyncIterable<PastPart>>
}

/** Which picture is looked at, and whether time runs in it. */
export interface PictureState {
  /** Null: the network as it is now. */
  readonly picture: Picture | null
  /** What the links of a moment say: undefined while that is being found out, null where none are known. */
  readonly islands: IslandsSummary | null | undefined
  /** The moment that was asked for last; shown at once, while the picture is still on its way. */
  readonly wanted: number | null
  readonly playing: boolean
  /** So many times as fast as it was. */
  readonly speed: number
  readonly failure: Failure | null
  /** What is played in place of the network's past; null while nothing is. */
  readonly played: PlayedFile | null
  /** How often somebody went to a moment or to another picture. That time runs in one is no going. */
  readonly went: number
}

/** The store with its verbs. */
export interface PictureStore extends StoreApi<PictureState> {
  /** Shows the network, or what is played in its place, as it was. Of many asked for in a row the last one is shown. */
  goTo(at: number): void
  /** Looks at the peers of a file, which is of such a network. */
  showFile(file: Pick<PlayedFile, 'title' | 'kind'>, madeAt: number | null, rows: readonly PeerRow[]): void
  /** Opens a shared moment or a stored network, at its own moment or another. Resolves when it is shown, or could not be. */
  playFile(played: PlayedFile, at?: number): Promise<void>
  /** Back to the network as it is. */
  leave(): void
  /** Lets time pass from the moment that is shown, until now. */
  play(): void
  pause(): void
  setSpeed(speed: number): void
}

/** What a picture needs of the window. */
export interface PictureParts {
  readonly client: Pick<Client, 'history'>
  /** The network as it is now. */
  readonly live: PeerStore
  /** Where the other picture is put. */
  readonly other: PeerStore
  readonly now: () => number
  /** Runs `step` until the given function is called. */
  readonly every: (ms: number, step: () => void) => () => void
  /** Lets others have their turn. */
  readonly turn: () => Promise<void>
}

/** Time between two pictures while the past is played, in milliseconds. */
const FRAME_MS = 250

/** Speeds of playing: a minute in a second, an hour in a minute, a day in less than five. */
export const SPEEDS = [1, 10, 60, 300] as const

/** A fresh store that shows the network as it is. */
export function createPictureStore(parts: PictureParts): PictureStore {
  const { client, live, other } = parts
  const store = createStore<PictureState>()(() => ({
    picture: null,
    islands: undefined,
    wanted: null,
    playing: false,
    speed: 10,
    failure: null,
    played: null,
    went: 0,
  }))
  let seq = 0
  let asking = false
  // Whether the other store holds a moment of the past, from which the next one differs little.
  let past = false
  // Answers that come after the user went elsewhere are dropped by their generation.
  let generation = 0
  let stop: (() => void) | null = null

  function put(peers: readonly PeerRow[], status: NetworkStatus, kind: NetworkKind): void {
    seq += 1
    const { store: storeStatus } = live.getState()
    const none = { edges: [], events: [], alerts: [], rules: [], names: [] }
    other.apply(
      { type: 'snapshot', seq, status, store: storeStatus, peers, ...none },
      { kind, linksAt: null, loss: null },
    )
  }

  function change(what: Omit<Batch, 'type' | 'seq'>, past?: PastOf): void {
    seq += 1
    other.apply({ type: 'batch', seq, ...what }, past)
  }

  /** Shows the network as it was, once all of it is there; null when it is no longer wanted. */
  async function show(at: number, wanted: () => boolean): Promise<Picture | null> {
    const rows: PastRows[] = []
    const { played } = store.getState()
    const from = Math.max(0, Math.floor(at))
    for await (const part of await (played === null ? client.history.at({ at: from }) : played.at(from))) {
      if (!wanted()) return null
      if (part.kind === 'done') return await lead(rows, part, at, wanted)
      rows.push(part)
    }
    throw new Cancelled('the answer broke off; try again')
  }

  /** Leads the other store there, in tasks of their own. */
  async function lead(
    rows: readonly PastRows[],
    to: PastMoment,
    at: number,
    wanted: () => boolean,
  ): Promise<Picture | null> {
    const { played } = store.getState()
    const { status, kind } =
      played === null ? live.getState() : { status: { state: 'none' } as const, kind: played.kind }
    if (!past) put([], status, kind)
    past = true
    const leading = new PictureChange(other.getState())
    for (const part of rows) {
      change(leading.take(part))
      await parts.turn()
      if (!wanted()) return null
    }
    const { at: toAt, seq: toSeq, edgesAt, loss, deserted, alone, stall, parted, nearest, islandsEnded } = to
    change({ status, ...leading.rest() }, { kind, linksAt: linksAt(to), loss })
    // Who had left is shown as well.
    const ended = islandsEnded === undefined ? {} : { islandsEnded }
    const shown = { here: hereIn(other.getState()), edgesAt, loss, deserted, alone, stall, parted, nearest, ...ended }
    if (played !== null && played.stored === undefined)
      return { kind: 'file', title: played.title, at, seq: toSeq, madeAt: null, ...shown }
    const then = { at: toAt, ...shown }
    if (played?.stored === undefined) return { kind: 'past', seq: toSeq, ...then }
    const { network, demo } = played.stored
    return { kind: 'stored', network, demo, ...then }
  }

  /** Tells what the links of a picture say, once that is found: no view of it has to wait. */
  async function tellIslands(picture: Picture): Promise<void> {
    const wanted = (): boolean => store.getState().picture === picture
    const { edgesAt } = picture
    // Where peers do not tell their links, our own ones say nothing about islands.
    const told = ABILITIES[other.getState().kind].neighbors
    const islands = told && edgesAt !== null ? await islandsThen(edgesAt, wanted) : null
    if (wanted()) store.setState({ islands })
  }

  /** What the links of the picture say, found in tasks of their own: once for all that tells of it. */
  async function islandsThen(at: number, wanted: () => boolean): Promise<IslandsSummary | null> {
    const { peers, edges } = other.getState()
    // Its rows are those of the loss already.
    const links = linksAmong(peers.values(), edges.values(), at, null)
    const steps = findIslands(links)
    let step = steps.next()
    while (step.done !== true) {
      await parts.turn()
      if (!wanted()) return null
      step = steps.next()
    }
    const found = summarize(step.value, links.self)
    return found.count === 0 ? null : found
  }

  async function ask(): Promise<void> {
    if (asking) return
    asking = true
    try {
      for (;;) {
        const { wanted } = store.getState()
        const mine = generation
        if (wanted === null) return
        const picture = await show(wanted, () => mine === generation)
        if (picture !== null) {
          store.setState({ picture, islands: undefined, failure: null })
          void tellIslands(picture)
        }
        // A user who went away and came back wants it again.
        if (mine === generation && store.getState().wanted === wanted) return
      }
    } catch (thrown) {
      pause()
      store.setState({ failure: describeFailure(thrown) })
    } finally {
      asking = false
    }
  }

  function isAsking(): boolean {
    return asking
  }

  function moveTo(at: number): void {
    const { played } = store.getState()
    if (played === null && at >= parts.now()) return quit()
    if (played !== null && at >= played.moment.to) pause()
    store.setState({ wanted: played === null ? at : within(at, played.moment) })
    void ask()
    return undefined
  }

  function pause(): void {
    stop?.()
    stop = null
    store.setState({ playing: false })
  }

  function went(): void {
    store.setState((state) => ({ went: state.went + 1 }))
  }

  function quit(): void {
    generation += 1
    past = false
    pause()
    store.setState({ picture: null, islands: undefined, wanted: null, failure: null, played: null })
  }

  return {
    ...store,
    goTo: (at) => {
      went()
      moveTo(at)
    },
    leave: () => {
      went()
      quit()
    },
    pause,
    showFile: ({ title, kind }, madeAt, rows) => {
      went()
      quit()
      put(rows, { state: 'none' }, kind)
      store.setState({
        picture: {
          kind: 'file',
          title,
          here: rows.length,
          at: null,
          edgesAt: null,
          seq: null,
          madeAt,
          loss: null,
          deserted: false,
          alone: false,
          stall: null,
          parted: null,
          nearest: null,
        },
      })
    },
    playFile: async (played, at = played.moment.asOf) => {
      went()
      quit()
      store.setState({ played, wanted: within(at, played.moment) })
      // An answer that is still on its way is dropped first.
      while (isAsking() && store.getState().played === played) await parts.turn()
      if (store.getState().played === played) await ask()
    },
    play: () => {
      if (stop !== null || store.getState().wanted === null) return
      store.setState({ playing: true })
      stop = parts.every(FRAME_MS, () => {
        const { wanted, speed } = store.getState()
        // A picture that takes longer than a frame is waited for: none is skipped over.
        if (wanted !== null && !asking) moveTo(wanted + FRAME_MS * speed)
      })
    },
    setSpeed: (speed) => store.setState({ speed }),
  }
}
