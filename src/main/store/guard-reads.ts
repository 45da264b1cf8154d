import type { Reader, StoreReads } from './reader.ts'

/** The reads of a store, each through `read`, which decides on which database it runs and what becomes of its errors. */
export function guardReads(read: <T>(what: (reader: Reader) => T) => T): StoreReads {
  return {
    getSetting: (key) => read((reader) => reader.getSetting(key)),
    recentNetworks: () => read((reader) => reader.recentNetworks()),
    peersPage: (networkKey, after, limit) => read((reader) => reader.peersPage(networkKey, after, limit)),
    peers: (networkKey) => read((reader) => reader.peers(networkKey)),
    peer: (networkKey, peerId) => read((reader) => reader.peer(networkKey, peerId)),
    versionsOf: (networkKey, peerId) => read((reader) => reader.versionsOf(networkKey, peerId)),
    rttSamplesOf: (...which) => read((reader) => reader.rttSamplesOf(...which)),
    eventsPage: (query) => read((reader) => reader.eventsPage(query)),
    eventsAfter: (query) => read((reader) => reader.eventsAfter(query)),
    sessionsPage: (query) => read((reader) => reader.sessionsPage(query)),
    openedAfter: () => read((reader) => reader.openedAfter()),
    firstEventAt: (networkKey) => read((reader) => reader.firstEventAt(networkKey)),
    lastEventAt: (networkKey) => read((reader) => reader.lastEventAt(networkKey)),
    lastWrittenAt: (networkKey) => read((reader) => reader.lastWrittenAt(networkKey)),
    lastDelayAt: (networkKey, by) => read((reader) => reader.health.lastDelayAt(networkKey, by)),
    lastSeqAt: (networkKey, at) => read((reader) => reader.lastSeqAt(networkKey, at)),
    clockOf: (networkKey) => read((reader) => reader.clockOf(networkKey)),
    eventCounts: (networkKey, after, until) => read((reader) => reader.eventCounts(networkKey, after, until)),
    catalogAt: (networkKey, at) => inSteps(read, (reader) => reader.catalogAt(networkKey, at)),
    presentAt: (networkKey, at, among) => inSteps(read, (reader) => reader.past.countAt(networkKey, at, among)),
    countSteps: (networkKey, moments, among) =>
      inSteps(read, (reader) => reader.past.countsAt(networkKey, moments, among)),
    presenceSteps: (span, make) => inSteps(read, (reader) => reader.health.presences(span, make)),
    sampleSteps: (span, make) => inSteps(read, (reader) => reader.health.samples(span, make)),
    delaySteps: (span, make) => inSteps(read, (reader) => reader.health.delays(span, make)),
    journalPlace: (networkKey, at) => read((reader) => reader.journal.place(networkKey, at)),
    journalClock: (networkKey) => read((reader) => reader.journal.clock(networkKey)),
    journalPart: (networkKey, from, to) => read((reader) => reader.journal.part(networkKey, from, to)),
    note: (networkKey, peerId) => read((reader) => reader.note(networkKey, peerId)),
    notes: (networkKey) => read((reader) => reader.notes(networkKey)),
    topologies: (networkKey) => read((reader) => reader.topologies(networkKey)),
    topology: (networkKey, id) => read((reader) => resultOf(reader.topologySteps(networkKey, id))),
    topologySteps: (networkKey, id) => inSteps(read, (reader) => reader.topologySteps(networkKey, id)),
    search: (networkKey, text, options) => read((reader) => reader.search(networkKey, text, options)),
    eventsNaming: (query) => read((reader) => reader.eventsNaming(query)),
    stats: (networkKey) => read((reader) => resultOf(reader.statsSteps(networkKey))),
    statsSteps: (networkKey) => inSteps(read, (reader) => reader.statsSteps(networkKey)),
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
