/**
 * Rules without a mutant for now: their code is in the parts of discovery that become a machine (driver, connections, syncs,
 * announcing, probes, presence). With each comes what is to be broken once it is there, and who should notice. A rule leaves
 * this list when its mutants are added; an empty list can be deleted.
 */
export const PENDING: Readonly<Record<string, string>> = {
  ID5: 'a clash is told each time, or never; an entry of an earlier run is a clash (announce.test, late.test)',
  AN2: 'no broadcast on a change; no greeting; greetings without the pause of 2 s; no periodic one (announce.test)',
  AN3: 'nothing waits without a neighbor; all versions wait (announce.test)',
  AN6: 'no goodbye; no wait; no goodbye over connections alone; newer versions after it (announce.test)',
  AN7: 'nobody is dialed when the last neighbor goes; all are; not at random (connections.test)',
  AN8: 'a peer that is learned of is not dialed while alone; is dialed with neighbors too (connections.test)',
  AN9: 'each number: at least 4, aims at 6, at most 64, idle after 60 s (connections.test)',
  AN10: 'known survivor: a goodbye, or ghosts, push a given address out; backoff; lists of 64, 64 and 256 (places.test)',
  AN11: 'closed after one or three pings without an answer, or never; not in a row (connections.test)',
  AN12: 'no further sync; every 60 s; also with neighbors (places.test)',
  SY6: 'a second request does not join; both begin; the larger id goes on; a refusal is a failure (syncs.test, places.test)',
  SY7: 'resolves before it is merged; an abort waits, or ends it for others (syncs.test, late.test)',
  PG1: 'the old version is the answer; each is signed anew above 100 a second (probes.test, bounds.test)',
  PG3: 'eight or twelve pings a second (probes.test)',
  HD1: 'each method that does nothing, or more than it says (lifecycle.test)',
  HD2: 'the change is made before its turn; a version grows for nothing (lifecycle.test)',
  WK1: 'something runs, or is told, before the node is online; the entry has no addresses then (lifecycle.test)',
  WK2: 'new addresses are not announced (announce.test)',
  WK4: 'not all are dialed; not whatever they are; not kept; failures are no events (places.test, lifecycle.test)',
  WK8: 'two goodbyes; timers or syncs go on; the node is not stopped (lifecycle.test)',
  BD3: 'each rate of gossip, one larger and one smaller; each that is not asked for (gossip-limits.test)',
  BD4: 'each number; what is rejected is no offence; who is shunned is served (gossip-limits.test, bounds.test)',
  BD7: 'rate, burst and bound of inbound syncs; patience of 2 s; who makes room (bounds.test)',
  BS2: 'each number: 64 places, four at once, a minute, four neighbors (warm-start.test)',
  BS3: 'each number: 30 s, twice as long, 10 min; rounds with a neighbor (warm-start.test)',
  EV1: 'each reason taken for another; no event (lifecycle.test, connections.test, places.test, announce.test)',
}
