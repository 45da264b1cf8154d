import { expect, it } from 'vitest'
import { isPlaceFree } from '../../../../../src/main/network/libp2p/reach/reach.ts'

it('[AD5] one address group gets eight places at a relay, another one still gets its own', () => {
  const taken = Array.from({ length: 8 }, (_, index) => `/ip4/93.184.216.${index}/tcp/${index + 1}`)
  expect(isPlaceFree(taken.slice(1), '/ip4/93.184.216.99/tcp/1')).toBe(true)
  expect(isPlaceFree(taken, '/ip4/93.184.216.99/tcp/1')).toBe(false)
  expect(isPlaceFree(taken, '/ip4/203.0.114.99/tcp/1')).toBe(true)
  expect(isPlaceFree(taken, '/ip4/127.0.0.1/tcp/1')).toBe(true)
})
