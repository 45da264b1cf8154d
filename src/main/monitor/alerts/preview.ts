/** What a rule would do: for what its condition holds now, and how often it would have fired lately, from the stored events. */
import type { AlertRule, RuleNow, RulePreview, RuleToSave } from '../../../shared/alerts.ts'
import { takesDeparture } from '../../../shared/alert-kinds.ts'
import type { DiscoveryConfig } from '../../../shared/config.ts'
import type { NetworkStatus } from '../../../shared/contract.ts'
import type { EventKind, LoggedEvent } from '../../../shared/events.ts'
import type { Noted } from '../../../shared/filter-peers.ts'
import { peerFields } from '../../../shared/filter-peers.ts'
import { parseFilter } from '../../../shared/filter.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Loss } from '../../../shared/loss.ts'
import { isHere, lossIn, rowInLoss } from '../../../shared/loss.ts'
import type { NetworkKey } from '../../../shared/network-kind.ts'
import type { Names } from '../../../shared/names.ts'
import type { PeerRow, PeerState, Rtt } from '../../../shared/peer.ts'
import type { RttSample, Store, StoredPeer } from '../../store/types.ts'
import { LANES } from '../../discovery/core/work.ts'
import { dialInterval } from '../../discovery/liveness/prober.ts'
import { smoothRtt } from '../../discovery/liveness/rtt.ts'
import type { Clock } from '../../discovery/ports.ts'
import { lossAt } from '../loss.ts'
import { storedRow } from '../rows.ts'
import { inTurns, turn } from '../turns.ts'
import type { View } from '../view.ts'
import { FRESH, look } from './phases.ts'
import { RELIEF, Rules, SETTLE_MS } from './rules.ts'

/** How far back events are read, milliseconds. */
export const PREVIEW_MS = 86_400_000
/** Most events that are read; and how many are replayed before others get a turn. */
const MAX_EVENTS = 20_000
const EVENTS_AT_ONCE = 200
/** Rows that are held against the filter before others get a turn. */
const ROWS_AT_ONCE = 1000
/** Peers whose samples are read at most. */
const MOST_SAMPLED = 100
/** Samples are kept one a minute at least, for a day, milliseconds. */
const KEPT_MS = 60_000
/** A peer that is here is measured once in an interval, or in half as much more (rule RT2), but for an answer that is lost. */
const MISSED_TURNS = 2 * 1.5
/** What the replay goes by. */
const KINDS: readonly EventKind[] = [
  'PeerDiscovered',
  'PeerDeparted',
  'NetworkJoined',
  'NetworkLost',
  'NetworkBack',
  'Stalled',
  'Islands',
]

