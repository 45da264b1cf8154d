import { expect, it } from 'vitest'
import { dhtOf } from '../../../src/main/monitor/join-plan.ts'

it('the window is told what the command line makes of the setting for the DHT', () => {
  const dhtBootstrap = ['127.0.0.1:1']
  expect([dhtOf({}), dhtOf({ overrides: { mdns: false, dhtBootstrap: [] } })]).toEqual(['setting', 'setting'])
  expect(dhtOf({ overrides: { dhtBootstrap } })).toBe('given')
  expect(dhtOf({ overrides: { dht: false, dhtBootstrap } })).toBe('off')
})
