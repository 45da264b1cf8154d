import { andList } from '../../shared/and-list.ts'
import type { ReachabilityStatus } from '../../shared/reachability.ts'
import { reachedByOthers } from '../../shared/reachability.ts'
import { isLocal } from '../monitor/open-node.ts'

/** What is to be said of how others reach a node: nothing where that is as it was asked for. */
export function reachNotes(
  addresses: readonly string[],
  listen: readonly string[],
  { unheard }: Pick<ReachabilityStatus, 'unheard'>,
): string[] {
  const notes: string[] = []
  if (unheard.length > 0)
    notes.push(`nothing listens on ${andList(unheard)}: this machine has no such address, or the port is taken`)
  // Who listens on this machine only, or on nothing, asked for no more.
  if (listen.length > 0 && !isLocal(listen) && !reachedByOthers(addresses))
    notes.push('no address that others can reach was found: check the network connection of this machine')
  return notes
}
