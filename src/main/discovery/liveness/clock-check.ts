/**
 * Rule WK13: whether our clock agrees with those of the peers that we are connected to, and the event that says so. Peers of the
 * catalog tell their time whenever they are probed. A peer whose clock is far from ours is in no catalog of ours, for its entry is
 * refused (rules CT4, CT6, AN4): it is asked here.
 */
import type { PeerId } from '../../../shared/ids.ts'
import type { Env } from '../core/env.ts'
import type { Requests } from '../core/requests.ts'
import type { Comparison } from './clock-watch.ts'

/** A connected peer that showed no entry for so long is asked for its time, milliseconds. */
const ASK_AFTER_MS = 2000
/** How often such a peer is asked, milliseconds. */
const ASK_EVERY_MS = 60_000
/** Most peers that one look asks. */
const ASK_AT_ONCE = 4
/** How long the clocks must say the same before it is told, milliseconds. After a jump, or a sleep, what came late is forgotten. */
const SETTLE_MS = 3000
/** A difference that was told is told again when it changed by so much, milliseconds, and by a tenth. */
const CHANGE_MS = 5000

/** Compares clocks, and tells when that brings something new. */
export class ClockCheck {
  readonly #env: Env
  readonly #requests: Requests
  #told: Comparison = { byMs: null, peers: 0 }
  /** Since when (monotonic) the clocks say something else than was told; null while they don't. */
  #otherSince: number | null = null

  constructor(env: Env, requests: Requests) {
    this.#env = env
    this.#requests = requests
  }

  /** What was told last: it stays while nobody is there to be asked. */
  get told(): Comparison {
    return this.#told
  }

  /** A peer's own entry was refused for its time: the peer is asked for it at the next look. */
  refused(peerId: PeerId): void {
    const record = this.#env.peers.get(peerId)
    if (record?.clockAskAt === null) record.clockAskAt = this.#env.clock.monotonic()
  }

  /** Our clock jumped: all may be asked again, and what they say has to settle again. */
  jumped(): void {
    const { peers, clock } = this.#env
    this.#otherSince = null
    for (const record of peers.connected()) record.clockAskAt = clock.monotonic()
  }

  /** To be called every `WATCH_MS`. */
  look(): void {
    this.#ask()
    const { clockWatch, clock } = this.#env
    const now = clock.monotonic()
    const found = clockWatch.compare()
    if (found.peers === 0 || !isNews(this.#told, found)) {
      this.#otherSince = null
      return
    }
    this.#otherSince ??= now
    if (now - this.#otherSince < SETTLE_MS) return
    this.#otherSince = null
    this.#told = found
    const byMs = found.byMs === null ? null : Math.round(found.byMs)
    this.#env.debug('compared the clocks', null, { byMs, peers: found.peers })
    this.#env.emit({ kind: 'ClockCompared', byMs, peers: found.peers })
    this.#env.changed()
  }

  #ask(): void {
    const { peers, clock, phase } = this.#env
    if (phase !== 'online') return
    const now = clock.monotonic()
    const due = []
    for (const record of peers.connected()) {
      if (record.entry !== null) continue
      record.clockAskAt ??= now + ASK_AFTER_MS
      if (record.clockAskAt <= now) due.push(record)
      if (due.length === ASK_AT_ONCE) break
    }
    for (const record of due) {
      record.clockAskAt = now + ASK_EVERY_MS
      this.#requests.begin('ping', record.peerId, 'automatic', { for: 'clock' })
    }
  }
}

function isNews(told: Comparison, found: Comparison): boolean {
  if (told.byMs === null || found.byMs === null) return told.byMs !== found.byMs
  return Math.abs(found.byMs - told.byMs) >= Math.max(CHANGE_MS, Math.abs(told.byMs) / 10)
}
