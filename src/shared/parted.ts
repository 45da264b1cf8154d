/** That the network split, and the other island was taken for gone before they grew together again. Plain data, fit for IPC. */

/** A split that ended so. Times are milliseconds since the epoch. */
export interface Parted {
  /** When the network split, as it was seen first. */
  readonly splitAt: number
  /** When the last of them was taken for gone, as far as that is known; the moment asked about while the split goes on. */
  readonly goneAt: number
  /** How many they were, without those that are back; of more than an event names, all of them until most are back. */
  readonly gone: number
  /** Of how many of them no link was known when it split: they were heard of until about then, and not since. */
  readonly unlinked: number
  /** Whether it only looked split, since the others ended, rather than being cut off. */
  readonly ended: boolean
}

/**
 * Up to when that is told in the log: an event says so only once it has lasted for 20 s, which is looked at every ten. Milliseconds since the epoch.
 */
export const toldBy = ({ goneAt }: Pick<Parted, 'goneAt'>): number => goneAt + 45_000
