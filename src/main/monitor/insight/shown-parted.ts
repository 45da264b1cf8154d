/** What is shown of a split whose other island was taken for gone. */
import type { Parted } from '../../../shared/parted.ts'
import type { PartedTold } from './parted.ts'
import type { NetworkSource } from './why-facts.ts'
import { networkFacts, partedBegin } from './why-facts.ts'
import { endedRather } from './why-split.ts'

/** The log as of a moment, and who was shown in it. */
export type PartedSource = Pick<NetworkSource, 'store' | 'networkKey' | 'rows' | 'status' | 'purgeAfterMs' | 'now'>

/** As it is said of the network: where the others ended, it only looked split. */
export function shownParted(found: PartedTold | null, source: PartedSource): Parted | null {
  if (found === null) return null
  const { splitAt, goneAt, gone } = found
  const around = { ...source, state: 'online', islands: null, apart: found.apart, logFrom: -Infinity } as const
  return { splitAt, goneAt, gone, ended: endedRather(networkFacts(around, partedBegin(found))) !== null }
}
