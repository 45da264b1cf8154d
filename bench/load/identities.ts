/** The peers of the network: each has a key, an address on loopback, and signs for itself. */
import type { KeyObject } from 'node:crypto'
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto'
import type { PeerId } from '../../src/shared/ids.ts'
import { networkIdFrom, peerIdOf } from '../../src/shared/ids.ts'
import { nextInterval } from '../../src/main/discovery/announce/pace.ts'
import { peerscope } from '../../src/main/discovery/dialects/peerscope/peerscope.ts'
import type { SignedPeerEntry } from '../../src/main/discovery/entry.ts'
import { signEntry } from '../../src/main/discovery/entry.ts'
import type { Signatures } from '../../src/main/discovery/ports.ts'
import { NETWORK_NAME } from '../loop/entries.ts'
import { defaultConfig } from './defaults.ts'

/** The network. */
export const NETWORK = networkIdFrom(NETWORK_NAME)
/** DER head of an Ed25519 private key; the 32 secret bytes follow. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')
const KEY_BYTES = 32
const ROLES = ['beacon', 'relay-less', 'archive', 'worker']

/** Where they are: how many of them there are, and at which port. */
export interface Place {
  readonly count: number
  readonly port: number
}

/** The announce interval that entries state in a network of so many, milliseconds (rule AN14); null where they state none. */
export function statedIn(count: number): number | null {
  return nextInterval(undefined, count / (peerscope.pace?.perSecond ?? 1), defaultConfig.announceInterval)
}

/** One peer. When it left, another one with the next generation takes its place. */
export class Identity {
  readonly index: number
  readonly generation: number
  readonly secret: Uint8Array
  readonly publicKey: Uint8Array
  readonly peerId: PeerId
  readonly startedAt: number
  readonly #key: KeyObject
  readonly #place: Place
  /** Signs with OpenSSL, which is not what is measured. */
  readonly #signatures: Pick<Signatures, 'publicKey' | 'sign'>

  constructor(index: number, generation: number, startedAt: number, place: Place) {
    this.index = index
    this.generation = generation
    this.startedAt = startedAt
    this.#place = place
    this.secret = Uint8Array.from(createHash('sha256').update(`peerscope bench load ${index} ${generation}`).digest())
    const key = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, this.secret]), format: 'der', type: 'pkcs8' })
    this.#key = key
    this.publicKey = Uint8Array.from(
      createPublicKey(this.#key).export({ format: 'der', type: 'spki' }).subarray(-KEY_BYTES),
    )
    this.peerId = peerIdOf(this.publicKey)
    const { publicKey } = this
    this.#signatures = { publicKey: () => publicKey, sign: (_secret, message) => sign(null, message, key) }
  }

  /** Its entry, updated at `at`, whole milliseconds since the epoch. */
  entry(at: number): SignedPeerEntry {
    const { count, port } = this.#place
    const announcedEvery = statedIn(count)
    return signEntry(
      {
        protocolVersion: peerscope.protocolVersion,
        networkId: NETWORK,
        version: { startedAt: this.startedAt, updatedAt: at },
        peerId: this.peerId,
        addresses: [`/ip4/${hostOf(this.index)}/tcp/${port}`],
        tags: [`region:eu-${this.index % 9}`, `role:${ROLES[this.index % ROLES.length] ?? ''}`],
        streams: [],
        functions: [],
        groups: [],
        tickets: [],
        ...(announcedEvery === null ? {} : { announcedEvery }),
      },
      this.secret,
      this.#signatures,
      peerscope,
    )
  }

  /** Its goodbye, as it goes over the mesh. */
  goodbye(at: number): Uint8Array {
    const lastVersion = { startedAt: this.startedAt, updatedAt: at }
    return peerscope.encodeDeparture(
      { peerId: this.peerId, networkId: NETWORK, lastVersion, timestamp: at },
      this.secret,
      this.#signatures,
    )
  }
}

/** The address of the so-many-th peer: all of 127/8 is this machine. */
export function hostOf(index: number): string {
  return `127.${1 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`
}

/** The other way round; null for an address that none has. */
export function indexOf(host: string): number | null {
  const [first, a = 0, b = 0, c = 0] = host.split('.').map(Number)
  return first === 127 && a >= 1 ? ((a - 1) << 16) | (b << 8) | c : null
}