/** What a preview reads. */
export interface PreviewParts {
  readonly store: Pick<Store, 'eventsPage' | 'lastSeqAt' | 'peer' | 'catalogAt' | 'rttSamplesOf'>
  readonly networkKey: NetworkKey
  readonly rows: () => Iterable<PeerRow>
  readonly row: (peerId: PeerId) => PeerRow | undefined
  readonly noteOf: (peerId: PeerId) => Noted | null
  readonly namesNow: () => Names
  readonly state: NetworkStatus['state']
  /** The loss of the network that lasts; null where we are in it. */
  readonly loss: Loss | null
  /** How many islands the known links make; null where that is not known. */
  readonly islands: number | null
  /** How often peers are measured. */
  readonly config: Pick<DiscoveryConfig, 'rttProbeInterval' | 'rttDialInterval'>
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** The network that is shown, for a preview. @throws NotJoined */
export function previewParts(shown: {
  readonly store: Store
  readonly view: Pick<View, 'row' | 'rows' | 'names' | 'status'>
  readonly clock: Pick<Clock, 'now'>
  networkKey(): NetworkKey
  insight(): { islands(): { readonly count: number } | null } | null
  settings(): { readonly config: DiscoveryConfig }
}): PreviewParts {
  const { store, view, clock } = shown
  const networkKey = shown.networkKey()
  const notes = store.notes(networkKey)
  return {
    store,
    networkKey,
    rows: () => view.rows(),
    row: (peerId) => view.row(peerId),
    noteOf: (peerId) => notes.get(peerId) ?? null,
    namesNow: () => view.names,
    state: view.status.state,
    loss: lossIn(view.status),
    islands: shown.insight()?.islands()?.count ?? null,
    config: shown.settings().config,
    now: clock.now(),
  }
}

/** Looks at a rule that may not be saved yet. Its filter was checked before. */
export async function previewRule(parts: PreviewParts, given: RuleToSave): Promise<RulePreview> {
  const rule = { ...given, id: given.id ?? 'preview', enabled: true } as AlertRule
  const now = await holdsNow(parts, rule)
  if (rule.kind === 'network-lost') return { now, fired: null, since: null }
  if (rule.kind === 'rtt-above') return { now, ...(await slowLately(parts, rule)) }
  const { events, from, since } = await recentEvents(parts)
  const fired = await replay(parts, rule, { events, from, since })
  return { now, fired, since }
}

/** For what the condition holds now. */
async function holdsNow(parts: PreviewParts, rule: AlertRule): Promise<RuleNow> {
  const { islands, state, loss } = parts
  const here = (row: PeerRow): boolean => isHere(row, loss)
  switch (rule.kind) {
    case 'network-lost':
      return { kind: rule.kind, holds: state === 'lost' || state === 'failed' }
    case 'network-split':
      return { kind: rule.kind, holds: islands !== null && islands > 1, islands: islands === 0 ? null : islands }
    case 'peer-departed': {
      const left = ({ state: own }: PeerRow): boolean => takesDeparture(rule.how, own)
      return { kind: rule.kind, ...(await counted(parts, rule.filter, () => true, left)) }
    }
    case 'peer-appeared':
      return { kind: rule.kind, ...(await counted(parts, rule.filter, () => true, here)) }
    case 'rtt-above': {
      const measured = (row: PeerRow): boolean => here(row) && row.rtt !== null
      const slow = ({ rtt }: PeerRow): boolean => rtt !== null && rtt.srtt > rule.ms
      return { kind: rule.kind, ...(await counted(parts, rule.filter, measured, slow)) }
    }
    case 'peer-count': {
      const { of } = await counted(parts, rule.filter, here, here)
      return { kind: rule.kind, here: of, holds: rule.direction === 'below' ? of < rule.count : of > rule.count }
    }
  }
}

/** Of the peers that pass the filter and are `among` those that count: for how many it holds. */
async function counted(
  parts: PreviewParts,
  filter: string,
  among: (row: PeerRow) => boolean,
  holdsFor: (row: PeerRow) => boolean,
): Promise<{ readonly holds: number; readonly of: number }> {
  const passes = parseFilter(filter, peerFields(parts.noteOf, parts.namesNow))
  let [holds, of, looked] = [0, 0, 0]
  // As they are now: in between they may change.
  const rows = [...parts.rows()]
  for (const one of rows) {
    const row = rowInLoss(one, parts.loss)
    if (!row.self && among(row) && passes(row, parts.now)) {
      of += 1
      if (holdsFor(row)) holds += 1
    }
    looked += 1
    if (looked % ROWS_AT_ONCE === 0) await turn()
  }
  return { holds, of }
}

/** How often peers were slow, from the samples that are kept; null where too many would have to be read. */
async function slowLately(
  parts: PreviewParts,
  rule: Extract<AlertRule, { kind: 'rtt-above' }>,
): Promise<Pick<RulePreview, 'fired' | 'since'>> {
  const { store, networkKey, now } = parts
  const passes = parseFilter(rule.filter, peerFields(parts.noteOf, parts.namesNow))
  const watched = [...parts.rows()].filter((row) => !row.self && passes({ ...row, state: 'online' }, now))
  if (watched.length > MOST_SAMPLED) return { fired: null, since: null }
  const since = now - PREVIEW_MS
  const goneAfterMs = goneAfterMsOf(parts)
  let fired = 0
  for (const { peerId } of watched) {
    fired += slowTimes(store.rttSamplesOf(networkKey, peerId), rule, since, goneAfterMs)
    await turn()
  }
  return { fired, since }
}

/** After so long without a measurement a peer was not here, milliseconds. */
function goneAfterMsOf({ rows, loss, config }: PreviewParts): number {
  // With many peers each has its turn less often.
  const measured = [...rows()].filter((row) => isHere(row, loss)).length
  const roundMs = (measured * 1000) / LANES.probe.rate.perSecond
  return KEPT_MS + MISSED_TURNS * Math.max(config.rttProbeInterval, dialInterval(config, measured), roundMs)
}

/** How often a peer with these samples would have been told as slow since then: by the phases of those that watch. */
function slowTimes(
  samples: readonly RttSample[],
  { ms: limit, forMs, cooldownMs }: Extract<AlertRule, { kind: 'rtt-above' }>,
  since: number,
  goneAfterMs: number,
): number {
  let memory = FRESH
  let rtt: Rtt | null = null
  let fired = 0
  for (const { at, ms } of samples) {
    if (rtt !== null && at - rtt.at > goneAfterMs) {
      // It was not there in between: what began then is over, and it is measured from the start.
      memory = look(memory, false, rtt.at, fired, { forMs, cooldownMs }).memory
      rtt = null
    }
    rtt = smoothRtt(rtt, ms, at)
    if (at < since) continue
    const holds = rtt.srtt > limit * (memory.phase.name === 'firing' ? RELIEF : 1)
    const step = look(memory, holds, at, fired, { forMs, cooldownMs })
    memory = step.memory
    fired += step.acts.filter(({ type }) => type === 'fire').length
  }
  return fired
}

/** Events that are replayed. */
interface Recent {
  /** Oldest first. */
  readonly events: readonly LoggedEvent[]
  /** The moment from which they are all there, milliseconds since the epoch. */
  readonly from: number
  /** The moment from which it is counted what fires: later where we had lost the network then. */
  readonly since: number
}

/** The events of the last day. A loss in which that day begins is replayed as a whole: it says who counts as here. */
async function recentEvents({ store, networkKey, now }: PreviewParts): Promise<Recent> {
  const newest: LoggedEvent[] = []
  const since = now - PREVIEW_MS
  const from = lossAt(store, networkKey, since)?.at ?? since
  let before: number | undefined
  for (;;) {
    const page = store.eventsPage({
      networkKey,
      limit: EVENTS_AT_ONCE,
      kinds: KINDS,
      ...(before === undefined ? {} : { before }),
    })
    const inside = page.events.filter(({ at }) => at >= from)
    newest.push(...inside)
    const last = page.events.at(-1)
    if (last === undefined || !page.more || inside.length < page.events.length)
      return { events: newest.toReversed(), from, since }
    if (newest.length >= MAX_EVENTS)
      return { events: newest.toReversed(), from: last.at, since: Math.max(since, last.at) }
    before = last.seq
    await turn()
  }
}

type Replayed = Exclude<AlertRule, { kind: 'rtt-above' | 'network-lost' }>

/** How often the rule would have fired on these events, by the same rules as those that watch. */
async function replay(parts: PreviewParts, rule: Replayed, { events, from, since }: Recent): Promise<number> {
  const rowOf = rowsOf(parts)
  const take =
    rule.kind === 'peer-count'
      ? counter(parts, rule, rowOf, await hereAt(parts, rule.filter, from), from)
      : striker(parts, rule, rowOf)
  let fired = 0
  for (const [index, logged] of events.entries()) {
    const times = take(logged)
    if (logged.at >= since) fired += times
    if (index % EVENTS_AT_ONCE === EVENTS_AT_ONCE - 1) await turn()
  }
  return fired
}

/** Who was here at the moment and passes the filter. */
async function hereAt(parts: PreviewParts, filter: string, at: number): Promise<Set<PeerId>> {
  const { store, networkKey, row, noteOf, namesNow } = parts
  const passes = parseFilter(filter, peerFields(noteOf, namesNow))
  const here = new Set<PeerId>()
  let looked = 0
  for (const { peerId } of await inTurns(store.catalogAt(networkKey, at))) {
    const found = row(peerId) ?? storedRowOf(store.peer(networkKey, peerId))
    if (found !== null && !found.self && passes({ ...found, state: 'online' }, at)) here.add(peerId)
    looked += 1
    if (looked % EVENTS_AT_ONCE === 0) await turn()
  }
  return here
}

function storedRowOf(stored: StoredPeer | null): PeerRow | null {
  return stored === null ? null : storedRow(stored)
}

/** Rows as they were after an event: as they are known now, in the state that the event tells of. */
function rowsOf({ store, networkKey, row }: PreviewParts): (logged: LoggedEvent) => PeerRow | null {
  const known = new Map<PeerId, PeerRow | null>()
  const find = (peerId: PeerId): PeerRow | null => row(peerId) ?? storedRowOf(store.peer(networkKey, peerId))
  return ({ event }) => {
    if (event.kind !== 'PeerDiscovered' && event.kind !== 'PeerDeparted') return null
    const { peerId } = event
    const found = known.get(peerId) ?? find(peerId)
    if (found === null || found.self) return null
    const state: PeerState =
      event.kind === 'PeerDiscovered' ? 'online' : event.reason === 'graceful' ? 'departed' : event.reason
    const then: PeerRow = { ...found, state }
    known.set(peerId, then)
    return then
  }
}

/** Departures, appearances and splits: by the engine itself. */
function striker(
  { noteOf, namesNow }: PreviewParts,
  rule: AlertRule,
  rowOf: (logged: LoggedEvent) => PeerRow | null,
): (logged: LoggedEvent) => number {
  const engine = new Rules(1, SETTLE_MS, noteOf, namesNow)
  engine.set([rule])
  let state: 'online' | 'lost' = 'online'
  return (logged) => {
    const { kind } = logged.event
    if (kind === 'NetworkLost') state = 'lost'
    else if (kind === 'NetworkBack' || kind === 'NetworkJoined') state = 'online'
    const row = rowOf(logged)
    const sight = {
      at: logged.at,
      monotonic: logged.at,
      state,
      loss: null,
      row: (peerId: PeerId) => (row?.peerId === peerId ? row : undefined),
      rows: () => (row === null ? [] : [row]),
    }
    if (kind === 'NetworkJoined') engine.restart(sight)
    // What held until now may have lasted long enough.
    const outcomes = [...engine.look(sight), ...engine.event(logged, sight), ...engine.look(sight)]
    return outcomes.filter(({ type }) => type === 'fire').length
  }
}

/** Counts that go below or above a limit: by the same phases, with the count kept along. */
function counter(
  { noteOf, namesNow }: PreviewParts,
  rule: Extract<AlertRule, { kind: 'peer-count' }>,
  rowOf: (logged: LoggedEvent) => PeerRow | null,
  here: Set<PeerId>,
  from: number,
): (logged: LoggedEvent) => number {
  const passes = parseFilter(rule.filter, peerFields(noteOf, namesNow))
  const timing = { forMs: rule.forMs, cooldownMs: rule.cooldownMs }
  let memory = FRESH
  // Where nobody is known to have been here we had not joined yet.
  let settledAt = here.size > 0 ? from : Infinity
  let id = 1
  const holds = (): boolean => (rule.direction === 'below' ? here.size < rule.count : here.size > rule.count)
  const step = (at: number): number => {
    if (at < settledAt && memory.phase.name !== 'firing') {
      memory = { ...memory, phase: { name: 'armed' } }
      return 0
    }
    const { memory: next, acts } = look(memory, holds(), at, id, timing)
    memory = next
    const fired = acts.filter(({ type }) => type === 'fire').length
    id += fired
    return fired
  }
  /** Who was lost with us: as those that watch see it, here until we are back. */
  const lost = new Set<PeerId>()
  return (logged) => {
    if (logged.event.kind === 'NetworkJoined') {
      lost.clear()
      here.clear()
      memory = { ...memory, phase: { name: 'armed' } }
      settledAt = logged.at + SETTLE_MS
      return 0
    }
    // What held until now is looked at first: it may have lasted long enough.
    const before = step(logged.at)
    if (logged.event.kind === 'NetworkBack') {
      for (const peerId of lost) here.delete(peerId)
      lost.clear()
      settledAt = Math.max(settledAt, logged.at + SETTLE_MS)
    }
    const row = rowOf(logged)
    if (row !== null) {
      if (row.state === 'lost') lost.add(row.peerId)
      else {
        lost.delete(row.peerId)
        if (row.state === 'online' && passes(row, logged.at)) here.add(row.peerId)
        else here.delete(row.peerId)
      }
    }
    return before + step(logged.at)
  }
}
