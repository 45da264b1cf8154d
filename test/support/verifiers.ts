/** The verifiers of signatures that must agree: which one decides differs by machine and by how much there is to verify. */
import { Cancelled } from '../../src/shared/errors.ts'
import type { SignatureClaim, Signatures } from '../../src/main/discovery/ports.ts'
import { createSignatures } from '../../src/main/network/signatures.ts'
import type { LateVerifier } from '../../src/main/network/sodium.ts'
import { libsodium } from '../../src/main/network/sodium.ts'
import { verifierThread } from '../../src/main/network/verifier-thread.ts'

/** Nothing beside OpenSSL, as where there is no build of libsodium. */
export const OPENSSL: LateVerifier = { verify: null, load: () => undefined }

// Where they are missing others would verify in their place, and agree with themselves.
libsodium.load()
if (libsodium.verify === null) throw new Error('libsodium is not there')

export const VERIFIERS: readonly (readonly [string, Signatures])[] = [
  ['OpenSSL', createSignatures(OPENSSL, null)],
  ['libsodium', createSignatures(libsodium, null)],
  ['a thread', { ...createSignatures(OPENSSL, null), verifyAll: verifyInThread }],
]

async function verifyInThread(claims: readonly SignatureClaim[], signal: AbortSignal): Promise<readonly boolean[]> {
  const verdicts = await verifierThread.verify(claims)
  if (verdicts === null) throw new Error('there is no thread')
  if (signal.aborted) throw new Cancelled('the verification was cancelled')
  return verdicts
}

/** From so many at once on libsodium verifies them, where it is there. */
const MANY = 16

/** What is said of claims that come with as many others. */
export async function verdictsOf(
  signatures: Signatures,
  claims: readonly SignatureClaim[],
): Promise<readonly boolean[]> {
  const [first] = claims
  const others = first === undefined ? [] : Array.from({ length: MANY }, () => first)
  const verdicts = await signatures.verifyAll([...claims, ...others], new AbortController().signal)
  return verdicts.slice(0, claims.length)
}
