import type { Mutant } from './mutant.ts'

const PING = 'src/main/discovery/liveness/ping-exchange.ts'
const RTT = 'src/main/discovery/liveness/rtt.ts'
const SKEW = 'src/main/discovery/liveness/skew.ts'
const CLOCK = 'src/main/discovery/liveness/clock-watch.ts'
const CHECK = 'src/main/discovery/liveness/clock-check.ts'
const JITTER = 'src/main/discovery/base/jitter.ts'
const LIMITS = 'src/main/discovery/limits.ts'

/** Pings, round-trip times and clocks: rules PG, RT and WK13. */
export const LIVENESS: readonly Mutant[] = [
  {
    rule: 'PG2',
    name: "another peer's entry is taken for an answer",
    file: PING,
    find: `if (unverified.entry.peerId !== this.#peerId)
          throw new BadSignature(\`\${this.#peerId} answered with the entry of another peer\`)`,
    replace: '',
  },
  {
    rule: 'PG2',
    name: 'an entry of another network is taken for an answer',
    file: PING,
    find: `if (unverified.entry.networkId !== this.#networkId)
          throw new DifferentNetwork(\`\${this.#peerId} is in another network\`)`,
    replace: '',
  },
  {
    rule: 'PG2',
    name: 'an answer with a bad signature is taken',
    file: PING,
    find: 'if (signed === null) throw new BadSignature(`the signature of the entry of ${this.#peerId} does not hold`)\n        return',
    replace: 'return',
  },
  {
    rule: 'PG2',
    name: 'the round-trip time is that of the verification too',
    file: PING,
    find: 'const [signed = null] = input.entries',
    replace: 'this.#rttMs = now - this.#sentAt\n        const [signed = null] = input.entries',
  },
  {
    rule: 'WK13',
    name: 'an entry that comes late tells of a clock',
    file: CLOCK,
    find: 'before !== null && behindMs < before',
    replace: 'before !== null',
  },
  {
    rule: 'WK13',
    name: 'an answer that was long under way tells of a clock',
    file: CLOCK,
    find: 'if (rttMs <= MAX_RTT_MS) this.noteClock',
    replace: 'this.noteClock',
  },
  {
    rule: 'PG2',
    name: 'a ping fails after 6 s',
    file: LIMITS,
    find: 'export const REQUEST_TIMEOUT = 5000',
    replace: 'export const REQUEST_TIMEOUT = 6000',
  },
  {
    rule: 'PG2',
    name: 'a ping fails after 4 s',
    file: LIMITS,
    find: 'export const REQUEST_TIMEOUT = 5000',
    replace: 'export const REQUEST_TIMEOUT = 4000',
  },
  {
    rule: 'RT1',
    name: 'the first variation is the whole sample',
    file: RTT,
    find: 'rttvar: sample / 2,',
    replace: 'rttvar: sample,',
  },
  {
    rule: 'RT1',
    name: 'a new sample counts for a quarter',
    file: RTT,
    find: 'srtt: 0.875 * before.srtt + 0.125 * sample,',
    replace: 'srtt: 0.75 * before.srtt + 0.25 * sample,',
  },
  {
    rule: 'RT1',
    name: 'the variation is smoothed by other parts',
    file: RTT,
    find: '0.75 * before.rttvar + 0.25 * Math.abs(before.srtt - sample)',
    replace: '0.875 * before.rttvar + 0.125 * Math.abs(before.srtt - sample)',
  },
  {
    rule: 'RT1',
    name: 'the variation has a sign',
    file: RTT,
    find: 'Math.abs(before.srtt - sample)',
    replace: '(before.srtt - sample)',
  },
  {
    rule: 'RT2',
    name: 'probes come later than an interval and a half',
    file: JITTER,
    find: 'return interval * (0.5 + u)',
    replace: 'return interval * (0.5 + 2 * u)',
  },
  {
    rule: 'RT2',
    name: 'probes have no jitter',
    file: JITTER,
    find: 'return interval * (0.5 + u)',
    replace: 'return interval',
  },
  {
    rule: 'RT3',
    name: 'peers that were not measured are hidden',
    file: RTT,
    find: 'maxRtt === null || rtt === null || rtt.srtt <= maxRtt',
    replace: 'maxRtt === null || (rtt !== null && rtt.srtt <= maxRtt)',
  },
  {
    rule: 'RT3',
    name: 'a peer as slow as maxRtt is hidden',
    file: RTT,
    find: 'rtt.srtt <= maxRtt',
    replace: 'rtt.srtt < maxRtt',
  },
  {
    rule: 'RT3',
    name: 'peers are hidden by their last sample',
    file: RTT,
    find: 'rtt.srtt <= maxRtt',
    replace: 'rtt.last <= maxRtt',
  },
  {
    rule: 'WK5',
    name: 'announcements come at the interval without jitter',
    file: JITTER,
    find: 'return interval + u * 2 * j - j',
    replace: 'return interval',
  },
  {
    rule: 'WK5',
    name: 'announcements never come before the interval',
    file: JITTER,
    find: 'return interval + u * 2 * j - j',
    replace: 'return interval + u * j',
  },
  {
    rule: 'WK10',
    name: 'the jitter of retries is drawn from a random source of its own',
    file: JITTER,
    find: 'return full * (0.5 + u / 2)',
    replace: 'return full * (0.5 + Math.random() / 2)',
  },
  {
    rule: 'WK10',
    name: 'the jitter of announcements is drawn from a random source of its own',
    file: JITTER,
    find: 'return interval + u * 2 * j - j',
    replace: 'return interval + Math.random() * 2 * j - j',
  },
  {
    rule: 'WK13',
    name: 'one of two peers with a wrong clock makes ours suspect',
    file: SKEW,
    find: '(sorted.length < MANY ? 1 : MOST)',
    replace: '(sorted.length < MANY ? 0.5 : MOST)',
  },
  {
    rule: 'WK13',
    name: 'small differences of clocks make ours suspect',
    file: SKEW,
    find: 'const MIN_SKEW = 5000',
    replace: 'const MIN_SKEW = 100',
  },
  {
    rule: 'WK13',
    name: 'half of the peers make our clock suspect',
    file: SKEW,
    find: 'const MOST = 0.75',
    replace: 'const MOST = 0.5',
  },
  {
    rule: 'WK13',
    name: 'peers that are off by different amounts make our clock suspect',
    file: SKEW,
    find: 'Math.abs(skew) >= MIN_SKEW && Math.abs(skew - median) <= apart',
    replace: 'Math.abs(skew) >= MIN_SKEW',
  },
  {
    rule: 'WK13',
    name: 'our clock is never suspect',
    file: SKEW,
    find: 'return agreeing / sorted.length >= (sorted.length < MANY ? 1 : MOST) ? median : null',
    replace: 'return agreeing > sorted.length ? median : null',
  },
  {
    rule: 'WK13',
    name: 'a single peer says nothing about our clock',
    file: SKEW,
    find: 'if (samples.length === 0) return null',
    replace: 'if (samples.length <= 1) return null',
  },
  {
    rule: 'WK13',
    name: 'a connected peer that showed no entry is not asked for its time',
    file: CHECK,
    find: "this.#requests.begin('ping', record.peerId, 'automatic', { for: 'clock' })",
    replace: '',
  },
  {
    rule: 'WK13',
    name: 'it is told at once, whatever came late',
    file: CHECK,
    find: 'if (now - this.#otherSince < SETTLE_MS) return',
    replace: '',
  },
  {
    rule: 'WK13',
    name: 'it is told over and over',
    file: CHECK,
    find: 'this.#told = found',
    replace: '',
  },
  {
    rule: 'WK13',
    name: 'a peer whose entry is refused is asked as often as it announces itself',
    file: CHECK,
    find: 'if (record?.clockAskAt === null) record.clockAskAt',
    replace: 'if (record !== null) record.clockAskAt',
  },
  {
    rule: 'AN11',
    name: 'who does not answer a comparison of clocks is closed',
    file: 'src/main/discovery/core/reactions.ts',
    find: "outcome.error.name === 'Timeout' && purpose.for !== 'clock')",
    replace: "outcome.error.name === 'Timeout')",
  },
]
