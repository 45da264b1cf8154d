import type { NetworkRef } from '../../shared/contract.ts'
import type { NetworkKind } from '../../shared/network-kind.ts'
import { NAMING } from '../../shared/network-names.ts'

/**
 * A network by its kind and what was typed: its name, or its id as 64 hex digits.
 * @throws InvalidArgument
 */
export function networkRef(text: string, kind: NetworkKind): NetworkRef {
  const { nameFrom, idFrom } = NAMING[kind]
  const name = nameFrom(text)
  const id = idFrom(name)
  return { kind, id, name: name.toLowerCase() === id ? null : name }
}
