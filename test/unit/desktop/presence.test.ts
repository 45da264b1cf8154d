import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LOOK_MS } from '../../../src/main/desktop/presence.ts'
import type { FakeTray } from '../../support/electron.ts'
import { FakeTray as Tray, itemOf, press } from '../../support/electron.ts'
import { DesktopRig } from '../../support/desktop.ts'

let rig: DesktopRig
beforeEach(() => {
  rig = new DesktopRig()
})
afterEach(async () => {
  vi.useRealTimers()
  await rig.close()
})

const tray = (): FakeTray => {
  if (Tray.last === null) throw new Error('no tray')
  return Tray.last
}

describe('outside of the window', () => {
  // It looks once a second: that second is virtual.
  const look = (): unknown => vi.advanceTimersByTime(LOOK_MS)
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }))

  it('the tray and the menu bar show how we are and offer what is wanted', async () => {
    await rig.start()
    const { monitor } = rig
    expect(tray().tip).toBe('Peerscope: No network')
    expect(itemOf(tray().menu, 'Start the Demo')).not.toBeNull()
    expect(itemOf(rig.electron.bar, 'Leave…')?.enabled).toBe(false)
    await monitor.join({ network: 'tray net' })
    look()
    expect(tray().tip).toBe('Peerscope: tray net: no peers yet')
    expect(itemOf(rig.electron.bar, 'Leave…')?.enabled).toBe(true)
    expect(itemOf(tray().menu, 'Start the Demo')).toBeNull()
    press(tray().menu, 'Leave tray net')
    await vi.waitFor(() => expect(monitor.status()).toEqual({ state: 'none' }))
    look()
    press(tray().menu, 'Join tray net')
    await vi.waitFor(() => expect(monitor.status()).toMatchObject({ state: 'alone' }))
  })

  it('what fails from the tray is told in the window', async () => {
    await rig.start()
    press(tray().menu, 'Start the Demo')
    expect(await rig.commands(1)).toMatchObject([{ kind: 'Problem', code: 'Unavailable' }])
    expect(rig.window.calls).toContain('show')
  })

  it.each([
    ['View', 'Peers', { kind: 'ShowView', view: 'peers' }],
    ['View', 'Search', { kind: 'Search' }],
    ['View', 'Switch Theme', { kind: 'ToggleTheme' }],
    ['Network', 'Join…', { kind: 'ShowView', view: 'health' }],
    ['View', 'Health', { kind: 'ShowView', view: 'health' }],
    ['Network', 'Dial an Address…', { kind: 'ShowDialog', dialog: 'dial' }],
    ['Network', 'Leave…', { kind: 'ShowDialog', dialog: 'leave' }],
    ['File', 'Export…', { kind: 'ShowView', view: 'snapshots' }],
    ['File', 'Settings…', { kind: 'ShowView', view: 'settings' }],
  ])('the menu %s asks the page by %s', async (_menu, label, command) => {
    await rig.start()
    press(rig.electron.bar, label)
    expect(await rig.commands(1)).toEqual([command])
  })

  it('alerts are notifications that open what they are about, and a mark on the dock or taskbar', async () => {
    for (const platform of ['linux', 'win32']) {
      await rig.start({ platform })
      const rule = { name: 'Any', kind: 'peer-departed', filter: '', notify: true, webhook: null, quietHours: null }
      await rig.monitor.alerts.test({ ...rule, cooldownMs: 0 } as never)
      expect(rig.electron.notices).toMatchObject([{ title: 'Any' }])
      rig.electron.notices[0]?.click()
      expect(await rig.commands(1)).toMatchObject([{ kind: 'FollowAlert', peerId: null, split: null }])
      const mark = (): unknown => (platform === 'win32' ? rig.window.overlay : rig.electron.badge)
      const expected = platform === 'win32' ? '1 alert' : 1
      look()
      expect(mark()).toBe(expected)
      rig.monitor.alerts.clear()
      look()
      const none = platform === 'win32' ? null : 0
      expect(mark()).toBe(none)
      // Those of a network count while that is joined.
      await rig.monitor.join({ network: 'its net' })
      await rig.monitor.alerts.test({ ...rule, cooldownMs: 0 } as never)
      expect(rig.electron.notices.at(-1)).toMatchObject({ title: 'Any in its net' })
      look()
      expect(mark()).toBe(expected)
      await rig.monitor.leave()
      look()
      expect(mark()).toBe(none)
      await rig.stop()
      expect(tray().destroyed).toBe(true)
    }
  })
})
