/** When our own clock was wrong, and which silences that explains: what peers say is refused then, and all of it seems old. */
import { DEFAULT_CONFIG } from '../../../shared/config.ts'
import type { EventKind, LoggedEvent } from '../../../shared/events.ts'
import type { LogSource } from './logged.ts'
import { eventsIn } from './logged.ts'

/** What tells of our clock, and of the runs in which it is looked at. */
export const CLOCK_KINDS = [
  'ClockCompared',
  'ClockJumped',
  'NetworkJoined',
  'NetworkLeft',
  'NetworkFailed',
] as const satisfies readonly EventKind[]
/** A clock that is ahead by such a part of the time after which peers are purged makes those seem silent that are heard now and then. */
const AHEAD_PART = 0.5
/** Clocks are compared so soon after a jump, milliseconds: what they say then came of it. */
const COMPARED_WITHIN_MS = 60_000
/** Jumps that come to less in all put the clock back to where it was, milliseconds. */
const SAME_MS = 5000
/** So long before a span it is looked how our clock was, and so long a jump waits for another one that takes it back, milliseconds. */
const BACK_MS = 600_000
/** Times that are remembered, and events that tell one of them: the first of these, and the newest. */
const MOST_TIMES = 100
const MOST_EVENTS = 100

/** A time in which our clock was wrong. Times are milliseconds since the epoch, as they count where our clock was set. */
export interface WrongClock {
  /** Since when, and until when; Infinity where it goes on. */
  readonly from: number
  readonly to: number
  /** By how much it was ahead, milliseconds, and of how many peers that is known; null where it was put right before they were asked. */
  readonly byMs: number
  readonly peers: number | null
  /** The numbers of what tells it, newest first. */
  readonly events: readonly number[]
}

/** Follows our clock, by what is logged of it in the order in which it happened. */
export class ClockFollower {
  readonly #purgeAfterMs: number
  #over: readonly WrongClock[] = []
  #wrong: WrongClock | null = null
  /** A jump that may have made it wrong, and how far all jumps since took it, milliseconds. */
  #jump: LoggedEvent | null = null
  #jumpedMs = 0
  /** The most of that. */
  #mostMs = 0

  /** @param purgeAfterMs after which silence peers are purged, milliseconds */
  constructor(purgeAfterMs: number) {
    this.#purgeAfterMs = purgeAfterMs
  }

  /** How it is wrong now; null where it is not, or that is not known. */
  get wrong(): WrongClock | null {
    return this.#wrong
  }

  /** All times in which it was wrong, in their order. */
  get all(): readonly WrongClock[] {
    return this.#wrong === null ? this.#over : [...this.#over, this.#wrong]
  }

  /** Takes what happened next; what tells nothing of our clock changes nothing. */
  take(logged: LoggedEvent): void {
    const { event, at, lastAt = at } = logged
    switch (event.kind) {
      case 'ClockCompared':
        if (event.byMs === null || !this.#explains(event.byMs)) this.#right(logged)
        else this.#isWrong(logged, event.byMs, event.peers)
        return
      case 'ClockJumped':
        this.#jumped(logged, event.byMs)
        return
      case 'NetworkJoined':
      case 'NetworkLeft':
      case 'NetworkFailed':
        this.#close(lastAt, null)
        this.#jump = null
        return
      default:
    }
  }

  /** Whether a silence may come of a clock that is wrong by so much: entries are refused, or seem old soon. */
  #explains(byMs: number): boolean {
    return Math.abs(byMs) > DEFAULT_CONFIG.maxTimeDrift || byMs >= this.#purgeAfterMs * AHEAD_PART
  }

  #isWrong(logged: LoggedEvent, byMs: number, peers: number): void {
    const { seq, at } = logged
    const before = this.#wrong
    if (before !== null) {
      this.#wrong = { ...before, byMs, peers, events: told(seq, before) }
      return
    }
    const jump = this.#jump !== null && at - this.#jump.at <= COMPARED_WITHIN_MS ? this.#jump : null
    this.#wrong = {
      from: jump === null ? at : beganAt(jump),
      to: Infinity,
      byMs,
      peers,
      events: [seq, ...(jump === null ? [] : [jump.seq])],
    }
    this.#jump = null
  }

  #right({ seq, at, lastAt = at }: LoggedEvent): void {
    this.#close(lastAt, seq)
    this.#jump = null
  }

  #jumped(logged: LoggedEvent, byMs: number): void {
    const { seq, at, lastAt = at } = logged
    const wrong = this.#wrong
    if (wrong !== null) {
      const left = wrong.byMs + byMs
      if (this.#explains(left)) this.#wrong = { ...wrong, byMs: left, events: told(seq, wrong) }
      else this.#close(lastAt, seq)
      return
    }
    // Peers say soon after a jump how our clock is: where none did for so long, another jump is not known to take it back.
    const jump = this.#jump !== null && at - this.#jump.at <= BACK_MS ? this.#jump : null
    if (jump === null) {
      this.#jump = logged
      this.#jumpedMs = this.#mostMs = byMs
      return
    }
    this.#jumpedMs += byMs
    if (Math.abs(this.#jumpedMs) < SAME_MS) {
      if (this.#explains(this.#mostMs)) {
        const events = [seq, jump.seq]
        this.#end({ from: beganAt(jump), to: lastAt, byMs: this.#mostMs, peers: null, events })
      }
      this.#jump = null
    } else if (Math.abs(this.#jumpedMs) > Math.abs(this.#mostMs)) this.#mostMs = this.#jumpedMs
  }

  /** @param seq what tells that it is over; null for nothing */
  #close(at: number, seq: number | null): void {
    const wrong = this.#wrong
    if (wrong === null) return
    this.#end({ ...wrong, to: at, events: seq === null ? wrong.events : told(seq, wrong) })
    this.#wrong = null
  }

  #end(clock: WrongClock): void {
    this.#over = [...this.#over, clock].slice(-MOST_TIMES)
  }
}

/** The events of a time in which it was wrong, with another one. */
function told(seq: number, { events }: WrongClock): readonly number[] {
  return events.length < MOST_EVENTS ? [seq, ...events] : [seq, ...events.slice(0, -2), ...events.slice(-1)]
}

/**
 * Since when a jump may have made our clock wrong. At 12:03 it went back to 12:00: what was logged at 12:02 before counts for 12:00, the
 * moment of the jump, and was not its work.
 */
function beganAt({ at, event }: LoggedEvent): number {
  return event.kind === 'ClockJumped' && event.byMs < 0 ? at + 1 : at
}

/** When our clock was wrong in a span, milliseconds since the epoch, in the order of time. In turns. */
export async function wrongClocksIn(
  source: LogSource,
  from: number,
  to: number,
  purgeAfterMs: number,
): Promise<readonly WrongClock[]> {
  const { events, before } = await eventsIn(source, CLOCK_KINDS, from - BACK_MS, to)
  const follower = new ClockFollower(purgeAfterMs)
  for (const logged of [...(before === null ? [] : [before]), ...events]) follower.take(logged)
  return follower.all.filter((clock) => clock.to >= from)
}

/** The time in which a peer was purged while our clock was wrong; null where it was right. @param at milliseconds since the epoch, as it counts */
export function wrongClockAt(at: number, clocks: readonly WrongClock[]): WrongClock | null {
  return clocks.findLast(({ from, to }) => at >= from && at <= to) ?? null
}
