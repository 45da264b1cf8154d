/** Why a peer or the network was as it was at a past moment, as it would have been answered then. In turns. */
import { capital } from '../../../shared/capital.ts'
import type { NetworkRef, PastPicture } from '../../../shared/contract.ts'
import { InvalidArgument } from '../../../shared/errors.ts'
import { eventAsOf } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { linksAmong } from '../../../shared/links.ts'
import { ABILITIES, networkKeyOf } from '../../../shared/network-kind.ts'
import { stalledThenWords } from '../../../shared/own-troubles.ts'
import { formatLocal } from '../../../shared/time.ts'
import type { Cause, NetworkWhy, PeerWhy } from '../../../shared/why.ts'
import type { StoreReader } from '../../store/types.ts'
import type { RunState } from '../deserted.ts'
import { nothingKnown, pastPicture } from '../past.ts'
import { purgeAfterOf } from '../purge-after.ts'
import { loadSettings } from '../settings.ts'
import { islandsAmong } from './island-sight.ts'
import { stallAt, stallSpan } from './logged.ts'
import type { WhyStore } from './store-then.ts'
import { storeThen } from './store-then.ts'
import type { WhySource } from './why-facts.ts'
import { lastFacts } from './why-crashes.ts'
import { peerFacts } from './why-facts.ts'
import { networkReach, peerReach } from './why-reach.ts'
import { whyNetwork } from './why-network.ts'
import type { PeerFacts } from './why-parts.ts'
import { strangerRow } from './why-stranger.ts'
import { whyPeer } from './why.ts'

/** What the past is read from. */
export interface ThenParts {
  readonly store: WhyStore
  readonly network: NetworkRef
  readonly naming: WhySource['naming']
  /** What was shown at a moment. */
  readonly pictureAt: (at: number, signal?: AbortSignal) => Promise<PastPicture>
  /** From when on there are events, milliseconds since the epoch: of a file, which holds a part of the history. */
  readonly logFrom: number
}

/** The same of a data folder. */
export function storedThen(store: StoreReader, network: NetworkRef, naming: WhySource['naming']): ThenParts {
  const networkKey = networkKeyOf(network)
  const pictureAt = async (at: number, signal?: AbortSignal): Promise<PastPicture> =>
    await pastPicture({ store, networkKey, self: undefined }, at, signal)
  return { store, network, naming, pictureAt, logFrom: -Infinity }
}

/** What is needed for an answer and not kept. */
const PATH_NOT_KEPT = 'Whether our connection to it went through a relay then is not kept.'
const TRIED_NOT_KEPT = 'What was tried to find peers then is not kept.'
const OURS_NOT_KEPT = 'Which addresses we had then, and what was tried to find peers, is not kept.'

/** @param back how it came back later, where that is known @throws InvalidArgument where nothing that explains it is kept, UnknownPeer, what the signal was fired with */
export async function peerWhyThen(
  parts: ThenParts,
  peerId: PeerId,
  at: number,
  signal?: AbortSignal,
  back: PeerFacts['back'] = null,
): Promise<PeerWhy> {
  const source = await sourceThen(parts, at, signal)
  const known = [...source.rows()].find((one) => one.peerId === peerId)
  const row = known ?? strangerRow(source, peerId, `${peerId} was not known at ${formatLocal(at)}`)
  const facts = await peerFacts(source, row, { back, stranger: known === undefined })
  const why = whyPeer(facts)
  return {
    ...why,
    sentence: stalledThen(parts, at, why.sentence),
    causes: why.causes.map(until(at)),
    notKept: notKept([why.notKept, why.matter === 'slow' ? PATH_NOT_KEPT : null], peerReach(why.matter, facts), source),
  }
}

/** @throws InvalidArgument, what the signal was fired with */
export async function networkWhyThen(parts: ThenParts, at: number, signal?: AbortSignal): Promise<NetworkWhy> {
  const source = await sourceThen(parts, at, signal)
  const facts = await lastFacts(source)
  const why = whyNetwork(facts)
  const ours = facts.loggedAddresses === null ? OURS_NOT_KEPT : TRIED_NOT_KEPT
  return {
    ...why,
    // That nothing is wrong is more than is known while we stand still.
    sentence: stalledThen(parts, at, why.sentence, why.matter === 'fine'),
    causes: why.causes.map(until(at)),
    notKept: notKept([why.matter === 'alone' ? ours : null], networkReach(why.matter, facts), source),
  }
}

/** The sentence, after that of our own stall in which the moment lies. @param alone whether that is all to be said */
function stalledThen({ store, network }: ThenParts, at: number, sentence: string, alone = false): string {
  const stall = stallSpan(stallAt({ store, networkKey: networkKeyOf(network) }, at), at)
  if (stall === null) return sentence
  const words = `${capital(stalledThenWords(stall))}.`
  return alone ? words : `${words} ${sentence}`
}

/** What is missing of an answer, in sentences. @param others that are known to be missing @param from since when events are needed for it */
function notKept(others: readonly (string | null)[], from: number, { logFrom }: WhySource): string | null {
  const before = from < logFrom ? `What happened before ${formatLocal(logFrom)} is not in this file.` : null
  const missing = [...others, before].filter((words) => words !== null)
  return missing.length === 0 ? null : missing.join(' ')
}

/** What a cause opens ends with the moment: it leads nowhere else in time. */
function until(at: number): (cause: Cause) => Cause {
  return (cause) => {
    const { evidence } = cause
    return evidence === null ? cause : { ...cause, evidence: { ...evidence, to: Math.min(evidence.to ?? at, at) } }
  }
}

async function sourceThen(
  { store, network, naming, pictureAt, logFrom }: ThenParts,
  at: number,
  signal?: AbortSignal,
): Promise<WhySource> {
  const networkKey = networkKeyOf(network)
  const picture = await pictureAt(at, signal)
  const { peers, edges, edgesAt, loss, nearest } = picture
  if (peers.length === 0) throw nothingKnown(at, nearest)
  // Without a journal neither times nor connections are known: a peer that was fine would seem never reached.
  if (edgesAt !== at)
    throw new InvalidArgument(
      `why it was so at ${formatLocal(at)} is not known: only the event log of that time is kept`,
    )
  const then = storeThen(store, at)
  const links = linksAmong(peers, edges, at, loss)
  const { neighbors: told } = ABILITIES[network.kind]
  const found = told ? await islandsAmong(links, signal) : null
  return {
    store: then,
    networkKey,
    told,
    rows: () => peers,
    links: () => links,
    connectedAt: () => null,
    naming: async (query) => {
      const events = await naming({ ...query, before: then.lastSeqAt(networkKey, at) + 1 })
      return events?.map((logged) => eventAsOf(logged, at)) ?? null
    },
    status: null,
    state: stateThen(picture),
    islands: found?.islands ?? null,
    apart: found?.apart ?? new Set(),
    purgeAfterMs: purgeAfterOf(then, networkKey),
    maxDriftMs: loadSettings(then).config.maxTimeDrift,
    now: at,
    logFrom,
  }
}

/** How we were at a moment that is over, by what was shown then. One that was not lost for long enough to be told was shown as online. */
export function stateThen({ loss, deserted, alone }: Pick<PastPicture, 'loss' | 'deserted' | 'alone'>): RunState {
  if (loss !== null) return 'lost'
  return deserted ? 'deserted' : alone ? 'alone' : 'online'
}
