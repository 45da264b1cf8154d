import { describe, expect, it } from 'vitest'
import { APP_CONFIG } from '../../../src/shared/config.ts'
import { Alerts } from '../../../src/main/monitor/alerts/alerts.ts'
import { DEFAULT_SETTINGS, loadSettings, mendSettings, readSettings } from '../../../src/main/monitor/settings.ts'
import { View } from '../../../src/main/monitor/view.ts'
import type { Store } from '../../../src/main/store/types.ts'
import { createLogger } from '../../../src/main/monitor/log.ts'
import { systemClock } from '../../../src/main/network/clock.ts'
import { DataFolder } from '../store/data-folder.ts'

const logger = createLogger('silent', () => undefined)

function alertsOf(store: Store): Alerts {
  return new Alerts({
    store,
    clock: systemClock,
    logger,
    view: new View(systemClock, store.status()),
    why: () => ({ causes: [] }),
  })
}

/** Writes a row as no Peerscope would. */
function spoil(data: DataFolder, key: string, text: string): void {
  data.open().close()
  const raw = data.raw({ write: true })
  raw.prepare('INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)').run(key, text)
  raw.close()
}

describe('stored settings', () => {
  it.each(['', '{', "{'theme':'dark'}", '[1,', 'undefined', '\u0000'])(
    'that are %j, which is no JSON, are set aside by name and have their defaults',
    (text) => {
      using data = new DataFolder()
      spoil(data, 'settings', text)
      const store = data.open()
      expect(store.status()).toMatchObject({
        state: 'ok',
        notice: `The setting 'settings' of ${data.path} is not JSON: its default is used, and what was stored is kept as 'set-aside:settings'`,
      })
      expect(data.log.map(({ level }) => level)).toEqual(['warn'])
      mendSettings(store)
      expect(loadSettings(store)).toEqual(DEFAULT_SETTINGS)
      expect(store.getSetting('set-aside:settings')).toBe(text)
      store.close()
      // Told once.
      expect(data.open().status().notice).toBeUndefined()
    },
  )

  it.each(['alert-rules', 'alerts', 'contacts:x', 'of a later version'])('keep nothing from starting: %s', (key) => {
    using data = new DataFolder()
    spoil(data, key, '{"half')
    const store = data.open()
    expect(store.status().notice).toContain(`'${key}'`)
    expect(alertsOf(store).rules()).toEqual([])
  })

  it('of another shape have their defaults one by one, are named, and kept aside', () => {
    using data = new DataFolder()
    const store = data.open()
    const stored = {
      theme: 'sepia',
      listen: '/ip4/0.0.0.0/tcp/0',
      tags: ['role:x'],
      dht: 'no',
      mdns: false,
      retention: { days: -1, mebibytes: 16 },
      config: { ...APP_CONFIG, maxPeers: 'many', announceJitter: 0.25, ofLater: 1 },
      updates: 'weekly',
      ofLater: { x: 1 },
    }
    store.setSetting('settings', stored)
    mendSettings(store)
    expect(store.status().notice).toMatch(
      /'settings'.*cannot use \(theme, listen, config\.maxPeers, dht, retention, updates\)/,
    )
    expect(loadSettings(store)).toEqual({
      ...DEFAULT_SETTINGS,
      tags: ['role:x'],
      mdns: false,
      config: { ...APP_CONFIG, announceJitter: 0.25 },
      ofLater: { x: 1 },
    })
    expect(JSON.parse(String(store.getSetting('set-aside:settings')))).toEqual(stored)
    store.close()
    const next = data.open()
    mendSettings(next)
    expect(next.status().notice).toBeUndefined()
  })

  it.each([[[]], ['dark'], [null], [5]])('that are %j as a whole are not used', (stored) => {
    expect(readSettings(stored)).toEqual({ settings: DEFAULT_SETTINGS, unusable: ['all of it'] })
  })
})

describe('stored alerts and rules', () => {
  it('that cannot be used are left out, named and kept aside; the others stay', () => {
    using data = new DataFolder()
    const store = data.open()
    const before = alertsOf(store)
    const rule = before.saveRule({
      kind: 'network-lost',
      name: 'mine',
      network: null,
      enabled: true,
      cooldownMs: 0,
      quietHours: null,
      notify: true,
      webhook: null,
      forMs: 0,
    })
    store.setSetting('alert-rules', [rule, { kind: 'of a later version' }, 7])
    store.setSetting('alerts', [{ id: 1, ruleId: 'r', what: 'x', firedAt: 1 }])
    const alerts = alertsOf(store)
    expect(alerts.rules()).toEqual([rule])
    expect(alerts.list()).toEqual([])
    expect(store.status().notice).toMatch(/'alert-rules' .*2 rules that cannot be used.*'alerts' .*cannot be read/s)
    expect(store.getSetting('alert-rules')).toEqual([rule])
    expect(String(store.getSetting('set-aside:alert-rules'))).toContain('of a later version')
  })
})

describe('rows that are no JSON', () => {
  it('hide nothing but themselves', () => {
    using data = new DataFolder()
    const writer = data.open()
    const network = {
      kind: 'peerscope',
      id: 'f'.repeat(64) as never,
      name: 'n',
      bootstrap: ['/ip4/1.1.1.1/tcp/1'],
      tags: [],
      at: 1,
    } as const
    writer.networkJoined(network)
    const events = [0, 1, 2].map((slot) => writer.append(network.id, 5, { kind: 'DhtSlotClaimed', slot }))
    writer.putTopology(network.id, { at: 1, edges: [] })
    writer.close()
    const raw = data.raw({ write: true })
    raw.exec("UPDATE events SET detail = '{' WHERE seq = 2")
    raw.exec("UPDATE networks SET bootstrap = 'none'")
    raw.exec("UPDATE topologies SET edges = x'00'")
    raw.close()
    const store = data.open()
    expect(store.recentNetworks()).toMatchObject([{ name: 'n', bootstrap: [] }])
    expect(store.eventsPage({ networkKey: network.id, limit: 9 }).events).toEqual([events[2], events[0]])
    expect(store.eventsAfter({ networkKey: network.id, limit: 9 }).events).toEqual([events[0], events[2]])
    expect(store.topology(network.id, 1)?.edges).toEqual([])
  })
})
