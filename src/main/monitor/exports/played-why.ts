/** Why it was so at a moment of an opened file: what that is told from, as a data folder has it, by what the file holds. */
import type { NetworkRef, SnapshotReport } from '../../../shared/contract.ts'
import { InvalidArgument } from '../../../shared/errors.ts'
import type { LoggedEvent } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { MomentSpan } from '../../../shared/reports.ts'
import type { NetworkWhy, PeerWhy } from '../../../shared/why.ts'
import type { NamingQuery } from '../../store/search-options.ts'
import type { PeerSession } from '../../store/types.ts'
import type { WhyStore } from '../insight/store-then.ts'
import type { ThenParts } from '../insight/why-then.ts'
import { networkWhyThen, peerWhyThen } from '../insight/why-then.ts'
import { turn } from '../turns.ts'
import { PlayedFile } from './played-file.ts'
import { logOf } from './played-log.ts'
import type { Measured } from './played-measured.ts'
import { versionsIn } from './played-measured.ts'
import { verifySnapshot } from './snapshots.ts'
import type { Reading } from './snapshots.ts'

/** Events that are looked at before others have a turn. */
const AT_ONCE = 5000
/** A network is shown so soon after we joined it, milliseconds. */
const BEGIN_MS = 5000

/** A shared moment that was read. */
export interface Played {
  readonly moment: MomentSpan
  readonly network: NetworkRef
  readonly content: PlayedFile
}

/** The moment that a file shares, and whether all of the file verifies. @throws InvalidArgument where it shares none, StoreFailed, Cancelled */
export async function playedIn(
  path: string,
  reading: Reading,
): Promise<{ readonly played: Played; readonly report: SnapshotReport }> {
  const content = new PlayedFile()
  const report = await verifySnapshot(path, { ...reading, onMoment: (line) => content.take(line) })
  const { moment, network } = report
  if (moment === null || network === null) throw new InvalidArgument(NO_MOMENT)
  content.end(moment)
  return { played: { moment, network, content }, report }
}

/** What is said of a file without a moment. */
export const NO_MOMENT = 'this file shares no moment that can be played'

/** Why a peer was as it was. @param at a moment of the span @throws UnknownPeer, InvalidArgument where nothing was shown, what the signal was fired with */
export async function playedPeerWhy(
  played: Played,
  peerId: PeerId,
  at: number,
  signal?: AbortSignal,
): Promise<PeerWhy> {
  return await peerWhyThen(await playedThen(played, signal), peerId, at, signal)
}

/** The past of its span. @throws what the signal was fired with */
export async function playedThen(played: Played, signal?: AbortSignal): Promise<ThenParts> {
  return thenParts(played, await played.content.measured(signal))
}

/** Why the network was. @throws as of a peer */
export async function playedNetworkWhy(played: Played, at: number, signal?: AbortSignal): Promise<NetworkWhy> {
  return await networkWhyThen(await playedThen(played, signal), at, signal)
}

function thenParts({ content, moment, network }: Played, measured: ReadonlyMap<PeerId, Measured>): ThenParts {
  return {
    store: storeOf(content, moment, measured),
    network,
    naming: async (query) => await naming(content.told, query),
    pictureAt: async (at, signal) => await content.at(at, moment, signal),
    logFrom: logFrom(content, moment),
  }
}

/** From when on it has all events: of a span in which we joined from then on, also where nothing was shown for a moment. */
function logFrom({ told }: PlayedFile, { from, to }: MomentSpan): number {
  const joined = told.findLast(({ at, event }) => event.kind === 'NetworkJoined' && at <= to)
  return joined !== undefined && from - joined.at < BEGIN_MS ? Math.min(from, joined.at) : from
}

function storeOf(content: PlayedFile, moment: MomentSpan, measured: ReadonlyMap<PeerId, Measured>): WhyStore {
  const { told } = content
  return {
    ...logOf(told, moment, content.clock),
    eventsAfter: ({ after = 0, from = -Infinity, to = Infinity, limit }) => {
      const found = told.filter(({ seq, at }) => seq > after && at >= from && at <= to)
      return { events: found.slice(0, limit), more: found.length > limit }
    },
    sessionsPage: ({ peerId, to = Infinity, limit }) => {
      const sessions = sessionsIn(told, peerId, to)
      return { sessions: sessions.slice(-limit).toReversed(), more: sessions.length > limit }
    },
    rttSamplesOf: (_, peerId, newest = Infinity) => {
      const rtts = measured.get(peerId)?.rtts ?? []
      return rtts.slice(Math.max(0, rtts.length - newest))
    },
    versionsOf: (_, peerId) => [...versionsIn(measured, peerId)],
    presentAt: (_, at) => presentAt(content, at),
    // The settings of who made it are not in a file.
    getSetting: () => undefined,
  }
}

/** Presences until a moment, oldest first. That one began is not known where it did so before the file: it seems to begin where it ends. */
function sessionsIn(told: readonly LoggedEvent[], peerId: PeerId | undefined, to: number): readonly PeerSession[] {
  const open = new Map<PeerId, PeerSession>()
  const sessions = new Map<number, PeerSession>()
  for (const { seq, at, event } of told) {
    const { kind } = event
    if (kind !== 'PeerDiscovered' && kind !== 'PeerUpdated' && kind !== 'PeerDeparted') continue
    if (at > to || (peerId !== undefined && event.peerId !== peerId)) continue
    const { version } = event
    const now = open.get(event.peerId)
    if (now === undefined && kind === 'PeerUpdated') continue
    const { id, from, firstVersion } = now ?? { id: seq, from: at, firstVersion: version }
    const ended = kind === 'PeerDeparted' ? { to: at, reason: event.reason } : { to: null, reason: null }
    const session = { id, peerId: event.peerId, from, ...ended, firstVersion, lastVersion: version }
    sessions.set(id, session)
    if (session.to === null) open.set(event.peerId, session)
    else open.delete(event.peerId)
  }
  return [...sessions.values()]
}

function* presentAt(content: PlayedFile, at: number): Generator<void, number> {
  let here = 0
  yield* content.visit([at], (rows) => {
    for (const { self, state } of rows) if (!self && state === 'online') here += 1
  })
  return here
}

/** Events that name something, the newest first; in turns. */
async function naming(
  told: readonly LoggedEvent[],
  { kind, texts, limit, before = Infinity }: NamingQuery,
): Promise<readonly LoggedEvent[]> {
  const found: LoggedEvent[] = []
  for (let place = told.length - 1; place >= 0 && found.length < limit; place -= 1) {
    if (place % AT_ONCE === 0) await turn()
    const logged = told[place]
    if (logged === undefined || logged.seq >= before || logged.event.kind !== kind) continue
    const said = JSON.stringify(logged.event)
    if (texts.some((text) => said.includes(text))) found.push(logged)
  }
  return found
}
