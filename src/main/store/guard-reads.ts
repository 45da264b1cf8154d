import type { Reader, StoreReads } from './reader.ts'

/** The reads of a store, each through `read`, which decides on which database it runs and what becomes of its errors. */
export function guardReads(read: <T>(what: (reader: Reader) => T) => T): StoreReads {
  return {
    getSetting: (key) => read((reader) => reader.getSetting(key)),
    recentNetworks: () => read((reader) => reader.recentNetworks()),
    peersPage: (networkId, after, limit) => read((reader) => reader.peersPage(networkId, after, limit)),
    peers: (networkId) => read((reader) => reader.peers(networkId)),
    peer: (networkId, peerId) => read((reader) => reader.peer(networkId, peerId)),
    versionsOf: (networkId, peerId) => read((reader) => reader.versionsOf(networkId, peerId)),
    rttSamplesOf: (networkId, peerId) => read((reader) => reader.rttSamplesOf(networkId, peerId)),
    eventsPage: (query) => read((reader) => reader.eventsPage(query)),
    eventsAfter: (query) => read((reader) => reader.eventsAfter(query)),
    sessionsPage: (query) => read((reader) => reader.sessionsPage(query)),
    firstEventAt: (networkId) => read((reader) => reader.firstEventAt(networkId)),
    lastEventAt: (networkId) => read((reader) => reader.lastEventAt(networkId)),
    lastSeqAt: (networkId, at) => read((reader) => reader.lastSeqAt(networkId, at)),
    eventCounts: (networkId, after, until) => read((reader) => reader.eventCounts(networkId, after, until)),
    catalogAt: (networkId, at) => inSteps(read, (reader) => reader.catalogAt(networkId, at)),
    note: (networkId, peerId) => read((reader) => reader.note(networkId, peerId)),
    notes: (networkId) => read((reader) => reader.notes(networkId)),
    topologies: (networkId) => read((reader) => reader.topologies(networkId)),
    topology: (networkId, id) => read((reader) => resultOf(reader.topologySteps(networkId, id))),
    topologySteps: (networkId, id) => inSteps(read, (reader) => reader.topologySteps(networkId, id)),
    search: (networkId, text, options) => read((reader) => reader.search(networkId, text, options)),
    stats: (networkId) => read((reader) => resultOf(reader.statsSteps(networkId))),
    statsSteps: (networkId) => inSteps(read, (reader) => reader.statsSteps(networkId)),
  }
}

/** All steps at once. */
export function resultOf<T>(steps: Iterator<void, T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** A read in steps, each of them through `read`. */
function* inSteps<T>(
  read: <R>(what: (reader: Reader) => R) => R,
  begin: (reader: Reader) => Iterator<void, T>,
): Generator<void, T> {
  let from: Reader | null = null
  let steps: Iterator<void, T> | null = null
  for (;;) {
    const step = read((reader) => {
      // Where the database was replaced between two steps they begin again in the new one.
      if (steps === null || from !== reader) steps = begin(reader)
      from = reader
      return steps.next()
    })
    if (step.done === true) return step.value
    yield
  }
}
