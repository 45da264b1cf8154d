import type { NetworkKind } from '../../../shared/network-kind.ts'
import type { Dialect } from '../dialect.ts'
import { mosaik } from './mosaik/mosaik.ts'
import { peerscope } from './peerscope/peerscope.ts'

const DIALECTS: Readonly<Record<NetworkKind, Dialect>> = { peerscope, mosaik }

/** How discovery speaks in a kind of network. */
export function dialectOf(kind: NetworkKind): Dialect {
  return DIALECTS[kind]
}
