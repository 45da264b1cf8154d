/** The verifiers of signatures that must agree: which one decides differs by machine and by how much there is to verify. */
import type { SignatureClaim, Signatures } from '../../src/main/discovery/ports.ts'
import { createSignatures } from '../../src/main/network/signatures.ts'
import type { LateVerifier } from '../../src/main/network/sodium.ts'
import { libsodium } from '../../src/main/network/sodium.ts'
import { verifierThread } from '../../src/main/network/verifier-thread.ts'

/** Nothing beside OpenSSL, as where there is no build of libsodium. */
export const OPENSSL: LateVerifier = { verify: null, load: () => undefined }

libsodium.load()

const threaded = createSignatures(OPENSSL, verifierThread)

export const VERIFIERS: readonly (readonly [string, Signatures])[] = [
  ['OpenSSL', createSignatures(OPENSSL, null)],
  ['libsodium', createSignatures(libsodium, null)],
  [
    'a thread',
    {
      ...threaded,
      verifyAll: async (claims, signal) => {
        // Before it is ready others verify.
        await verifierThread.verify([])
        return await threaded.verifyAll(claims, signal)
      },
    },
  ],
]

/** So many are always worth handing over. */
const MANY = 32

/** What is said of claims that come with so many others that a thread verifies them, where there is one. */
export async function verdictsOf(
  signatures: Signatures,
  claims: readonly SignatureClaim[],
): Promise<readonly boolean[]> {
  const [first] = claims
  const others = first === undefined ? [] : Array.from({ length: MANY }, () => first)
  const verdicts = await signatures.verifyAll([...claims, ...others], new AbortController().signal)
  return verdicts.slice(0, claims.length)
}
