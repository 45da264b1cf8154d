import { expect, it } from 'vitest'
import { DEFAULT_LISTEN } from '../../../src/main/monitor/open-node.ts'
import { changeSettings, loadSettings } from '../../../src/main/monitor/settings.ts'
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
