import { expect, it } from 'vitest'
import { dhtOf, overriddenBy } from '../../../src/main/monitor/join-plan.ts'

it('the window is told what the command line makes of the setting for the DHT', () => {
  const dhtBootstrap = ['127.0.0.1:1']
  expect([dhtOf({}), dhtOf({ overrides: { mdns: false, dhtBootstrap: [] } })]).toEqual(['setting', 'setting'])
  expect(dhtOf({ overrides: { dhtBootstrap } })).toBe('given')
  expect(dhtOf({ overrides: { dht: false, dhtBootstrap } })).toBe('off')
})

it('says which settings the command line overrides for this run', () => {
  expect(overriddenBy({})).toEqual({ listen: null, config: {} })
  const listen = ['/ip4/127.0.0.1/tcp/0']
  expect(overriddenBy({ overrides: { listen, config: { purgeAfter: 90_000 }, dht: false } })).toEqual({
    listen,
    config: { purgeAfter: 90_000 },
  })
})
