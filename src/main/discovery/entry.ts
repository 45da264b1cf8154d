/** Signed entries for the rest of the program: what reads, checks and makes them. How they are made is in `entry/`. */
export type { UnverifiedEntry } from './entry/entry.ts'
export {
  parseSignedEntry,
  SIGNATURE_BYTES,
  SignedPeerEntry,
  signEntry,
  verifyEntries,
  verifyEntry,
} from './entry/entry.ts'
