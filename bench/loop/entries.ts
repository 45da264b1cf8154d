/** The network of the benchmark: peers that sign for themselves, and whose addresses nobody listens on. */
import { createHash, createPrivateKey, sign as signWith } from 'node:crypto'
import { networkIdFrom, peerIdOf } from '../../src/shared/ids.ts'
import { peerscope } from '../../src/main/discovery/dialects/peerscope/peerscope.ts'
import type { SignedPeerEntry } from '../../src/main/discovery/entry.ts'
import { signEntry } from '../../src/main/discovery/entry.ts'
import type { Signatures } from '../../src/main/discovery/ports.ts'
import { createSignatures } from '../../src/main/network/signatures.ts'

/** The network's name. */
export const NETWORK_NAME = 'bench-loop'
const NETWORK = networkIdFrom(NETWORK_NAME)
/** DER head of an Ed25519 private key; the 32 secret bytes follow. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')
/** A port of this machine that refuses. */
const NOBODY = 9

/** Signs as OpenSSL does, since making the entries is not what is measured. */
const quickSignatures: Signatures = {
  ...createSignatures(),
  sign: (secret, message) =>
    signWith(
      null,
      message,
      createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, secret]), format: 'der', type: 'pkcs8' }),
    ),
}

/** The secret of the so-many-th peer. */
export function secretOf(index: number): Uint8Array {
  return Uint8Array.from(createHash('sha256').update(`peerscope bench loop ${index}`).digest())
}

/** Its entry, updated at `at`, milliseconds since the epoch. */
export function entryOf(index: number, at: number): SignedPeerEntry {
  const secret = secretOf(index)
  const host = `127.${1 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`
  const roles = ['beacon', 'relay-less', 'archive', 'worker']
  return signEntry(
    {
      protocolVersion: '1.0.0',
      networkId: NETWORK,
      version: { startedAt: at - 86_400_000 + (index % 1000), updatedAt: at },
      peerId: peerIdOf(quickSignatures.publicKey(secret)),
      addresses: [`/ip4/${host}/tcp/${NOBODY}`],
      tags: [`region:eu-${index % 9}`, `role:${roles[index % 4] ?? ''}`],
      streams: [],
      functions: [],
      groups: [],
      tickets: [],
    },
    secret,
    quickSignatures,
    peerscope,
  )
}
