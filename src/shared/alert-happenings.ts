/** Alerts of several rules that tell of one happening: they are one notice and one card, which name the rules. Pure. */
import type { AlertKind } from './alert-kinds.ts'
import type { Alert } from './alerts.ts'
import { andList } from './and-list.ts'
import type { EventKind, LoggedEvent } from './events.ts'
import type { PeerId } from './ids.ts'
import type { NetworkKey } from './network-kind.ts'
import { networkKeyOf } from './network-kind.ts'

/** What began further apart are two happenings, milliseconds. Rules wait differently long before they tell of one. */
export const HAPPENING_MS = 30_000
/** Alerts that one group remembers, the newest. */
const MAX_MERGED = 200
/** What happens in the network: two alerts that carry one of these tell of it both. What we do ourselves explains many things. */
const HAPPENINGS: ReadonlySet<EventKind> = new Set(['PeerDeparted', 'PeerDiscovered', 'NeighborDown', 'NetworkFailed'])

/** What an alert about one peer tells of, where that happens in a moment: the newest such event about it. */
const OWN: Partial<Record<AlertKind, EventKind>> = {
  'peer-departed': 'PeerDeparted',
  'peer-appeared': 'PeerDiscovered',
}

/** By what an alert is known to tell of the same as another one. */
interface Keys {
  readonly network: NetworkKey | null
  /** What lasts; null where that is not known by what it is about. */
  readonly lasting: string | null
  /** Numbers of the events in which it happened. */
  readonly seqs: ReadonlySet<number>
}

/** Each alert is compared with many others, and alerts are never changed. */
const KEYS = new WeakMap<Alert, Keys>()

/** Whether two alerts tell of one happening. Alerts that were made to try a rule tell of none. */
export function isOneHappening(a: Alert, b: Alert): boolean {
  if (a.test || b.test || Math.abs(a.beganAt - b.beganAt) > HAPPENING_MS) return false
  const [one, other] = [keysOf(a), keysOf(b)]
  if (one.network !== other.network) return false
  if (one.lasting !== null && one.lasting === other.lasting) return true
  for (const seq of one.seqs) if (other.seqs.has(seq)) return true
  return false
}

function keysOf(alert: Alert): Keys {
  const known = KEYS.get(alert)
  if (known !== undefined) return known
  const { network, kind, peerId, events } = alert
  const told = { kind, peerId, events }
  const keys = {
    network: network === null ? null : networkKeyOf(network),
    lasting: lastingOf(told),
    seqs: new Set(happeningsOf(told)),
  }
  KEYS.set(alert, keys)
  return keys
}

/** What an alert tells of. */
type AlertTold = Pick<Alert, 'kind' | 'peerId' | 'events'>

/** What lasts is known by what it is about: a slow peer, or the whole network. Counts may be of different peers. */
function lastingOf({ kind, peerId, events }: AlertTold): string | null {
  // Of a loss the purges that come of it are told too.
  if (kind === 'network-lost' || events.some(({ event }) => event.kind === 'NetworkLost')) return 'lost'
  const lasts = peerId === null ? kind !== 'peer-count' : kind === 'rtt-above'
  return lasts ? `${kind} ${peerId}` : null
}

/**
 * Adds an alert to groups of alerts: it joins all that it is one happening with, and makes them one.
 * @param belongs whether it belongs to what a group has
 */
export function mergeHappening<Group extends { readonly alerts: readonly Alert[] }>(
  groups: readonly Group[],
  alert: Alert,
  belongs: (one: Alert, alert: Alert) => boolean = isOneHappening,
): {
  /** All of them with the new one, newest first. */
  readonly alerts: readonly Alert[]
  /** The groups that it joins, and those that it does not. */
  readonly merged: readonly Group[]
  readonly rest: readonly Group[]
} {
  const merged = groups.filter(({ alerts }) => alerts.some((one) => belongs(one, alert)))
  const before = merged.flatMap(({ alerts }) => alerts).filter(({ id }) => id !== alert.id)
  return {
    alerts: [alert, ...before.sort((a, b) => b.id - a.id)].slice(0, MAX_MERGED),
    merged,
    rest: groups.filter((group) => !merged.includes(group)),
  }
}

