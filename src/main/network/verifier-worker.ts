/** A thread that verifies signatures for `VerifierThread`. An entry of its own in the bundle (electron.vite.config.ts). */
import { parentPort, workerData } from 'node:worker_threads'
import { packedClaims } from './claims.ts'
import { libsodium } from './sodium.ts'
import { isStrict } from './strict-ed25519.ts'

libsodium.load()
const { verify } = libsodium
// Without it the thread ends, and that says so.
if (parentPort !== null && verify !== null) {
  const port = parentPort
  const done = workerData as Int32Array
  port.on('message', (packed: Uint8Array) => {
    const verdicts = Array.from(packedClaims(packed), (claim) =>
      isStrict(claim) && verify(claim.signature, claim.message, claim.publicKey) ? 1 : 0,
    )
    Atomics.add(done, 0, 1)
    port.postMessage(Uint8Array.from(verdicts), [])
  })
  port.postMessage('ready', [])
}
