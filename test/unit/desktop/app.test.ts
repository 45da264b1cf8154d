import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { TRAY_MS } from '../../../src/main/desktop/shell.ts'
import type { FakeTray, FakeTrayHost } from '../../support/electron.ts'
import { FakeTray as Tray, press } from '../../support/electron.ts'
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
const ready = (): void => void rig.window.emit('ready-to-show')
const settingsFile = (): unknown => JSON.parse(readFileSync(join(rig.data, 'desktop.json'), 'utf8'))

describe('starting', () => {
  it('has a single instance for each data folder', async () => {
    await rig.start({ argv: ['--data', 'd'] })
    expect(rig.electron.app.paths.get('userData')).toBe(join(rig.folder, 'd', 'electron'))
    await rig.stop()
    await rig.start()
    expect(rig.electron.app.paths.size).toBe(0)
  })

  it('is in the tray where that is wanted, and never out of reach', async () => {
    await rig.start({ argv: ['--hidden'] })
    expect(rig.hidden).toBe(true)
    ready()
    expect(rig.window.calls).toEqual([])
    press(tray().menu, 'Open Peerscope')
    expect(rig.window.calls).toEqual(['show', 'focus'])
    await rig.stop()
    await rig.start({ argv: ['--hidden'], platform: 'win32', before: () => (Tray.offered = false) })
    expect(rig.hidden).toBe(false)
    ready()
    expect(rig.window.calls).toEqual(['show'])
    await rig.stop()
    await rig.start({ argv: ['--hidden'], desktop: (host) => Object.assign(host, { shown: false, possible: false }) })
    ready()
    expect(rig.window.calls).toEqual(['show'])
  })

  it('in the tray waits for a desktop that shows its tray later, but not for long', async () => {
    const late = { argv: ['--hidden'], desktop: (host: FakeTrayHost) => void (host.shown = false) }
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    await rig.start(late)
    ready()
    rig.trayHost.change(true)
    vi.advanceTimersByTime(TRAY_MS)
    expect(rig.window.calls).toEqual([])
    expect(tray().menu).not.toEqual([])
    await rig.stop()
    await rig.start(late)
    ready()
    vi.advanceTimersByTime(TRAY_MS - 1)
    expect(rig.window.calls).toEqual([])
    vi.advanceTimersByTime(1)
    expect(rig.window.calls).toEqual(['show', 'focus'])
  })

  it('is in the tray by the setting', async () => {
    await rig.start()
    await rig.client().desktop.change({ startHidden: true })
    await rig.stop()
    await rig.start()
    ready()
    expect(rig.window.calls).toEqual([])
  })

  it('registers invitation links in the packaged app, not for a checkout', async () => {
    await rig.start()
    expect(rig.electron.app.calls).toContain('protocol peerscope')
    await rig.stop()
    await rig.start({ before: ({ app }) => (app.isPackaged = false) })
    expect(rig.electron.app.calls).not.toContain('protocol peerscope')
  })
})

describe('the settings of the desktop app', () => {
  it('are kept, and start at login is done by the system', async () => {
    await rig.start()
    const { desktop } = rig.client()
    expect(await desktop.state()).toEqual({
      settings: { startHidden: false, startAtLogin: false, closeToTray: 'ask', hardwareAcceleration: true },
      tray: true,
      login: true,
      keychain: true,
      accelerated: true,
      sandboxed: true,
      logFile: join(rig.data, 'logs', 'peerscope.log'),
    })
    const autostart = join(rig.folder, 'config', 'autostart', 'peerscope.desktop')
    await desktop.change({ startAtLogin: true, closeToTray: 'quit' })
    expect(readFileSync(autostart, 'utf8')).toContain('Exec="/opt/Peerscope/peerscope-desktop"')
    expect(settingsFile()).toEqual({
      startHidden: false,
      startAtLogin: true,
      closeToTray: 'quit',
      hardwareAcceleration: true,
    })
    await desktop.change({ startAtLogin: false })
    expect(existsSync(autostart)).toBe(false)
    await rig.stop()
    await rig.start({ platform: 'darwin' })
    await rig.client().desktop.change({ startAtLogin: true })
    expect(rig.electron.app.calls).toContain('login true')
  })

  it('refuse what this system does not offer, and change nothing then', async () => {
    await rig.start({
      before: ({ app }) => (app.isPackaged = false),
      desktop: (host) => (host.shown = false),
    })
    const { desktop } = rig.client()
    await expect(desktop.change({ startAtLogin: true })).rejects.toMatchObject({ code: 'Unavailable' })
    await expect(desktop.change({ startHidden: true })).rejects.toMatchObject({ code: 'Unavailable' })
    await expect(desktop.change({ closeToTray: 'tray' })).rejects.toMatchObject({ code: 'Unavailable' })
    expect(await desktop.state()).toMatchObject({ settings: { startHidden: false }, tray: false, login: false })
    expect(existsSync(join(rig.data, 'desktop.json'))).toBe(false)
  })

  it('can be changed on a desktop without a tray where another one had it', async () => {
    await rig.start()
    await rig.client().desktop.change({ startHidden: true, closeToTray: 'tray' })
    rig.trayHost.change(false)
    expect(await rig.client().desktop.change({ startAtLogin: true })).toMatchObject({
      settings: { startHidden: true, startAtLogin: true, closeToTray: 'tray' },
      tray: false,
    })
  })
})

describe('sleeping and waking', () => {
  it('are told to the monitor: what waits is written, and clocks are looked at', async () => {
    await rig.start()
    const sleeps = vi.spyOn(rig.monitor, 'machineSleeps')
    const woke = vi.spyOn(rig.monitor, 'machineWoke')
    rig.electron.powerMonitor.emit('suspend')
    expect(sleeps).toHaveBeenCalledOnce()
    rig.electron.powerMonitor.emit('resume')
    expect(woke).toHaveBeenCalledOnce()
    await rig.stop()
    rig.electron.powerMonitor.emit('suspend')
    expect(sleeps).toHaveBeenCalledOnce()
  })
})
