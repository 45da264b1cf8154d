import { expect, it } from 'vitest'
import { APP_CONFIG } from '../../../src/shared/config.ts'
import { DEFAULT_LISTEN } from '../../../src/main/monitor/open-node.ts'
import { changeSettings, loadSettings, readSettings } from '../../../src/main/monitor/settings.ts'
import type { Store } from '../../../src/main/store/types.ts'

/** A store of settings alone. */
function storeOf(stored: unknown): Store {
  let kept = stored
  return {
    getSetting: () => kept,
    setSetting: (_key: string, value: unknown) => void (kept = value),
  } as unknown as Store
}

it('settings of before IPv6 was listened on get the default of now; what was chosen stays', () => {
  expect(loadSettings(storeOf({ theme: 'dark', listen: ['/ip4/0.0.0.0/tcp/0'] }))).toMatchObject({
    theme: 'dark',
    listen: DEFAULT_LISTEN,
  })
  const other = ['/ip4/0.0.0.0/tcp/4001']
  expect(loadSettings(storeOf({ listen: other })).listen).toEqual(other)
  const store = storeOf({})
  const chosen = ['/ip4/0.0.0.0/tcp/0']
  expect(changeSettings(store, { listen: chosen }).listen).toEqual(chosen)
  expect(loadSettings(store).listen).toEqual(chosen)
  expect(loadSettings(store)).not.toHaveProperty('version')
})

it('settings that lack a field of the configuration get what the app has for it; what was chosen stays', () => {
  const { rttDialInterval, ...before } = { ...APP_CONFIG, purgeAfter: 600_000 }
  expect(rttDialInterval).toBe(30_000)
  const store = storeOf({ theme: 'dark', version: 2, config: before })
  const settings = { theme: 'dark', config: { ...before, rttDialInterval } }
  expect(loadSettings(store)).toMatchObject(settings)
  expect(readSettings({ config: before }).unusable).toEqual([])
  expect(changeSettings(store, { config: { maxPeers: 7 } }).config).toEqual({ ...settings.config, maxPeers: 7 })
  // Also where one of the fields cannot be used.
  expect(loadSettings(storeOf({ config: { ...before, maxPeers: 'many' } })).config).toEqual(settings.config)
  expect(loadSettings(storeOf({ config: { ...before, rttDialInterval: 300_000 } })).config.rttDialInterval).toBe(
    300_000,
  )
})
