import { expect, it } from 'vitest'
import type { NetworkStatus } from '../../../src/shared/contract.ts'
import { networkIdFrom } from '../../../src/shared/ids.ts'
import { networkKeyOf } from '../../../src/shared/network-kind.ts'
import { joinedKey, networkOf } from '../../../src/shared/network-of.ts'

it('a network that failed is that of the status, and is not joined', () => {
  const network = { kind: 'peerscope', id: networkIdFrom('a'), name: 'a' } as const
  const of = (status: object) => [networkOf(status as NetworkStatus), joinedKey(status as NetworkStatus)]
  const key = networkKeyOf(network)
  expect(of({ state: 'none' })).toEqual([null, null])
  expect(of({ state: 'failed', network })).toEqual([key, null])
  for (const state of ['joining', 'online', 'leaving']) expect(of({ state, network })).toEqual([key, key])
})
