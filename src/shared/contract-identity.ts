/** The contract's part about who we are to others. */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { output, peerId, text } from './contract-schemas.ts'
import type { PeerId } from './ids.ts'

/** Who we are to others. */
export interface Identity {
  /** Null before the first join: the key is made then. */
  readonly peerId: PeerId | null
  /** Where the key is: encrypted by the system's keychain, in the database, or only in memory. */
  readonly kept: 'keychain' | 'database' | 'memory'
}

/** A key as the user keeps it. Whoever has it can speak as this peer. */
export interface IdentityBackup {
  readonly peerId: PeerId
  /** 64 hex digits. */
  readonly secret: string
}

/** Calls about the identity that is kept; one that a run was started with is not touched. Reject with `IdentityLocked`. */
export const identityContract = {
  show: oc.output(output<Identity>()),
  /** The key itself, to be put away. Nothing else in the contract gives it. */
  backup: oc.output(output<IdentityBackup>()),
  /**
   * Keeps another key, which acts at the next join: that of a backup, or a new one for null. `replaces` is the peer id that
   * is given up, as shown: another one is refused, and so is a key that is none.
   */
  replace: oc.input(z.object({ replaces: peerId.nullable(), secret: text.nullable() })).output(output<Identity>()),
}
