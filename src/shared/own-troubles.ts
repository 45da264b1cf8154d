/** What is wrong with our own node as others see it, in words that say what to do: one wording for window, terminal and log. */
import { formatDuration } from './config.ts'
import { counted } from './counted.ts'

/** Of fewer peers it may as well be theirs that is wrong (rule WK13). */
const MANY = 3

/**
 * What the clocks of peers say of ours.
 * @param byMs by how much ours is ahead of theirs, milliseconds; null when it agrees with them
 * @param peers how many were asked
 */
export function clockWords(byMs: number | null, peers: number): string {
  const asked =
    peers === 1 ? 'the only peer that was asked' : peers === 2 ? 'both peers that were asked' : counted(peers, 'peer')
  if (byMs === null) return `the clock of this machine agrees with ${asked}`
  const differs = `${formatDuration(roughly(Math.abs(byMs)))} ${byMs > 0 ? 'ahead of' : 'behind'}`
  if (peers < MANY)
    return `the clock of this machine is ${differs} ${asked}: one of the clocks is wrong. Compare this one with the time of day; peers whose clocks differ by much refuse what the other says`
  return `the clock of this machine seems to be wrong: it is ${differs} most of the ${asked} that were asked. Set it right; until then peers refuse what we say, and we what they say`
}

/**
 * Another node runs with our key (rule ID5).
 * @param since when that one started, as text; null where it is not known
 */
export function clashWords(since: string | null): string {
  return `another node runs with our key${since === null ? '' : ` (started ${since})`}. Stop one of the two, or give one a key of its own: a data folder that was not copied, or another secret`
}

/** Whole seconds, from a minute on whole minutes, from an hour on tenths of them. */
function roughly(ms: number): number {
  const unit = ms < 60_000 ? 1000 : ms < 3_600_000 ? 60_000 : 360_000
  return Math.round(ms / unit) * unit
}

/** Our own event loop, or the machine, stood still for so long, milliseconds. */
export function stallWords(ms: number): string {
  return `our own machine stalled for ${roughDuration(ms)}`
}

/** The same of several together. @param totalMs how long they lasted in all, milliseconds */
export function stallsWords({ count, totalMs }: { readonly count: number; readonly totalMs: number }): string {
  if (count === 1) return stallWords(totalMs)
  return `our own machine stalled ${counted(count, 'time')}, ${roughDuration(totalMs)} in all`
}

/** The same of a past moment in which it stood still. */
export function stalledThenWords({ from, to }: { readonly from: number; readonly to: number }): string {
  return `this moment lies in a stall of our own machine (${roughDuration(to - from)}), which heard nothing of anybody`
}

/** A duration as people say it, from milliseconds: `850 ms`, `4.2 s`, `1 min 20 s`, `3 h 5 min`, `2 d 4 h`. */
export function roughDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(Math.max(0, ms))} ms`
  if (ms < 9950) return `${Math.round(ms / 100) / 10} s`
  for (const [big, unit, small, part] of STEPS) {
    if (ms < big - small / 2) continue
    const whole = Math.round(ms / small) * small
    const rest = Math.round((whole % big) / small)
    return `${Math.floor(whole / big)} ${unit}${rest === 0 ? '' : ` ${rest} ${part}`}`
  }
  return `${Math.round(ms / 1000)} s`
}

/** A unit, and the one in which what is left of it is told. */
const STEPS: readonly (readonly [big: number, unit: string, small: number, part: string])[] = [
  [86_400_000, 'd', 3_600_000, 'h'],
  [3_600_000, 'h', 60_000, 'min'],
  [60_000, 'min', 1000, 's'],
]
