import { createPrivateKey, createPublicKey, sign as signWith, verify as verifyWith } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { getPublicKey, hashes, Point } from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'
import { Cancelled, InvalidSecretKey } from '../../shared/errors.ts'
import { RecentMap } from '../../shared/recent-map.ts'
import type { SignatureClaim, Signatures } from '../discovery/ports.ts'
import { SharedTurn } from './shared-turn.ts'
import type { LateVerifier } from './sodium.ts'
import { libsodium } from './sodium.ts'
import { isStrict } from './strict-ed25519.ts'
import type { VerifierThread } from './verifier-thread.ts'
import { verifierThread } from './verifier-thread.ts'

hashes.sha512 = sha512

/** DER head of an Ed25519 SubjectPublicKeyInfo, as base64 of its 12 bytes; the 32 key bytes follow. */
const SPKI_HEAD = 'MCowBQYDK2VwAyEA'
/** DER head of an Ed25519 PKCS #8 key (RFC 8410); the 32 bytes of the secret follow. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')
/** Imported keys that are kept where so many are in use, each about a kilobyte, and for how long, milliseconds. */
const KEYS_KEPT = [16_384, 300_000] as const
/** Verifications under way at once in the thread pool: both cores busy, the queue short. */
const PARALLEL = 16
/** From so many at once on, or after so many one by one, libsodium is worth its loading. */
const MANY = 16
/** After so many that came in lots a thread is worth its start, and where it runs lots of so many are worth handing over. */
const MANY_FOR_THREAD = 2048
const SOME = 4
/** Verified by libsodium in one turn of this thread, for all nodes and syncs of the process: about 4 ms (rule SY5). */
const TURN = new SharedTurn(64)

let prepared = false

/**
 * Builds the tables that the first key of a process needs: tens of milliseconds in one task, which noble cannot
 * do in steps. So it belongs where nobody waits. Does nothing the second time.
 */
export function prepareSignatures(): void {
  if (prepared) return
  Point.BASE.multiply(2n)
  prepared = true
}

/**
 * The Signatures port. Makes keys with @noble/ed25519; signs with OpenSSL, ten times faster, and verifies with OpenSSL or, where
 * there is much to verify, libsodium. Signatures are the same with all (RFC 8032). A check refuses what implementations disagree
 * about (isStrict), so that every path gives the verdict of docs/protocol.md, EN4.
 * @param fast what verifies instead of OpenSSL once it is loaded
 * @param thread what verifies many at once
 */
export function createSignatures(
  fast: LateVerifier = libsodium,
  thread: VerifierThread | null = verifierThread,
): Signatures {
  const keys = new RecentMap<string, KeyObject>(...KEYS_KEPT)

  const keyOf = (publicKey: Uint8Array): KeyObject => {
    const name = Buffer.from(publicKey).toString('base64')
    const known = keys.get(name)
    if (known !== undefined) return known
    // As text it takes a third of the time: of an object Node first tries whether it is a key, by two errors.
    const key = createPublicKey(`-----BEGIN PUBLIC KEY-----\n${SPKI_HEAD}${name}\n-----END PUBLIC KEY-----\n`)
    keys.set(name, key)
    return key
  }

  // Of the secret that signed last: a node has one, and its public key takes a millisecond to make.
  let last: { readonly secret: Buffer; readonly key: KeyObject; publicKey: Uint8Array | null } | null = null
  const signerOf = (secret: Uint8Array): KeyObject => {
    if (last?.secret.equals(secret) !== true) {
      const key = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, secret]), format: 'der', type: 'pkcs8' })
      last = { secret: Buffer.from(secret), key, publicKey: null }
    }
    return last.key
  }
  const publicKeyOf = (secret: Uint8Array): Uint8Array => {
    if (last?.secret.equals(secret) !== true) return getPublicKey(secret)
    last.publicKey ??= getPublicKey(secret)
    return Uint8Array.from(last.publicKey)
  }

  let verified = 0
  let inLots = 0
  const verifyNow = (claim: SignatureClaim): boolean => {
    if (!isStrict(claim)) return false
    if (++verified === MANY) fast.load()
    const { signature, message, publicKey } = claim
    try {
      return fast.verify?.(signature, message, publicKey) ?? verifyWith(null, message, keyOf(publicKey), signature)
    } catch {
      return false
    }
  }

  const verifyInPool = (claim: SignatureClaim): Promise<boolean> =>
    new Promise((resolve) => {
      if (!isStrict(claim)) return resolve(false)
      try {
        verifyWith(null, claim.message, keyOf(claim.publicKey), claim.signature, (error, good) =>
          resolve(error === null && good),
        )
      } catch {
        resolve(false)
      }
      return undefined
    })

  return {
    publicKey: (secret) => publicKeyOf(expectSecret(secret)),
    sign: (secret, message) => Uint8Array.from(signWith(null, message, signerOf(expectSecret(secret)))),
    verify: verifyNow,
    expectMany: () => thread?.start(),
    verifyAll: async (claims, signal) => {
      const expectWanted = (): void => {
        if (signal.aborted) throw new Cancelled('the verification was cancelled')
      }
      expectWanted()
      inLots += claims.length
      if (inLots >= MANY_FOR_THREAD) {
        inLots = 0
        thread?.start()
      }
      if (claims.length >= SOME && thread?.free === true) {
        const verdicts = await thread.verify(claims)
        expectWanted()
        if (verdicts !== null) return verdicts
      }
      if (claims.length >= MANY) fast.load()
      if (fast.verify !== null) {
        const verdicts: boolean[] = []
        for (const claim of claims) {
          for (let wait = TURN.take(); wait !== null; wait = TURN.take()) await wait
          expectWanted()
          verdicts.push(verifyNow(claim))
        }
        return verdicts
      }
      const verdicts = Array.from({ length: claims.length }, () => false)
      let next = 0
      const work = async (): Promise<void> => {
        for (let index = next++; index < claims.length; index = next++) {
          const claim = claims[index]
          if (claim !== undefined) verdicts[index] = await verifyInPool(claim)
          expectWanted()
        }
      }
      await Promise.all(Array.from({ length: Math.min(PARALLEL, claims.length) }, work))
      return verdicts
    },
  }
}

function expectSecret(secret: Uint8Array): Uint8Array {
  if (secret.length !== 32) throw new InvalidSecretKey(`a secret key has 32 bytes, not ${secret.length}`)
  return secret
}
