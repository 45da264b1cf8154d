import { InvalidArgument } from '../../../shared/errors.ts'
import type { NetworkKind } from '../../../shared/network-kind.ts'
import type { Dialect } from '../dialect.ts'
import { peerscope } from './peerscope/peerscope.ts'

const DIALECTS: Partial<Record<NetworkKind, Dialect>> = { peerscope }

/** How discovery speaks in a kind of network. @throws InvalidArgument for one that it does not speak */
export function dialectOf(kind: NetworkKind): Dialect {
  const dialect = DIALECTS[kind]
  if (dialect === undefined) throw new InvalidArgument(`networks of kind ${kind} are not supported`)
  return dialect
}
