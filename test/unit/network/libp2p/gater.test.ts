import { expect, it, vi } from 'vitest'
import { systemClock } from '../../../../src/main/network/clock.ts'
import { InboundGate } from '../../../../src/main/network/inbound-gate.ts'
import { gaterOf } from '../../../../src/main/network/libp2p/gater.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'

it('asks of connections in both directions, and of one that comes in before it is known who is there', () => {
  const asked: (PeerId | null)[] = []
  const friend = peerIdAt(1)
  const gate = new InboundGate(systemClock, () => undefined)
  const counted = vi.spyOn(gate, 'admit')
  const gater = gaterOf(
    gate,
    () => undefined,
    (peerId) => {
      asked.push(peerId)
      return peerId === friend
    },
  )
  const args = (peerId: PeerId): never[] => [{ toString: () => peerId } as never, {} as never]
  const [first, second] = [gater.denyInboundEncryptedConnection, gater.denyOutboundEncryptedConnection]
  for (const deny of [first, second]) {
    expect(Reflect.apply(deny ?? (() => null), gater, args(friend))).toBe(false)
    expect(Reflect.apply(deny ?? (() => null), gater, args(peerIdAt(2)))).toBe(true)
  }
  expect(Reflect.apply(gater.denyInboundConnection ?? (() => null), gater, args(friend))).toBe(true)
  expect(asked).toEqual([friend, peerIdAt(2), friend, peerIdAt(2), null])
  // What is refused anyway costs no place at the gate.
  expect(counted).not.toHaveBeenCalled()
})
