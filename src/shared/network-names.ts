/** Spellings of a network's name: since names are normalised, some networks of earlier versions have names that lead to others. */
import type { NetworkId } from './ids.ts'
import { exactNetworkIdFrom, networkIdFrom } from './ids.ts'
import type { NetworkKind } from './network-kind.ts'
import { networkNameFrom } from './network-name.ts'

/** A network, with the name that it was joined by; null for one that was joined by its id. */
interface Named {
  readonly kind: NetworkKind
  readonly id: NetworkId
  readonly name: string | null
}

/** How names lead to the networks of a kind. */
interface Naming {
  /** Spellings that look the same are one name, which is kept in its normal form (rule ID1). */
  readonly normalises: boolean
  readonly nameFrom: (text: string) => string
  readonly idFrom: (name: string) => NetworkId
}

/** mosaik hashes a name exactly as it is written. */
export const NAMING: Readonly<Record<NetworkKind, Naming>> = {
  peerscope: { normalises: true, nameFrom: networkNameFrom, idFrom: networkIdFrom },
  mosaik: { normalises: false, nameFrom: (text) => text, idFrom: exactNetworkIdFrom },
}

/** What leads to exactly this network when it is typed or sent: its name, or its id where the name leads to another. */
export function nameOrId({ kind, id, name }: Named): string {
  return name !== null && leadsTo(kind, name, id) ? name : id
}

/**
 * Networks among those known whose names look like this one's, and that are others by their ids: of kinds that normalise
 * names. @param kind of the network that is named; null where it may be any
 */
export function otherSpellings<T extends Named>(
  nameOrIdText: string,
  kind: NetworkKind | null,
  known: readonly T[],
): readonly T[] {
  if (kind !== null && !NAMING[kind].normalises) return []
  return known.filter((one) => {
    const { normalises, nameFrom, idFrom } = NAMING[one.kind]
    const wanted = nameFrom(nameOrIdText)
    if (!normalises || wanted === '' || one.name === null) return false
    return one.id !== idFrom(wanted) && nameFrom(one.name) === wanted
  })
}

/** That there is such another network, and how to get at it. */
export function spellingNote({ id, name }: Named): string {
  return `'${name ?? id}' is also stored in another spelling, which is another network with a history of its own: its id is ${id}`
}

function leadsTo(kind: NetworkKind, name: string, id: NetworkId): boolean {
  const { normalises, idFrom } = NAMING[kind]
  // A form or a link would change some of the names that count as they are written.
  const plain = networkNameFrom(name)
  return plain !== '' && (normalises || plain === name) && idFrom(name) === id
}
