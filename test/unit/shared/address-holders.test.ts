import { expect, it } from 'vitest'
import { holdersOf } from '../../../src/shared/address-holders.ts'
import { peerIdAt, peerRow } from '../../support/renderer/fake-network.ts'

const TARGET = '/ip4/127.0.0.1/tcp/47101'
const row = (index: number, address: string, state: 'online' | 'purged' = 'online') =>
  peerRow(index, { state, self: false, addresses: ['/ip4/192.0.2.1/tcp/1', address] })

it('names who has an address that was dialed, whether or not it ends with the peer', () => {
  const rows = [row(1, TARGET), row(2, `${TARGET}/p2p/${peerIdAt(2)}`), row(3, '/ip4/127.0.0.1/tcp/4710')]
  expect([...holdersOf([TARGET, '/ip4/192.0.2.9/tcp/9'], rows)]).toEqual([[TARGET, [peerIdAt(1), peerIdAt(2)]]])
  // A peer that states it twice has it once.
  const twice = peerRow(4, { state: 'online', self: false, addresses: [TARGET, `${TARGET}/p2p/${peerIdAt(4)}`] })
  expect(holdersOf([TARGET], [twice]).get(TARGET)).toEqual([peerIdAt(4)])
})

it('names one that is gone only where none that is here has it, and never ourselves', () => {
  const [gone, here] = [row(1, TARGET, 'purged'), row(2, TARGET)]
  expect(holdersOf([TARGET], [gone, here]).get(TARGET)).toEqual([peerIdAt(2)])
  expect(holdersOf([TARGET], [here, gone]).get(TARGET)).toEqual([peerIdAt(2)])
  expect(holdersOf([TARGET], [gone]).get(TARGET)).toEqual([peerIdAt(1)])
  expect(holdersOf([TARGET], [{ ...here, self: true }]).size).toBe(0)
})
