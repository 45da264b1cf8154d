/** Rule PG4: answers to pings, in versions that their peers do not keep. */
import type { PeerEntry, Version } from '../../../shared/peer.ts'
import type { PeerRecord } from '../core/peers.ts'
import { newer } from '../entry/version.ts'

/** What an answer is to the catalog: of the run that it knows, of one that ended with a goodbye, or an entry like others. */
export type AnswerKind = 'known' | 'left' | 'entry'

type Known = Pick<PeerRecord, 'entry' | 'answered'>

/** The version that an entry must be newer than to be news, and that a goodbye must not be older than; null where none is. */
export function lastKept({ entry, answered }: Known): Version | null {
  if (entry === null) return null
  const { version } = entry.entry
  // An answer runs ahead of what its peer keeps: of that run nothing is known yet.
  return answered?.isEntry === true ? { startedAt: version.startedAt, updatedAt: 0 } : version
}

/** Whether an entry that its peer keeps is there: others may have it (rule SY2). */
export function isKept({ entry, answered }: Known): boolean {
  return entry !== null && answered?.isEntry !== true
}

/** Whether an answer of this version is of the run that the catalog knows by a signed entry. */
export function isOfKnownRun({ entry }: Known, version: Version): boolean {
  return entry !== null && entry.signed !== null && entry.entry.version.startedAt === version.startedAt
}

/** The entry that came into the catalog is an answer. */
export function markAnswer(record: PeerRecord, { version }: PeerEntry): void {
  record.answered = { version, isEntry: true }
}

/** Notes an answer of the run that is known: its peer was there then. */
export function noteAnswer(record: PeerRecord, version: Version): void {
  record.answered = { version: newer(record.answered?.version ?? version, version), isEntry: !isKept(record) }
}

/** An entry that its peer keeps came into the catalog: what it answered in this run counts on. */
export function noteKept(record: PeerRecord, { version }: PeerEntry): void {
  const { answered } = record
  if (answered !== null)
    record.answered = answered.version.startedAt === version.startedAt ? { ...answered, isEntry: false } : null
}

/** The newest version in which the peer was there: of its entry, or of an answer. */
export function lastAlive({ entry, answered }: Known): Version | null {
  if (entry === null) return null
  return answered === null ? entry.entry.version : newer(entry.entry.version, answered.version)
}