/** The peer that alerts are about; null where they are about several, or none: of those none is meant more than another. */
export function peerOfHappening(alerts: readonly Meant[]): PeerId | null {
  const peers = new Set(alerts.flatMap((alert) => alert.peerId ?? purgedAlone(alert)?.peerId ?? []))
  const [only = null] = peers
  return peers.size === 1 ? only : null
}

/** What tells which peer is meant. */
type Meant = AlertTold & Pick<Alert, 'repeats' | 'test'>

/** The one peer that was purged for a cause of our own, and when; null where several were, or none. */
function purgedAlone(alert: Meant): { readonly peerId: PeerId; readonly at: number } | null {
  if (!isOfSeveral(alert) || alert.repeats > 0) return null
  for (const { event, at } of alert.events) if (event.kind === 'PeerDeparted') return { peerId: event.peerId, at }
  return null
}

/** Where alerts lead to. */
export interface Aim {
  /** The one that they are about; null where they are about several, or none. */
  readonly peerId: PeerId | null
  /** To which they belong; null for a test while no network was joined. */
  readonly network: Alert['network']
  /** When the newest fired, milliseconds since the epoch. */
  readonly at: number
  /** When that one left, where they tell that: the departure is explained. Milliseconds since the epoch; null for anything else. */
  readonly departure: number | null
  /** Of a split of the network, whether that lasts; null where they are about none. */
  readonly split: 'lasts' | 'over' | null
}

/** Where alerts about one peer lead to. */
export type PeerAim = Aim & { readonly peerId: PeerId }

/** Whether it is one peer. */
export function isPeerAim(aim: Aim): aim is PeerAim {
  return aim.peerId !== null
}

/** Where alerts of one network lead to. @param alerts newest first */
export function aimOf(alerts: readonly (Meant & Pick<Alert, 'network' | 'firedAt' | 'resolvedAt'>)[]): Aim {
  const [newest] = alerts
  const split = !isSplit({ alerts }) ? null : isLasting({ alerts }) ? 'lasts' : 'over'
  const peerId = peerOfHappening(alerts)
  const departure = peerId === null ? null : (alerts.map(departureOf).find((at) => at !== null) ?? null)
  return { peerId, network: newest?.network ?? null, at: newest?.firedAt ?? 0, departure, split }
}

/** When the peer left that an alert tells of; null where it tells of something else. */
function departureOf(alert: Meant): number | null {
  const alone = purgedAlone(alert)
  if (alone !== null) return alone.at
  const left = ownEventOf(alert)
  return left?.event.kind === 'PeerDeparted' ? left.at : null
}

/** Alerts that were told: they may have ended since. @param now those that are listed */
export function asTheyAre(told: readonly Alert[], now: readonly Alert[]): readonly Alert[] {
  const listed = new Map(now.map((alert) => [alert.id, alert]))
  return told.map((alert) => listed.get(alert.id) ?? alert)
}

function happeningsOf(alert: AlertTold): readonly number[] {
  if (ownKindOf(alert) === undefined)
    return alert.events.filter(({ event }) => HAPPENINGS.has(event.kind)).map(({ seq }) => seq)
  const own = ownEventOf(alert)
  return own === undefined ? [] : [own.seq]
}

function ownKindOf({ kind, peerId }: AlertTold): EventKind | undefined {
  return peerId === null ? undefined : OWN[kind]
}

/** The event in which it happened, the newest: what the peer did before explains, and is not what the alert tells of. */
function ownEventOf(alert: AlertTold): LoggedEvent | undefined {
  const own = ownKindOf(alert)
  return own === undefined ? undefined : alert.events.find(({ event }) => event.kind === own)
}

