/** Pictures of a shared moment, one change after the other. */
import type { PeerId } from '../../../shared/ids.ts'
import type { Edge, PeerRow } from '../../../shared/peer.ts'
import { edgeKey } from '../../../shared/peer.ts'
import type { Run } from '../insight/runs.ts'
import { turn } from '../turns.ts'
import type { MomentLine } from './moment-lines.ts'

/** Changes that are applied before others have a turn. */
export const CHANGES_AT_ONCE = 200

/** What changed at once. */
export type Change = Extract<MomentLine, { kind: 'change' }>

/** A picture, and how many changes are in it. */
export class Cursor {
  readonly rows: Map<PeerId, PeerRow>
  readonly edges: Map<string, Edge>
  next = 0
  at = -Infinity

  constructor(rows: ReadonlyMap<PeerId, PeerRow>, edges: ReadonlyMap<string, Edge>) {
    this.rows = new Map(rows)
    this.edges = new Map(edges)
  }

  apply({ at, rows, gone, edges, edgesGone }: Change): void {
    this.at = at
    for (const row of rows) {
      const before = this.rows.get(row.peerId)
      const after = before === undefined ? wholeRow(row) : { ...before, ...row }
      if (after !== null) this.rows.set(row.peerId, after)
    }
    for (const peerId of gone) this.rows.delete(peerId)
    for (const edge of edges) this.edges.set(edgeKey(edge), edge)
    for (const edge of edgesGone) this.edges.delete(edgeKey(edge))
    this.next += 1
  }
}

/** Fields of a row: a line's shape allows no others. */
const FIELDS = 18

/** A row that nothing was known of before; null where it does not say all. */
function wholeRow(row: Partial<PeerRow>): PeerRow | null {
  return Object.keys(row).length === FIELDS ? (row as PeerRow) : null
}

/** When nothing was shown, in the order of time. In turns. @param cursor before all changes */
export async function gapsIn(cursor: Cursor, changes: readonly Change[]): Promise<readonly Run[]> {
  const gaps: Run[] = []
  let since = cursor.rows.size === 0 ? -Infinity : null
  for (const change of changes) {
    cursor.apply(change)
    if (cursor.next % CHANGES_AT_ONCE === 0) await turn()
    if (cursor.rows.size === 0) since ??= change.at
    else if (since !== null) {
      gaps.push({ from: since, to: change.at })
      since = null
    }
  }
  return since === null ? gaps : [...gaps, { from: since, to: Infinity }]
}
