import type { NetworkRef } from '../../shared/contract.ts'
import { networkIdFrom } from '../../shared/ids.ts'
import { networkNameFrom } from '../../shared/network-name.ts'

/** A network by what was typed: its name, or its id as 64 hex digits. @throws InvalidArgument */
export function networkRef(text: string): NetworkRef {
  const name = networkNameFrom(text)
  const id = networkIdFrom(name)
  return { id, name: name.toLowerCase() === id ? null : name }
}
