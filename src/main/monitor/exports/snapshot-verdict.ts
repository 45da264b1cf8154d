/** What reading a snapshot comes to, and how its lines are read whatever is wrong with them. */
import type { NetworkRef } from '../../../shared/contract.ts'
import { PeerscopeError } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { isPeerId } from '../../../shared/ids.ts'
import type { MomentSpan } from '../../../shared/reports.ts'
import { checkedLine } from './snapshot.ts'

/** Something that is wrong with a snapshot. */
export interface SnapshotFault {
  /** From 1; null where the whole file is meant. */
  readonly line: number | null
  readonly peerId: PeerId | null
  readonly what: string
}

/** What came of checking a snapshot. */
export interface SnapshotVerdict {
  /** True when every signature holds, the seal included. */
  readonly ok: boolean
  readonly network: NetworkRef | null
  readonly by: PeerId | null
  readonly createdAt: number | null
  readonly filter: string
  /** The moment that was shared; null in a snapshot of the catalog. */
  readonly moment: (MomentSpan & { readonly events: number }) | null
  readonly peers: number
  readonly unsigned: number
  /** The first hundred. */
  readonly faults: readonly SnapshotFault[]
  readonly faultCount: number
}

/** A line's JSON; a sum that does not hold is added to `faults`, and the line read all the same. */
export function parsed(line: string, faults: string[]): unknown {
  try {
    return JSON.parse(checkedLine(line))
  } catch (error) {
    faults.push(error instanceof PeerscopeError ? error.message : 'the line is not JSON')
    return parsedJson(line)
  }
}

/** The same where no sum is looked at; null for what is not JSON. */
export function parsedJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

/** The peer that a damaged line speaks of, as far as can be told. */
export function peerNamed(line: string): PeerId | null {
  const [, id = ''] = /"peerId":"([^"]{20,80})"/.exec(line) ?? []
  try {
    return isPeerId(id) ? id : null
  } catch {
    return null
  }
}
