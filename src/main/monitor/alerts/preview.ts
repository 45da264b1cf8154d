/** What a rule would do: for what its condition holds now, and how often it would have fired lately, from the stored events. */
import type { AlertRule, RuleNow, RulePreview, RuleToSave } from '../../../shared/alerts.ts'
import { takesDeparture } from '../../../shared/alert-kinds.ts'
import type { DiscoveryConfig } from '../../../shared/config.ts'
import type { NetworkStatus } from '../../../shared/contract.ts'
import { peerFields } from '../../../shared/filter-peers.ts'
import { parseFilter } from '../../../shared/filter.ts'
import type { Loss } from '../../../shared/loss.ts'
import { isHere, lossIn, rowInLoss } from '../../../shared/loss.ts'
import type { NetworkKey } from '../../../shared/network-kind.ts'
import type { PeerRow, Rtt } from '../../../shared/peer.ts'
import type { RttSample, Store } from '../../store/types.ts'
import { LANES } from '../../discovery/core/work.ts'
import { dialInterval } from '../../discovery/liveness/prober.ts'
import { smoothRtt } from '../../discovery/liveness/rtt.ts'
import type { Clock } from '../../discovery/ports.ts'
import { turn } from '../turns.ts'
import type { View } from '../view.ts'
import { dueAt, FRESH, look } from './phases.ts'
import type { ReplayParts } from './replay.ts'
import { PREVIEW_MS, replay } from './replay.ts'
import { RELIEF } from './rules.ts'

/** Rows that are held against the filter before others get a turn. */
const ROWS_AT_ONCE = 1000
/** Peers whose samples are read at most. */
const MOST_SAMPLED = 100
/** Samples are kept one a minute at least, for a day, milliseconds. */
const KEPT_MS = 60_000
/** A peer that is here is measured once in an interval, or in half as much more (rule RT2), but for an answer that is lost. */
const MISSED_TURNS = 2 * 1.5

/** What a preview reads. */
export interface PreviewParts extends ReplayParts {
  readonly store: ReplayParts['store'] & Pick<Store, 'rttSamplesOf'>
  readonly rows: () => Iterable<PeerRow>
  readonly state: NetworkStatus['state']
  /** The loss of the network that lasts; null where we are in it. */
  readonly loss: Loss | null
  /** Whether there were once as many peers as a rule asks for. */
  readonly met: (rule: AlertRule) => boolean
  /** How many islands the known links make; null where that is not known, as while we have lost the network. */
  readonly islands: number | null
  /** How often peers are measured. */
  readonly config: Pick<DiscoveryConfig, 'rttProbeInterval' | 'rttDialInterval'>
}

/** The network that is shown, for a preview. @throws NotJoined */
export function previewParts(shown: {
  readonly store: Store
  readonly view: Pick<View, 'row' | 'rows' | 'names' | 'status'>
  readonly clock: Pick<Clock, 'now'>
  networkKey(): NetworkKey
  readonly alerts: { met(rule: AlertRule): boolean }
  insight(): { islands(): { readonly count: number } | null } | null
  settings(): { readonly config: DiscoveryConfig }
}): PreviewParts {
  const { store, view, clock } = shown
  const networkKey = shown.networkKey()
  const notes = store.notes(networkKey)
  const loss = lossIn(view.status)
  return {
    store,
    networkKey,
    rows: () => view.rows(),
    row: (peerId) => view.row(peerId),
    noteOf: (peerId) => notes.get(peerId) ?? null,
    namesNow: () => view.names,
    state: view.status.state,
    loss,
    met: (rule) => shown.alerts.met(rule),
    islands: loss === null ? (shown.insight()?.islands()?.count ?? null) : null,
    config: shown.settings().config,
    now: clock.now(),
  }
}

