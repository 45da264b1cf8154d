/** Showing, backing up and replacing the identity that is kept. The key is in no log line and in no error. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fromString, toString } from 'uint8arrays'
import type { Identity, IdentityBackup } from '../../shared/contract-identity.ts'
import { InvalidArgument, InvalidSecretKey } from '../../shared/errors.ts'
import { KEY_BYTES, peerIdOf } from '../../shared/ids.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { Random, Signatures } from '../discovery/ports.ts'
import { IDENTITY_FILE } from '../store/identity-file.ts'
import type { Store } from '../store/types.ts'

/** What the calls work on. */
export interface IdentityParts {
  readonly store: Pick<Store, 'loadSecret' | 'saveSecret' | 'status'>
  readonly dataDir: string | null
  readonly signatures: Pick<Signatures, 'publicKey'>
  readonly random: Random
}

/** @throws IdentityLocked */
export function showIdentity(parts: IdentityParts): Identity {
  const secret = parts.store.loadSecret()
  return { peerId: secret === null ? null : peerOf(parts, secret), kept: keptBy(parts) }
}

/** @throws IdentityLocked, InvalidArgument where there is none yet */
export function backupIdentity(parts: IdentityParts): IdentityBackup {
  const secret = parts.store.loadSecret()
  if (secret === null) throw new InvalidArgument('there is no identity yet: it is made when a network is joined first')
  return { peerId: peerOf(parts, secret), secret: toString(secret, 'hex') }
}

/**
 * @param replaces the peer id that is given up
 * @param text 64 hex digits, or null for a new key
 * @throws IdentityLocked, InvalidArgument, InvalidSecretKey
 */
export function replaceIdentity(parts: IdentityParts, replaces: PeerId | null, text: string | null): Identity {
  if (showIdentity(parts).peerId !== replaces) throw new InvalidArgument('the identity is another one by now')
  parts.store.saveSecret(text === null ? parts.random.bytes(KEY_BYTES) : secretFrom(text))
  return showIdentity(parts)
}

/** Only what a backup holds: a text that is hashed into a key would hide a typing error. */
function secretFrom(text: string): Uint8Array {
  const digits = text.trim().toLowerCase()
  if (!/^[0-9a-f]{64}$/.test(digits)) throw new InvalidSecretKey('a backed-up identity has 64 hex digits')
  return fromString(digits, 'hex')
}

function peerOf({ signatures }: IdentityParts, secret: Uint8Array): PeerId {
  return peerIdOf(signatures.publicKey(secret))
}

function keptBy({ store, dataDir }: IdentityParts): Identity['kept'] {
  if (dataDir === null || store.status().state !== 'ok') return 'memory'
  return existsSync(join(dataDir, IDENTITY_FILE)) ? 'keychain' : 'database'
}
