/** The kind of network that the tests of a run are in: vitest.config.ts says which in the environment. */
import type { Dialect } from '../../../src/main/discovery/dialect.ts'
import { dialectOf } from '../../../src/main/discovery/dialects/dialects.ts'
import { peerscope } from '../../../src/main/discovery/dialects/peerscope/peerscope.ts'
import type { NetworkKind } from '../../../src/shared/network-kind.ts'
import { NETWORK_KINDS } from '../../../src/shared/network-kind.ts'

/** The variable that names it. */
export const KIND_VARIABLE = 'PEERSCOPE_TEST_KIND'

const kind: NetworkKind = NETWORK_KINDS.find((one) => one === process.env[KIND_VARIABLE]) ?? 'peerscope'

export const dialect: Dialect = dialectOf(kind)

/** Peerscope's dialect in a network whose peers can do nothing that a network may lack. Each minor version is a line. */
export const lean: Dialect = leanStating('1.0.0')

function leanStating(protocolVersion: string): Dialect {
  return {
    ...peerscope,
    abilities: {
      reconciles: false,
      neighbors: false,
      tagNames: false,
      functions: false,
      claimsDhtSlots: false,
      lan: false,
      relayUrls: false,
    },
    connectsEach: true,
    neighbors: null,
    protocolIds: (networkId) => ({ ...peerscope.protocolIds(networkId), neighbors: null }),
    dht: { ...peerscope.dht, encodeRecord: null },
    protocolVersion,
    lineOf: (version) => /^1\.\d+(?=\.)/.exec(version)?.[0] ?? null,
    stating: leanStating,
  }
}
