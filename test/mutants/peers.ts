import type { Mutant } from './mutant.ts'

const CATALOG = 'src/main/discovery/catalog/catalog.ts'
const PURGE = 'src/main/discovery/catalog/purge.ts'
const RECORDS = 'src/main/discovery/core/peers.ts'
const PRESENCE = 'src/main/discovery/catalog/presence.ts'
const ENV = 'src/main/discovery/core/env.ts'
const REACTIONS = 'src/main/discovery/core/reactions.ts'
const VIEW = 'src/main/discovery/sync/catalog-view.ts'

/** The records of peers, and what of other rules the catalog keeps. */
export const PEERS: readonly Mutant[] = [
  {
    rule: 'RT3',
    name: 'known survivor: a slow peer is hidden from the catalog, and not from the changes',
    file: CATALOG,
    find: 'if (is) this.#changes.note(',
    replace: 'if (is || peer.rtt !== null) this.#changes.note(',
  },
  {
    rule: 'RT3',
    name: 'known survivor: a peer that turns slow does not leave the changes',
    file: CATALOG,
    find: 'else if (was) this.#noteRemoval(peer, true)',
    replace: '',
  },
  {
    rule: 'RT3',
    name: 'reads show slow peers',
    file: CATALOG,
    find: 'return peer.self || (this.isFresh(peer, now) && isFastEnough(peer.rtt, this.#config.maxRtt))',
    replace: 'return peer.self || this.isFresh(peer, now)',
  },
  {
    rule: 'RT4',
    name: 'a peer that left keeps its measurements for when it comes back',
    file: CATALOG,
    find: `firstSeen: before?.firstSeen ?? now,
      lastSeen: now,
      rtt: before?.rtt ?? null,`,
    replace: `firstSeen: before?.firstSeen ?? now,
      lastSeen: now,
      rtt: before?.rtt ?? this.#changes.flatMap((one) => one.kind === 'put' && one.peer.entry.peerId === peerId ? one.peer.rtt ?? [] : []).at(-1) ?? null,`,
  },
  {
    rule: 'WK6',
    name: 'the purge timer may be later than purgeAfter',
    file: PURGE,
    find: 'return Math.min(purgeAfter, Math.max(0, soonestExpiry + 1 - now))',
    replace: 'return Math.max(0, soonestExpiry + 1 - now)',
  },
  {
    rule: 'WK6',
    name: 'the purge timer goes off when nothing is stale yet',
    file: PURGE,
    find: 'soonestExpiry + 1 - now',
    replace: 'soonestExpiry - now',
  },
  {
    rule: 'WK6',
    name: 'the purge timer is set to purgeAfter, whatever expires before',
    file: PURGE,
    find: 'return Math.min(purgeAfter, Math.max(0, soonestExpiry + 1 - now))',
    replace: 'return purgeAfter',
  },
  {
    rule: 'WK7',
    name: 'a goodbye of an older version removes a peer from the catalog',
    file: CATALOG,
    find: 'if (compareVersions(known, version) > 0) return null',
    replace: '',
  },
  {
    rule: 'SY2',
    name: 'stale entries are sent in syncs',
    file: VIEW,
    find: 'return self || !isStale(entry, env.judgingNow(), env.config) ? signed : null',
    replace: 'return self || isStale(entry, 0, env.config) || entry !== null ? signed : null',
  },
  {
    rule: 'SY3',
    name: 'what a sync brings counts as brought by gossip',
    file: PRESENCE,
    find: "this.#offer(signed, 'sync', from, bringer)",
    replace: "this.#offer(signed, 'gossip', from, bringer)",
  },
  {
    rule: 'WK11',
    name: 'known survivor: what syncs send is judged by the clock that jumped',
    file: VIEW,
    find: '!isStale(entry, env.judgingNow(),',
    replace: '!isStale(entry, clock.now(),',
  },
  {
    rule: 'WK3',
    name: 'known survivor: a peer that comes back is taken for the one that left',
    file: RECORDS,
    find: 'return record.current',
    replace: 'return this.#records.has(record.peerId)',
  },
  {
    rule: 'WK3',
    name: 'a peer that departed while it is connected keeps its record',
    file: RECORDS,
    find: 'this.#drop(before)\n    const { connection } = before',
    replace: `if (before.connection !== null) {
      before.entry = null
      return
    }
    this.#drop(before)
    const { connection } = before`,
  },
  {
    rule: 'BD9',
    name: 'known survivor: a stranger that disconnects leaves its record',
    file: RECORDS,
    find: 'if (record.entry === null) this.#drop(record)',
    replace: '',
  },
  {
    rule: 'BD9',
    name: 'a peer that goes leaves its place among the syncs that are due',
    file: RECORDS,
    find: 'this.syncsDue.delete(record)',
    replace: '',
  },
  {
    rule: 'BD9',
    name: 'a peer that goes leaves its place among the probes that are due',
    file: RECORDS,
    find: 'this.probesDue.delete(record)',
    replace: '',
  },
  {
    rule: 'BD9',
    name: 'a peer that goes leaves its place in the expiry heap',
    file: CATALOG,
    find: 'this.#expiry.delete(peerId)',
    replace: '',
  },
  {
    rule: 'BD9',
    name: 'a peer that goes leaves its place among the unreached',
    file: CATALOG,
    find: 'this.#room.delete(record)\n    this.index.delete(peerId)',
    replace: 'this.index.delete(peerId)',
  },
  {
    rule: 'BD9',
    name: 'a peer that goes stays in the sync index',
    file: CATALOG,
    find: 'this.index.delete(peerId)',
    replace: '',
  },
  {
    rule: 'EV2',
    name: 'a refused entry is not told',
    file: ENV,
    find: "if (allowed) this.emit({ kind: 'EntryRejected',",
    replace: "if (!allowed) this.emit({ kind: 'EntryRejected',",
  },
  {
    rule: 'EV2',
    name: 'a refused entry does not tell how far its time is from ours',
    file: ENV,
    find: 'updatedAt === undefined ? null',
    replace: 'updatedAt !== undefined ? null',
  },
  {
    rule: 'ID5',
    name: 'an answer with an earlier start than is known is not told',
    file: PRESENCE,
    find: 'signed.entry.version.startedAt < known.startedAt',
    replace: 'signed.entry.version.startedAt > known.startedAt',
  },
  {
    rule: 'ID5',
    name: 'an announcement of an earlier run that goes on is not told',
    file: 'src/main/discovery/announce/announce.ts',
    find: "this.#presence.earlierStart(unverified.entry, 'gossip')",
    replace: '',
  },
  {
    rule: 'EV2',
    name: 'a refused entry is told without its reason',
    file: ENV,
    find: "this.emit({ kind: 'EntryRejected', peerId, reason, source,",
    replace: "this.emit({ kind: 'EntryRejected', peerId, reason: 'Rejected', source,",
  },
  {
    rule: 'WK3',
    name: 'all records have one incarnation',
    file: RECORDS,
    find: 'this.#incarnations += 1',
    replace: 'this.#incarnations = 1',
  },
  {
    rule: 'RT2',
    name: 'a peer that is known now is not probed',
    file: REACTIONS,
    find: 'this.#parts.prober.add(record)\n',
    replace: '\n',
  },
  {
    rule: 'RT2',
    name: 'no probe that runs is known',
    file: 'src/main/discovery/core/requests.ts',
    find: "request.purpose.for === 'probe' && request.purpose.record === record",
    replace: "request.purpose.for === 'dht' && request.record === record",
  },
  {
    rule: 'RT2',
    name: 'a probe whose peer waits for nothing is fine',
    file: 'src/main/discovery/core/probe-check.ts',
    find: '!peers.probesDue.has(record) && !probing(record)',
    replace: 'false',
  },
]
