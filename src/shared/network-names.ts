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

/** What leads to exactly this network when it is typed or sent: its name, or its id where the name leads to another. */
export function nameOrId({ kind, id, name }: Named): string {
  return name !== null && leadsTo(kind, name, id) ? name : id
}

/** Peerscope networks among those known whose names look like this one's, and that are others by their ids. */
export function otherSpellings<T extends Named>(nameOrIdText: string, known: readonly T[]): readonly T[] {
  const wanted = networkNameFrom(nameOrIdText)
  if (wanted === '') return []
  const id = networkIdFrom(wanted)
  return known.filter(
    (one) => one.kind === 'peerscope' && one.id !== id && one.name !== null && networkNameFrom(one.name) === wanted,
  )
}

/** That there is such another network, and how to get at it. */
export function spellingNote({ id, name }: Named): string {
  return `'${name ?? id}' is also stored in another spelling, which is another network with a history of its own: its id is ${id}`
}

function leadsTo(kind: NetworkKind, name: string, id: NetworkId): boolean {
  // mosaik hashes a name as it is written; a form or a link would change some names.
  if (kind === 'mosaik') return name !== '' && networkNameFrom(name) === name && exactNetworkIdFrom(name) === id
  return networkNameFrom(name) !== '' && networkIdFrom(name) === id
}
