/** Token buckets (rule BD1). Times are milliseconds of a monotonic clock. */
import { hostOf } from '../../../shared/dial-address.ts'
import { ipHost } from '../../../shared/ip.ts'

/** So many a second on average, so many at once. */
export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

/** What a bucket holds, and when that was true. */
export interface Bucket {
  readonly tokens: number
  readonly at: number
}

/** Takes one token; `allowed` is false, and nothing taken, where there is none. A bucket begins full. */
export function takeToken(
  bucket: Bucket | undefined,
  now: number,
  rate: Rate,
): { readonly bucket: Bucket; readonly allowed: boolean } {
  const tokens = tokensAt(bucket ?? { tokens: rate.burst, at: now }, now, rate)
  return tokens >= 1
    ? { bucket: { tokens: tokens - 1, at: now }, allowed: true }
    : { bucket: { tokens, at: now }, allowed: false }
}

/** What a bucket holds by now. */
function tokensAt({ tokens, at }: Bucket, now: number, rate: Rate): number {
  return Math.min(rate.burst, tokens + (Math.max(0, now - at) * rate.perSecond) / 1000)
}

/** Keys whose buckets are kept at least, and half of the most that are kept. */
const MIN_KEYS = 2048

/** One bucket a key. Bounded in memory, whatever keys come: the ones that were not used for the longest time go first. */
export class RateLimiter {
  readonly #rate: Rate
  /** Used since the last turn, and those used before it: two maps cost less for each use than one kept in order. */
  #recent = new Map<string, { tokens: number; at: number }>()
  #older = new Map<string, { tokens: number; at: number }>()

  constructor(rate: Rate) {
    this.#rate = rate
  }

  /** Whether the key may do it once more now. */
  take(key: string, now: number): boolean {
    const bucket = this.#recent.get(key) ?? this.#recall(key, now)
    // In place: this is done several times for each message.
    const tokens = tokensAt(bucket, now, this.#rate)
    const allowed = tokens >= 1
    bucket.tokens = allowed ? tokens - 1 : tokens
    bucket.at = now
    return allowed
  }

  #recall(key: string, now: number): { tokens: number; at: number } {
    const bucket = this.#older.get(key) ?? { tokens: this.#rate.burst, at: now }
    this.#recent.set(key, bucket)
    if (this.#recent.size >= MIN_KEYS) {
      this.#older = this.#recent
      this.#recent = new Map()
    }
    return bucket
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
