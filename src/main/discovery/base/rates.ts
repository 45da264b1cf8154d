/** Token buckets (rule BD1). Times are milliseconds of a monotonic clock. */
import { hostOf } from '../../../shared/dial-address.ts'
import { ipHost } from '../../../shared/ip.ts'
import { RecentMap } from '../../../shared/recent-map.ts'

/** So many a second on average, so many at once. */
export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

/** When the bucket is full again, which says how much is in it. One number, for each message takes several tokens. */
export type Bucket = number

/** Sums of many thousandths are never exact, milliseconds. */
const ROUNDING_MS = 1e-6

/** Takes tokens of a bucket, which begins full. @returns when it is full again; null, and nothing taken, where it holds too few */
export function spend(fullAt: Bucket, now: number, { perSecond, burst }: Rate, count = 1): Bucket | null {
  const most = (burst * 1000) / perSecond + ROUNDING_MS
  // Emptier than empty: the clock went back.
  const from = fullAt > now + most ? now : Math.max(fullAt, now)
  const next = from + (count * 1000) / perSecond
  return next - now <= most ? next : null
}

/** Takes tokens; `allowed` is false, and nothing taken, where there are too few. A bucket begins full. */
export function takeToken(
  bucket: Bucket | undefined,
  now: number,
  rate: Rate,
  count = 1,
): { readonly bucket: Bucket; readonly allowed: boolean } {
  const next = spend(bucket ?? now, now, rate, count)
  return next === null ? { bucket: bucket ?? now, allowed: false } : { bucket: next, allowed: true }
}

/** One bucket a key. Bounded in memory, whatever keys come: the ones that were not used for the longest time go first. */
export class RateLimiter {
  readonly #rate: Rate
  readonly #buckets = new RecentMap<string, Bucket>()

  constructor(rate: Rate) {
    this.#rate = rate
  }

  /** Whether the key may do it once more now, or take as many bytes. */
  take(key: string, now: number, count = 1): boolean {
    const next = spend(this.#buckets.get(key) ?? now, now, this.#rate, count)
    if (next === null) return false
    this.#buckets.set(key, next)
    return true
  }
}

/**
 * The group of neighbouring addresses that a multiaddr belongs to: an IPv4 /24 or an IPv6 /64, by value. Null for this
 * machine's own addresses, which say nothing about who is there, and for names.
 */
export function addressGroup(multiaddr: string): string | null {
  const host = hostOf(multiaddr)
  if (host === null || host.kind !== 'ip') return null
  const key = ipHost(host.bytes)
  if (key === 'loopback') return null
  return key.includes(':') ? key : `${key.slice(0, key.lastIndexOf('.'))}.0/24`
}