/** The alerts of one happening. */
export interface Happening {
  /** Newest first. */
  readonly alerts: readonly Alert[]
}

/** Of lists of alerts, which several look at and which are replaced, never changed. */
const HAPPENINGS_IN = new WeakMap<readonly Alert[], readonly Happening[]>()

/** Alerts by what they tell of. @param alerts newest first, as are the happenings; the list is never changed */
export function happeningsIn(alerts: readonly Alert[]): readonly Happening[] {
  const known = HAPPENINGS_IN.get(alerts)
  if (known !== undefined) return known
  const found = grouped(alerts)
  HAPPENINGS_IN.set(alerts, found)
  return found
}

/** When a happening was told first and last, milliseconds since the epoch. What happens again within the cool-down is told too. */
export function toldAt({ alerts }: Happening): { readonly first: number; readonly last: number } {
  return {
    first: Math.min(...alerts.map(({ firedAt }) => firedAt)),
    last: Math.max(...alerts.map(({ firedAt, lastAt = firedAt }) => lastAt)),
  }
}

function grouped(alerts: readonly Alert[]): readonly Happening[] {
  return alerts
    .reduceRight<readonly Happening[]>((before, alert) => {
      const { alerts: all, rest } = mergeHappening(before, alert)
      return [{ alerts: all }, ...rest]
    }, [])
    .toSorted((a, b) => toldAt(b).last - toldAt(a).last)
}

/** Whether something belongs to the network that is shown; what belongs to none does so anywhere. */
export function belongsTo(network: NetworkKey | null, shown: NetworkKey | null): boolean {
  return network === null || network === shown
}

/** The happenings of a network that is not the one that is shown. */
export interface Elsewhere {
  readonly network: NonNullable<Alert['network']>
  /** Newest first. */
  readonly happenings: readonly Happening[]
}

/** Happenings by where they belong. @param alerts newest first, as is all of it @param shown the network that is joined */
export function happeningsBy(
  alerts: readonly Alert[],
  shown: NetworkKey | null,
): { readonly here: readonly Happening[]; readonly elsewhere: readonly Elsewhere[] } {
  const here: Happening[] = []
  const elsewhere = new Map<NetworkKey, { readonly network: Elsewhere['network']; readonly happenings: Happening[] }>()
  for (const happening of happeningsIn(alerts)) {
    const network = happening.alerts[0]?.network ?? null
    if (network === null || belongsTo(networkKeyOf(network), shown)) {
      here.push(happening)
      continue
    }
    const key = networkKeyOf(network)
    const found = elsewhere.get(key) ?? { network, happenings: [] }
    found.happenings.push(happening)
    elsewhere.set(key, found)
  }
  return { here, elsewhere: [...elsewhere.values()] }
}

/** How many happenings of the network that is shown the user has not seen. @param alerts newest first */
export function waitingIn(alerts: readonly Alert[], shown: NetworkKey | null): number {
  return happeningsBy(alerts, shown).here.filter((one) => one.alerts.some(({ dismissed }) => !dismissed)).length
}

/** What the network of an alert, or of a rule, is called. */
export function networkName({ name, id }: NonNullable<Alert['network']>): string {
  return name ?? `${id.slice(0, 16)}…`
}

/** What an alert is called where its network has to be said: outside of the window. */
export function inNetwork(ruleName: string, network: Alert['network']): string {
  return network === null ? ruleName : `${ruleName} in ${networkName(network)}`
}

/** Whether it is about the islands of the network. */
function isSplit({ alerts }: { readonly alerts: readonly Pick<Alert, 'kind' | 'test'>[] }): boolean {
  return alerts.some(({ kind, test }) => kind === 'network-split' && !test)
}

/** Whether something of it goes on. */
export function isLasting({ alerts }: { readonly alerts: readonly Pick<Alert, 'resolvedAt'>[] }): boolean {
  return alerts.some(({ resolvedAt }) => resolvedAt === null)
}

