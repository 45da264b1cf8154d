import { expect, it } from 'vitest'
import type { Iroh } from '../../../../src/main/network/iroh/load.ts'
import { IrohWire } from '../../../../src/main/network/iroh/wire.ts'

it.each([
  ['outbound', 200n],
  ['inbound', 103n],
] as const)('[MO30] a connection (%s) that cannot be taken over is closed', (direction, code) => {
  const codes: bigint[] = []
  const native = {
    remoteId: () => ({ toBytes: () => new Uint8Array(32) }),
    alpn: () => Buffer.from('/mosaik/discovery/ping/1.0'),
    // What it throws where the connection ended meanwhile.
    paths: () => {
      throw new Error('connection lost')
    },
    close: (given: bigint) => void codes.push(given),
    closed: () => Promise.resolve(),
  } as unknown as Iroh.Connection
  expect(() => IrohWire.of(native, direction, 0)).toThrow('connection lost')
  expect(codes).toEqual([code])
})
