/** That the network split, and the other island was taken for gone before they grew together again. Plain data, fit for IPC. */

/** A split that ended so. Times are milliseconds since the epoch. */
export interface Parted {
  /** When the network split, as it was seen first. */
  readonly splitAt: number
  /** When the others counted as gone, as far as they do. */
  readonly goneAt: number
  /** How many they were, without those that are back; of more than an event names, all of them until most are back. */
  readonly gone: number
}
