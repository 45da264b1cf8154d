/** Token buckets (rule BD1). Times are milliseconds of a monotonic clock. */

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

/** Takes tokens; `allowed` is false, and nothing taken, where there are too few. A bucket begins full. */
export function takeToken(
  bucket: Bucket | undefined,
  now: number,
  rate: Rate,
  count = 1,
): { readonly bucket: Bucket; readonly allowed: boolean } {
  const tokens = tokensAt(bucket ?? { tokens: rate.burst, at: now }, now, rate)
  return tokens >= count
    ? { bucket: { tokens: tokens - count, at: now }, allowed: true }
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

  /** Whether the key may do it once more now, or take as many bytes. */
  take(key: string, now: number, count = 1): boolean {
    const bucket = this.#recent.get(key) ?? this.#recall(key, now)
    // In place: this is done several times for each message.
    const tokens = tokensAt(bucket, now, this.#rate)
    const allowed = tokens >= count
    bucket.tokens = allowed ? tokens - count : tokens
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
 * The group of neighbouring addresses that a multiaddr belongs to: an IPv4 /24 or an IPv6 /64. Null for this machine's
 * own addresses, which say nothing about who is there, and for names.
 */
export function addressGroup(multiaddr: string): string | null {
  const [, kind, host] = multiaddr.split('/')
  if (kind === 'ip4' && host !== undefined) {
    const bytes = host.split('.')
    return bytes.length !== 4 || bytes[0] === '127' ? null : `${bytes.slice(0, 3).join('.')}.0/24`
  }
  if (kind === 'ip6' && host !== undefined) return ipv6Group(host.toLowerCase())
  return null
}

function ipv6Group(host: string): string | null {
  if (host === '::1') return null
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(host)
  if (mapped !== null) return addressGroup(`/ip4/${mapped[1]}`)
  const [head = '', tail] = host.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  const words = [...left, ...Array.from({ length: zeros }, () => '0'), ...right]
  if (words.length !== 8 || !words.every((word) => /^[0-9a-f]{1,4}$/.test(word))) return null
  return `${words
    .slice(0, 4)
    .map((word) => Number.parseInt(word, 16).toString(16))
    .join(':')}::/64`
}
