/**
 * Which alerts fire: the rules over the stream of events and a look at the peers from time to time. No I/O, no clock of its
 * own; the same inputs make the same alerts.
 */
import { counted } from '../../../shared/counted.ts'
import type { AlertRule } from '../../../shared/alerts.ts'
import { MAX_RULES, takesDeparture, watchesIn } from '../../../shared/alert-kinds.ts'
import { DEFAULT_CONFIG } from '../../../shared/config.ts'
import type { NetworkStatus } from '../../../shared/contract.ts'
import type { LoggedEvent } from '../../../shared/events.ts'
import type { Noted } from '../../../shared/filter-peers.ts'
import { peerFields } from '../../../shared/filter-peers.ts'
import { parseFilter } from '../../../shared/filter.ts'
import type { FilterFields } from '../../../shared/filter.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Loss } from '../../../shared/loss.ts'
import { isHere, rowInLoss } from '../../../shared/loss.ts'
import type { NetworkKey } from '../../../shared/network-kind.ts'
import type { Names } from '../../../shared/names.ts'
import { NO_NAMES, shownId } from '../../../shared/names.ts'
import type { PeerRow, Version } from '../../../shared/peer.ts'
import type { Cause } from '../../../shared/why.ts'
import type { Finding } from './cause.ts'
import { beganAtOf, tell } from './cause.ts'
import type { Outcome } from './outcome.ts'
import { OwnFaults } from './own-faults.ts'
import type { Step } from './phases.ts'
import { FRESH, heldFor, isSpent, look, strike } from './phases.ts'
import { Split } from './split.ts'
import { watchesSame } from './same-rule.ts'
import type { Watched } from './watched.ts'
import { counts, isBurst, keep, resolveAll, withNow } from './watched.ts'

/** After joining, and after the network came back, so long peers are only met again: none appears, none is too few. */
export const SETTLE_MS = 30_000
/** Events among which causes are looked for. */
const RECENT = 500
/** An RTT that fell below this part of the limit is fine again: values around the limit do not fire again and again. */
export const RELIEF = 0.9
/** The subject of what is about the whole network. */
const WHOLE = ''

/** A moment on both clocks, milliseconds: since the epoch, and monotonic. */
export interface Moment {
  readonly at: number
  readonly monotonic: number
}

/** What can be seen of the network at a moment. */
export interface Sight extends Moment {
  readonly state: NetworkStatus['state']
  /** The loss of the network that lasts; null while we are in it. */
  readonly loss: Loss | null
  row(peerId: PeerId): PeerRow | undefined
  rows(): Iterable<PeerRow>
  /** What most likely split the network; null where no cause is known. */
  readonly whySplit: () => Cause | null
}

/** A peer that left, as far as a rule may ask for it. */
interface Departure {
  readonly peerId: PeerId
  readonly reason: 'graceful' | 'purged' | 'lost'
  readonly version: Version
}

/** The rules of one Peerscope with what they remember. */
export class Rules {
  readonly #settleMs: number
  readonly #fields: FilterFields<PeerRow>
  readonly #namesNow: () => Names
  #nextId: number
  /** All rules, and the network that was joined last; those that watch in it. */
  #rules: readonly AlertRule[] = []
  #network: NetworkKey | null = null
  #watched: Watched[] = []
  /** Of rules that were removed or switched off: their cool-downs, should they come back. */
  readonly #retired = new Map<string, Watched>()
  #recent: LoggedEvent[] = []
  #appeared = new Map<PeerId, { readonly cause: string; looks: number }>()
  #state: NetworkStatus['state'] = 'none'
  #settledAt = Infinity
  readonly #faults = new OwnFaults()
  readonly #split = new Split()

  /**
   * @param nextId of the first alert
   * @param noteOf what the user wrote about a peer: filters may ask for it
   * @param namesNow the words behind ids, as they are known now
   */
  constructor(
    nextId: number,
    settleMs = SETTLE_MS,
    noteOf: (peerId: PeerId) => Noted | null = () => null,
    namesNow: () => Names = () => NO_NAMES,
  ) {
    this.#nextId = nextId
    this.#settleMs = settleMs
    this.#namesNow = namesNow
    this.#fields = peerFields(noteOf, namesNow)
  }

