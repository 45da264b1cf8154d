/** The verifiers of signatures that must agree: which one decides differs by machine and by how much there is to verify. */
import type { LateVerifier } from '../../src/main/network/sodium.ts'
import { libsodium } from '../../src/main/network/sodium.ts'

/** Nothing beside OpenSSL, as where there is no build of libsodium. */
export const OPENSSL: LateVerifier = { verify: null, load: () => Promise.resolve() }

await libsodium.load()

export const VERIFIERS = [
  ['OpenSSL', OPENSSL],
  ['libsodium', libsodium],
] as const
