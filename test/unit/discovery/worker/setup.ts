/** What tests of whole nodes begin with. */
import type { SimNode } from '../../../sim/network.ts'

/** Nothing happens by itself within an hour. */
export const QUIET = {
  announceInterval: 3_600_000,
  rttProbeInterval: 3_600_000,
  rttDialInterval: 3_600_000,
  purgeAfter: 86_400_000,
}

/** How many events of a kind a node has told. */
export function count(node: SimNode, kind: string): number {
  return node.events.filter((event) => event.kind === kind).length
}

/** The node at an index that must be there. */
export function at(nodes: readonly SimNode[], index: number): SimNode {
  const node = nodes[index]
  if (node === undefined) throw new Error('no such node')
  return node
}