/** Looks at a rule that may not be saved yet. Its filter was checked before. */
export async function previewRule(parts: PreviewParts, given: RuleToSave): Promise<RulePreview> {
  const now = await holdsNow(parts, given)
  // It is asked of the network that is shown.
  const rule = { ...asked(given), network: null }
  if (rule.kind === 'network-lost') return { now, fired: null, since: null }
  if (rule.kind === 'rtt-above') return { now, ...(await slowLately(parts, rule)) }
  return { now, ...(await replay(parts, rule)) }
}

/** It may not be saved yet. */
function asked(given: RuleToSave): AlertRule {
  return { ...given, id: given.id ?? 'preview', enabled: true }
}

/** For what the condition holds now. */
export async function holdsNow(parts: PreviewParts, given: RuleToSave): Promise<RuleNow> {
  const rule = asked(given)
  const { islands, state, loss } = parts
  const here = (row: PeerRow): boolean => isHere(row, loss)
  switch (rule.kind) {
    case 'network-lost':
      return { kind: rule.kind, holds: state === 'lost' || state === 'failed' }
    case 'network-split':
      return { kind: rule.kind, holds: islands !== null && islands > 1, islands: islands === 0 ? null : islands }
    case 'peer-departed': {
      const left = ({ state: own }: PeerRow): boolean => takesDeparture(rule.how, own)
      return { kind: rule.kind, ...(await tally(parts, rule.filter, () => true, left)) }
    }
    case 'peer-appeared':
      return { kind: rule.kind, ...(await tally(parts, rule.filter, () => true, here)) }
    case 'rtt-above': {
      const measured = (row: PeerRow): boolean => here(row) && row.rtt !== null
      const slow = ({ rtt }: PeerRow): boolean => rtt !== null && rtt.srtt > rule.ms
      return { kind: rule.kind, ...(await tally(parts, rule.filter, measured, slow)) }
    }
    case 'peer-count': {
      const { of } = await tally(parts, rule.filter, here, here)
      const passed = rule.direction === 'below' ? of < rule.count : of > rule.count
      const waits = passed && rule.direction === 'below' && !parts.met(rule)
      return { kind: rule.kind, here: of, holds: passed && !waits, waits }
    }
  }
}

/** Of the peers that pass the filter and are `among` those that count: for how many it holds. */
async function tally(
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
  for (const row of watched) {
    const until = row.state === 'online' && row.rtt !== null ? now : null
    fired += slowTimes(store.rttSamplesOf(networkKey, row.peerId), rule, { since, until, goneAfterMs })
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

/**
 * How often a peer with these samples would have been told as slow: by the phases of those that watch.
 * @param span `since` is from when that counts; `until` is now for a peer that is here with what was measured last, else null
 */
function slowTimes(
  samples: readonly RttSample[],
  { ms: limit, forMs, cooldownMs }: Extract<AlertRule, { kind: 'rtt-above' }>,
  span: { readonly since: number; readonly until: number | null; readonly goneAfterMs: number },
): number {
  const timing = { forMs, cooldownMs }
  let memory = FRESH
  let rtt: Rtt | null = null
  let fired = 0
  const see = (holds: boolean, at: number): void => {
    const step = look(memory, holds, at, fired, timing)
    memory = step.memory
    fired += step.acts.filter(({ type }) => type === 'fire').length
  }
  /** What was measured last stands until then: a peer may have been slow for long enough meanwhile. */
  const pass = (to: number): void => {
    for (let due = dueAt(memory, timing); due < to; due = dueAt(memory, timing)) see(true, due)
  }
  for (const { at, ms } of samples) {
    if (rtt !== null && at - rtt.at > span.goneAfterMs) {
      // It was not there in between: what began then is over, and it is measured from the start.
      see(false, rtt.at)
      rtt = null
    }
    pass(at)
    rtt = smoothRtt(rtt, ms, at)
    if (at >= span.since) see(rtt.srtt > limit * (memory.phase.name === 'firing' ? RELIEF : 1), at)
  }
  if (span.until !== null) pass(span.until)
  return fired
}