/** The rules that fired, each once: "A", "A and B", "A, B and C". @param alerts newest first */
export function ruleNames(alerts: readonly Pick<Alert, 'ruleName'>[]): string {
  return andList([...new Set(alerts.toReversed().map(({ ruleName }) => ruleName))])
}

/** What happened and why; what several say alike is said once. @param alerts of one happening, newest first */
export function happeningWords(alerts: readonly Pick<Alert, 'what' | 'cause'>[]): string {
  const said = alerts.toReversed().flatMap(({ what, cause }) => [`${what}.`, ...(cause === '' ? [] : [cause])])
  return [...new Set(said)].join(' ')
}

/** How long it lasted, milliseconds; null while it lasts, and for what happened in a moment. */
export function lastedMs(happening: Happening): number | null {
  if (isLasting(happening)) return null
  // Two rules tell of one moment one after the other.
  const long = happening.alerts.filter(({ firedAt, resolvedAt }) => (resolvedAt ?? firedAt) > firedAt)
  if (long.length === 0) return null
  // Of one that came again the time in between does not count, unless another rule tells that it lasted all the time.
  const broken = long.filter(isBroken).map((alert) => spanOf([alert]) - (alert.calmMs ?? 0))
  const whole = long.filter((alert) => !isBroken(alert))
  return Math.max(...broken, ...(whole.length === 0 ? [] : [spanOf(whole)]))
}

/** From the first beginning to the last end, milliseconds. */
function spanOf(alerts: readonly Alert[]): number {
  const ended = Math.max(...alerts.map(({ firedAt, resolvedAt }) => resolvedAt ?? firedAt))
  return ended - Math.min(...alerts.map(({ beganAt }) => beganAt))
}

/** Whether it ended and came again. */
function isBroken({ calmMs = 0 }: Alert): boolean {
  return calmMs > 0
}

/** Whether what it lasted is a sum: it ended and came again. */
export function isSum({ alerts }: Happening): boolean {
  return alerts.some(isBroken)
}

/** How often it happened again: each of its rules counts that. */
export function repeatsOf({ alerts }: Happening): number {
  return Math.max(0, ...alerts.filter((alert) => !isOfSeveral(alert)).map(({ repeats }) => repeats))
}

/** How many peers were purged for a cause of our own, which is one alert: each of its rules counts them. 0 where none were. */
export function purgedOf({ alerts }: Happening): number {
  return Math.max(0, ...alerts.filter(isOfSeveral).map(({ repeats }) => repeats + 1))
}

function isOfSeveral({ kind, peerId, test }: Pick<Alert, 'kind' | 'peerId' | 'test'>): boolean {
  return kind === 'peer-departed' && peerId === null && !test
}

/** One thing that is told of a happening, and the peer that it is about; null for several, or none. */
export interface Line extends Pick<Aim, 'peerId' | 'departure'> {
  readonly words: string
}

/** What is told of a happening, each thing once, the oldest first. */
export function happeningLines({ alerts }: Happening): readonly Line[] {
  const lines = alerts.toReversed().map((alert): readonly [string, Line] => {
    const { what, cause, now = '', ended = '', peerId } = alert
    // One that was open when Peerscope was killed is over.
    const words = [`${what}.`, alert.resolvedAt === null ? now : '', cause, ended]
      .filter((part) => part !== '')
      .join(' ')
    return [`${peerId} ${words}`, { words, peerId, departure: departureOf(alert) }]
  })
  return [...new Map(lines).values()]
}

/** Events of a happening that are shown, the newest. */
const MAX_EVENTS = 20

/** The events behind it, as its newest alert has them. */
export function happeningEvents({ alerts }: Happening): readonly LoggedEvent[] {
  const events = new Map(alerts.toReversed().flatMap((alert) => alert.events.map((logged) => [logged.seq, logged])))
  return [...events.values()].sort((a, b) => b.at - a.at || b.seq - a.seq).slice(0, MAX_EVENTS)
}