  /** Tags as people read them. */
  #named(tags: readonly string[]): readonly string[] {
    const names = this.#namesNow()
    return tags.map((tag) => shownId(tag, names))
  }

  /** A number for an alert that is made otherwise. */
  takeId(): number {
    this.#nextId += 1
    return this.#nextId - 1
  }

  /** Takes other rules. One that watches for the same as before goes on where it was; what others had open is over. */
  set(rules: readonly AlertRule[]): readonly Outcome[] {
    this.#rules = rules
    const before = new Map(this.#watched.map((watched) => [watched.rule.id, watched]))
    const known = (id: string): Watched | undefined => before.get(id) ?? this.#retired.get(id)
    this.#watched = rules
      .filter((rule) => rule.enabled && watchesIn(rule, this.#network))
      .map((rule) => {
        const old = known(rule.id)
        const same = old !== undefined && watchesSame(old.rule, rule)
        if (same) before.delete(rule.id)
        return {
          rule,
          passes: parseFilter('filter' in rule ? rule.filter : '', this.#fields),
          timing: { forMs: 'forMs' in rule ? rule.forMs : 0, cooldownMs: rule.cooldownMs },
          subjects: same ? old.subjects : new Map(),
          burst: same ? old.burst : [],
          newest: same ? old.newest : null,
          met: same && old.met,
          lasting: same ? old.lasting : null,
        }
      })
    for (const { rule } of this.#watched) this.#retired.delete(rule.id)
    for (const [id, watched] of before) {
      this.#retired.set(id, watched)
      const [oldest] = this.#retired.keys()
      if (this.#retired.size > MAX_RULES && oldest !== undefined) this.#retired.delete(oldest)
    }
    return [...before.values()].flatMap(resolveAll)
  }

  /** Whether there were once as many peers as a rule asks for, since the network was joined. */
  met(rule: AlertRule): boolean {
    return this.#watched.some((one) => one.met && one.rule.id === rule.id && watchesSame(one.rule, rule))
  }

  /**
   * A network is being joined, or was left: what was pending is forgotten, what was open is over. Cool-downs go on where it is the
   * same network again: in another one nothing was told yet.
   * @param network the one that is being joined; null where one was left
   */
  restart(
    { monotonic }: Moment,
    network: NetworkKey | null,
    purgeAfterMs: number = DEFAULT_CONFIG.purgeAfter,
  ): readonly Outcome[] {
    const outcomes = this.#watched.flatMap(resolveAll)
    if (network !== null && network !== this.#network) {
      this.#network = network
      this.#watched = []
      this.#retired.clear()
      this.set(this.#rules)
    }
    for (const watched of this.#watched) watched.met = false
    this.#recent = []
    this.#appeared.clear()
    this.#state = 'none'
    this.#faults.restart(purgeAfterMs)
    this.#split.restart()
    this.#settledAt = monotonic + this.#settleMs
    return outcomes
  }

  /** Takes an event, at once when it happens and after the rows show it. */
  event(logged: LoggedEvent, sight: Sight): readonly Outcome[] {
    this.#recent.push(logged)
    if (this.#recent.length > 2 * RECENT) this.#recent = this.#recent.slice(-RECENT)
    const { event } = logged
    this.#faults.take(logged)
    if (event.kind === 'Islands') {
      this.#split.take(event, (peerId) => sight.row(peerId))
      return this.#parted(sight)
    }
    if (event.kind === 'PeerDiscovered') {
      // Peers that we find together with the network did not appear: we did.
      if (this.#state !== 'online' || sight.state !== 'online' || sight.monotonic < this.#settledAt) return []
      const { startedAt, updatedAt } = event.version
      // Its row comes a moment later.
      this.#appeared.set(event.peerId, { cause: `${startedAt} ${updatedAt}`, looks: 0 })
      return []
    }
    // Who was removed by the user or made room for another did not leave.
    if (event.kind === 'PeerDeparted' && event.reason !== 'removed' && event.reason !== 'displaced') {
      this.#appeared.delete(event.peerId)
      return this.#departed({ ...event, reason: event.reason }, sight)
    }
    if (event.kind === 'NetworkFailed' && (this.#state === 'online' || this.#state === 'lost'))
      return this.#lost(sight, true, event.reason)
    return []
  }

  /** Looks at the network, once a second or so. */
  look(sight: Sight): readonly Outcome[] {
    const { state, monotonic } = sight
    if (state !== 'online' && state !== 'alone' && state !== 'lost') return []
    if (state === 'online' && this.#state !== 'online') this.#settledAt = monotonic + this.#settleMs
    this.#state = state
    const outcomes = [...this.#lost(sight, state === 'lost', ''), ...this.#parted(sight)]
    for (const watched of this.#watched) {
      const { rule } = watched
      if (rule.kind === 'peer-appeared') outcomes.push(...this.#appearances(watched, sight))
      else if (rule.kind === 'peer-count') outcomes.push(...this.#count(watched, rule, sight))
      else if (rule.kind === 'rtt-above') outcomes.push(...this.#slow(watched, rule, sight))
    }
    for (const [peerId, appeared] of this.#appeared) {
      appeared.looks += 1
      const row = sight.row(peerId)
      if (row?.state === 'online' || appeared.looks > 2) this.#appeared.delete(peerId)
    }
    return outcomes
  }

  #departed({ peerId, reason, version }: Departure, sight: Sight): readonly Outcome[] {
    const row = sight.row(peerId)
    if (row === undefined || row.self) return []
    const { startedAt, updatedAt } = version
    const [graceful, cause] = [reason === 'graceful', `${startedAt} ${updatedAt}`]
    const own = graceful ? null : this.#faults.behind(peerId, reason === 'lost', sight.at)
    return this.#watched.flatMap((watched) => {
      const { rule } = watched
      if (rule.kind !== 'peer-departed' || !takesDeparture(rule.how, reason) || !watched.passes(row, sight.at))
        return []
      if (own !== null) {
        const memory = watched.subjects.get(WHOLE) ?? FRESH
        if (memory.last?.cause === own.cause) return [{ type: 'repeat', id: memory.last.id, beganAt: null }]
        const step = strike(memory, own.cause, sight.monotonic, this.#nextId, { ...watched.timing, cooldownMs: 0 })
        return this.#take(watched, WHOLE, step, own.finding, null, sight)
      }
      const step = strike(watched.subjects.get(peerId) ?? FRESH, cause, sight.monotonic, this.#nextId, watched.timing)
      const finding: Finding = { kind: 'peer-departed', peerId, graceful, silentMs: sight.at - updatedAt }
      return this.#take(watched, peerId, step, finding, peerId, sight)
    })
  }

  /** The network is split, or whole again. */
  #parted(sight: Sight): readonly Outcome[] {
    const { islands } = this.#split
    const { count, sizes } = islands ?? { count: 1, sizes: [] }
    const gone = this.#split.gone((peerId) => sight.row(peerId))
    const ended = (outcome: Outcome): Outcome =>
      outcome.type === 'resolve' && gone !== '' ? { ...outcome, ended: gone } : outcome
    return this.#watched.flatMap((watched) => {
      if (watched.rule.kind !== 'network-split') return []
      const memory = watched.subjects.get(WHOLE) ?? FRESH
      const step = look(memory, islands !== null, sight.monotonic, this.#nextId, watched.timing)
      const finding: Finding = { kind: 'network-split', count, sizes, why: sight.whySplit }
      const outcomes = this.#take(watched, WHOLE, step, finding, null, sight).map(ended)
      return withNow(watched, step.memory, outcomes, counted(count, 'island'))
    })
  }

  #appearances(watched: Watched, sight: Sight): readonly Outcome[] {
    return [...this.#appeared].flatMap(([peerId, { cause }]) => {
      const row = sight.row(peerId)
      if (row?.state !== 'online' || row.self || !watched.passes(row, sight.at)) return []
      const step = strike(watched.subjects.get(peerId) ?? FRESH, cause, sight.monotonic, this.#nextId, watched.timing)
      return this.#take(
        watched,
        peerId,
        step,
        { kind: 'peer-appeared', peerId, tags: this.#named(row.tags) },
        peerId,
        sight,
      )
    })
  }

  #count(watched: Watched, rule: Extract<AlertRule, { kind: 'peer-count' }>, sight: Sight): readonly Outcome[] {
    const { direction, count: limit, forMs, filter } = rule
    let count = 0
    for (const row of sight.rows()) {
      if (isHere(row, sight.loss) && watched.passes(rowInLoss(row, sight.loss), sight.at)) count += 1
    }
    if (count >= limit) watched.met = true
    const memory = watched.subjects.get(WHOLE) ?? FRESH
    // So early it would only tell that we do not know all yet.
    if (sight.monotonic < this.#settledAt && memory.phase.name !== 'firing') {
      watched.subjects.set(WHOLE, { ...memory, phase: { name: 'armed' } })
      return []
    }
    // Where there were never so many, none are missing.
    const holds = direction === 'below' ? watched.met && count < limit : count > limit
    const step = look(memory, holds, sight.monotonic, this.#nextId, watched.timing)
    const finding: Finding = { kind: 'peer-count', count, direction, limit, forMs, filter }
    const outcomes = this.#take(watched, WHOLE, step, finding, null, sight)
    return withNow(watched, step.memory, outcomes, counted(count, 'peer'))
  }

  #slow(watched: Watched, rule: Extract<AlertRule, { kind: 'rtt-above' }>, sight: Sight): readonly Outcome[] {
    const slow: { readonly row: PeerRow; readonly rtt: number }[] = []
    let measured = 0
    let above = 0
    for (const row of sight.rows()) {
      if (row.state !== 'online' || row.self || row.rtt === null) continue
      measured += 1
      const { srtt } = row.rtt
      if (srtt > rule.ms) above += 1
      const firing = watched.subjects.get(row.peerId)?.phase.name === 'firing'
      if (srtt > rule.ms * (firing ? RELIEF : 1) && watched.passes(row, sight.at)) slow.push({ row, rtt: srtt })
    }
    const outcomes: Outcome[] = []
    const holding = new Set<string>(slow.map(({ row }) => row.peerId))
    for (const [subject, memory] of watched.subjects) {
      if (holding.has(subject)) continue
      const step = look(memory, false, sight.monotonic, this.#nextId, watched.timing)
      if (isSpent(step.memory, sight.monotonic, watched.timing)) watched.subjects.delete(subject)
      else watched.subjects.set(subject, step.memory)
      outcomes.push(...step.acts.filter((act) => act.type === 'resolve'))
    }
    for (const { row, rtt } of slow) {
      const { peerId } = row
      const step = look(watched.subjects.get(peerId) ?? FRESH, true, sight.monotonic, this.#nextId, watched.timing)
      const finding: Finding = {
        kind: 'rtt-above',
        peerId,
        rtt,
        limit: rule.ms,
        forMs: rule.forMs,
        slow: above,
        measured,
      }
      outcomes.push(...this.#take(watched, peerId, step, finding, peerId, sight))
    }
    return outcomes
  }

  #lost(sight: Sight, holds: boolean, reason: string): readonly Outcome[] {
    return this.#watched.flatMap((watched) => {
      if (watched.rule.kind !== 'network-lost') return []
      const memory = watched.subjects.get(WHOLE) ?? FRESH
      // What failed does not come back by itself: no need to wait.
      const timing = reason === '' ? watched.timing : { ...watched.timing, forMs: 0 }
      const waits = reason !== '' && memory.phase.name === 'pending'
      const step = look(
        waits ? { ...memory, phase: { name: 'armed' } } : memory,
        holds,
        sight.monotonic,
        this.#nextId,
        timing,
      )
      return this.#take(
        watched,
        WHOLE,
        step,
        { kind: 'network-lost', reason, lostAt: sight.loss?.at ?? null, forMs: timing.forMs },
        null,
        sight,
      )
    })
  }

  /** Keeps what a step left, and tells what it asks for. */
  #take(
    watched: Watched,
    subject: string,
    step: Step,
    finding: Finding,
    peerId: PeerId | null,
    sight: Sight,
  ): readonly Outcome[] {
    const fires = step.acts.some((act) => act.type === 'fire')
    if (fires && isBurst(watched, sight.monotonic) && watched.newest !== null) {
      // Remembered as fired, so that it is not tried again with each look; it counts with the newest alert.
      keep(watched, subject, step.memory)
      this.#nextId += 1
      return [
        ...step.acts.filter((act) => act.type === 'resolve'),
        { type: 'repeat', id: watched.newest, beganAt: null },
      ]
    }
    keep(watched, subject, step.memory)
    const when = { at: sight.at, heldMs: heldFor(step.memory, sight.monotonic) }
    return step.acts.map((act) => {
      if (act.type === 'resolve') return act
      if (act.type === 'repeat')
        return { type: 'repeat', id: act.id, beganAt: act.open ? beganAtOf(finding, when) : null }
      this.#nextId += 1
      watched.newest = act.id
      watched.burst.push(sight.monotonic)
      const told = tell(finding, this.#recent, when, (peer) => counts(watched, sight.row(peer), sight.at))
      return { type: 'fire', id: act.id, rule: watched.rule, peerId, told }
    })
  }
}
