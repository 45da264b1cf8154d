/** A word for each item that a node tells and each effect that it has, so that cases can be read as a table. */
import type { DiscoveryEvent } from '../../../src/shared/events.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import type { DepartureReason, Version } from '../../../src/shared/peer.ts'
import type { CatalogPeer, Told, Untold } from '../../../src/main/discovery/handle.ts'
import type { Effect, SessionState } from '../../../src/main/monitor/session-state.ts'
import { begin, due, end, take } from '../../../src/main/monitor/session-state.ts'
import { entryOf, idOf, NETWORK, signedOf } from '../../support/discovery/entries.ts'

const NAMES = ['me', 'ann', 'ben', 'cat']
const nameOf = (peerId: PeerId): string => NAMES.find((name) => idOf(name) === peerId) ?? peerId
const version = (updatedAt: string): Version => ({ startedAt: 0, updatedAt: Number(updatedAt) })

/** The peer of a name at a version, measured at `rttAt`: as many milliseconds. */
export function catalogPeer(name: string, updatedAt: string, rttAt?: string): CatalogPeer {
  const changes = { version: version(updatedAt) }
  const at = Number(rttAt)
  const self = name === 'me'
  return {
    entry: entryOf(name, changes),
    signed: signedOf(name, changes),
    self,
    source: self ? 'self' : 'gossip',
    firstSeen: 0,
    lastSeen: 0,
    rtt: rttAt === undefined ? null : { srtt: at, rttvar: 0, last: at, at },
  }
}

/**
 * An item from words: `put ann 3`, `put ann 3 rtt 20`, `remove ann`, `hide ann`, `connected ann`, `disconnected ann`, or an
 * event: `discovered ann 3`, `updated ann 3`, `departed ann graceful`, `up ann`, `down ann`, `synced ann`, `sync failed ann`,
 * `dial failed ann`, `left`.
 */
function untold(words: string): Untold {
  const event = (event: DiscoveryEvent): Untold => ({ kind: 'event', event })
  const [kind = '', name = '', what = '', , rttAt] = words.replace('failed', '').split(/ +/)
  const peerId = idOf(name)
  const entry = { peerId, source: 'gossip', version: version(what), tags: [], addresses: [] } as const
  switch (kind) {
    case 'put':
      return { kind, peer: catalogPeer(name, what, rttAt) }
    case 'remove':
    case 'hide':
      return { kind: 'remove', peerId, version: version('0'), hidden: kind === 'hide' }
    case 'connected':
    case 'disconnected':
      return { kind, peerId }
    case 'discovered':
      return event({ kind: 'PeerDiscovered', ...entry })
    case 'updated':
      return event({ kind: 'PeerUpdated', ...entry, changed: [] })
    case 'departed':
      return event({ kind: 'PeerDeparted', peerId, reason: what as DepartureReason, version: version('0') })
    case 'up':
      return event({ kind: 'NeighborUp', peerId })
    case 'down':
      return event({ kind: 'NeighborDown', peerId })
    case 'synced':
      return event({ kind: 'SyncCompleted', peerId, received: 0, sent: 0, bytes: 0, durationMs: 0 })
    case 'sync':
      return event({ kind: 'SyncFailed', peerId, reason: 'refused', retryInMs: null })
    case 'dial':
      return event({ kind: 'DialFailed', target: name, reason: 'refused' })
    case 'left':
      return event({ kind: 'NetworkLeft', networkId: NETWORK })
    default:
      throw new Error(`no such item: ${words}`)
  }
}

/** The item at that time. */
export function toldAt(words: string, at: number, seq = at): Told {
  return { ...untold(words), seq, at }
}

/** An effect in words. */
function said(effect: Effect): string {
  const names = (ids: readonly PeerId[]): string => `[${ids.map(nameOf).join(' ')}]`
  switch (effect.do) {
    case 'log':
      return `log ${effect.event.kind} at ${effect.at}`
    case 'show': {
      const { row } = effect
      const flags = [row.neighbor ? ' neighbor' : '', row.connected ? ' connected' : ''].join('')
      return `show ${nameOf(row.peerId)} ${row.version.updatedAt} ${row.state}${flags}`
    }
    case 'keep':
      return `keep ${nameOf(effect.peer.peerId)} ${effect.peer.version.updatedAt} ${effect.peer.state}`
    case 'keep rtt':
      return `keep rtt ${nameOf(effect.peerId)} ${effect.ms} at ${effect.at}`
    case 'keep version':
    case 'open session':
      return `${effect.do} ${nameOf(effect.peerId)} ${effect.version.updatedAt} at ${effect.at} by ${effect.source}`
    case 'close session':
      return `close session ${nameOf(effect.peerId)} at ${effect.at} ${effect.reason}`
    case 'mark gone':
      return `mark gone ${nameOf(effect.peerId)} ${effect.state} ${effect.reason}`
    case 'own links':
      return `own links ${names(effect.neighbors)} ${names(effect.connected)}`
    case 'show connection':
      return `show ${nameOf(effect.peerId)} ${effect.connected ? 'connected' : 'disconnected'}`
    case 'status':
    case 'move sessions':
      return effect.do
    case 'hide':
    case 'holds':
    case 'forget links':
      return `${effect.do} ${nameOf(effect.peerId)}`
  }
}

/**
 * Does each step and gives the effects of those after `|`, or of all, in words. Steps are items, which come at 10, 20, …; `due`, `due 1` for so many rows;
 * `end`; `begin`, `begin ann 3` with that peer, our neighbor and connected.
 */
export function play(state: SessionState, steps: readonly string[]): string[] {
  const effects = steps.map((step, index) => {
    if (step === '|') return []
    const [kind, name, what = ''] = step.split(' ')
    if (kind === 'due') return due(state, name === undefined ? Infinity : Number(name)).map(said)
    if (kind === 'end') return end(state, null).map(said)
    if (kind !== 'begin') return take(state, toldAt(step, 10 * (index + 1))).map(said)
    const links = name === undefined ? [] : [idOf(name)]
    const peers = name === undefined ? [] : [catalogPeer(name, what)]
    return begin(state, { peers, neighbors: links, connected: links }).map(said)
  })
  return effects.slice(steps.indexOf('|') + 1).flat()
}
