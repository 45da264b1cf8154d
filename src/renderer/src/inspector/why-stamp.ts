import { HEALTH_SPAN_MS } from '../../../shared/health.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import type { PeerWhy } from '../../../shared/why.ts'
import { isMuchSlower, rttOf } from '../../../shared/rtt.ts'

/** A start that is later than the first look by more is that of a restart, and not that of a newcomer whose clock is ahead; milliseconds. */
const RESTART_SLACK_MS = 10_000

/** What the window knows beside the row of a peer. */
interface Around {
  readonly others: Iterable<PeerRow>
  /** Whether a link of the peer is known; null where peers tell none. */
  readonly linked: boolean | null
  /** The moment that is shown, milliseconds since the epoch. */
  readonly now: number
}

/** Whether something is to be explained, as far as the window knows before why is answered: that place is kept then. */
export function needsWhy(row: PeerRow, { others, linked, now }: Around): boolean {
  const { self, state, notKnown, rtt, connected, neighbor, version, firstSeen } = row
  if (self) return false
  if (state !== 'online' || notKnown === true) return true
  if (linked === false && !connected && !neighbor) return true
  if (version.startedAt > firstSeen + RESTART_SLACK_MS && now - version.startedAt < HEALTH_SPAN_MS) return true
  if (rtt === null) return !connected
  return isMuchSlower(rtt.srtt, rttOf(others)?.p50 ?? Infinity)
}

/** Round-trip time in the middle of all, milliseconds, where a peer is the slowest of several: who asks why it is so is told that it is not slow. Else null. */
export function middleOfSlowest({ self, state, rtt, peerId }: PeerRow, all: Iterable<PeerRow>): number | null {
  if (self || state !== 'online' || rtt === null) return null
  const rows = [...all]
  const isSlower = (row: PeerRow): boolean =>
    row.peerId !== peerId && !row.self && row.state === 'online' && row.rtt !== null && row.rtt.srtt > rtt.srtt
  const figures = rttOf(rows)
  return figures === null || figures.measured < 2 || rows.some(isSlower) ? null : figures.p50
}

/** Whether nothing is wrong with a peer, and nothing happened to it that is worth telling. */
export function saysNothing({ matter, causes }: Pick<PeerWhy, 'matter' | 'causes'>): boolean {
  return causes.length === 0 && (matter === 'fine' || matter === 'ourselves')
}

/** A goodbye was heard of about when it is told, milliseconds. */
const SLACK_MS = 1000

/** Whether a departure is over since: the peer came back, and why of it as it is says nothing of that one. @param row undefined where it is not listed */
export function isOverSince(row: Pick<PeerRow, 'state' | 'lastSeen'> | undefined, leftAt: number): boolean {
  return row === undefined || row.state === 'online' || row.state === 'stored' || row.lastSeen > leftAt + SLACK_MS
}

/** Changes with what may change why a peer is as it is: its state, its start, its links, and a round-trip time that is another by a quarter. */
export function whyStamp({ state, version, neighbor, connected, rtt, addresses }: PeerRow): string {
  const pace = rtt === null ? '' : Math.round(Math.log(Math.max(1, rtt.srtt)) / Math.log(1.25))
  return [state, version.startedAt, neighbor, connected, pace, addresses.join()].join(' ')
}
