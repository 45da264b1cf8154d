import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { StoreInUse } from '../../../src/shared/errors.ts'
import { QUIT_MS } from '../../../src/main/desktop/shell.ts'
import type { FakeTray } from '../../support/electron.ts'
import { FakeTray as Tray, FakeWindow, press } from '../../support/electron.ts'
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

describe('the window', () => {
  it('is shown when it has something to show, in the middle the first time', async () => {
    await rig.start()
    expect(rig.window.calls).toEqual([])
    ready()
    expect(rig.window.calls).toEqual(['show'])
    expect(rig.window.options).toMatchObject({ width: 1440, height: 900, minWidth: 1024, minHeight: 640 })
    expect(rig.window.options).not.toHaveProperty('x')
  })

  it('comes back where it was, as large as it was', async () => {
    await rig.start()
    rig.window.bounds = { x: 100, y: 50, width: 1200, height: 800 }
    rig.window.maximized = true
    await rig.stop()
    await rig.start()
    expect(rig.window.options).toMatchObject({ x: 100, y: 50, width: 1200, height: 800 })
    expect(rig.window.maximized).toBe(true)
  })

  it('is remembered when it loses the focus: a crash costs little; a minimized one keeps its place', async () => {
    await rig.start()
    rig.window.bounds = { x: 7, y: 8, width: 1100, height: 700 }
    rig.window.emit('blur')
    rig.window.minimized = true
    rig.window.bounds = { x: -32_000, y: -32_000, width: 160, height: 28 }
    rig.window.emit('blur')
    expect(JSON.parse(readFileSync(join(rig.data, 'window.json'), 'utf8'))).toMatchObject({ x: 7, y: 8, width: 1100 })
  })

  it('opens in the middle where its screen is gone, or the file makes no sense', async () => {
    await rig.start()
    rig.window.bounds = { x: 3000, y: 50, width: 1200, height: 800 }
    await rig.stop()
    await rig.start()
    expect(rig.window.options).not.toHaveProperty('x')
    await rig.stop()
    writeFileSync(join(rig.data, 'window.json'), '{"x":"evil"}')
    await rig.start()
    expect(rig.window.options).toMatchObject({ width: 1440, height: 900 })
  })
})

describe('starting', () => {
  it('says why it cannot, and ends', async () => {
    const open = (): never => {
      throw new StoreInUse('another Peerscope uses this folder')
    }
    expect(await rig.start({ open })).toBe(false)
    expect(rig.electron.errorBoxes).toEqual(['Peerscope cannot start: another Peerscope uses this folder (StoreInUse)'])
    expect(rig.electron.app.calls).toContain('exit 1')
    expect(FakeWindow.all).toEqual([])
  })

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
    await rig.start({ argv: ['--hidden'], before: () => (Tray.offered = false) })
    expect(rig.hidden).toBe(false)
    ready()
    expect(rig.window.calls).toEqual(['show'])
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

describe('closing the window', () => {
  const asked = (): Promise<void> => vi.waitFor(() => expect(rig.electron.questions.length).toBeGreaterThan(0))

  it('asks once: into the tray', async () => {
    await rig.start()
    expect(rig.window.close()).toBe(false)
    await vi.waitFor(() => expect(rig.window.calls).toEqual(['hide']))
    expect(rig.electron.questions).toHaveLength(1)
    expect(settingsFile()).toMatchObject({ closeToTray: 'tray' })
    expect(rig.window.close()).toBe(false)
    await rig.stop()
    await rig.start()
    expect(rig.window.close()).toBe(false)
    expect(rig.window.calls).toEqual(['hide'])
    expect(rig.electron.questions).toEqual([])
  })

  it('asks once: or quit', async () => {
    await rig.start({ before: (electron) => (electron.response = 1) })
    expect(rig.window.close()).toBe(false)
    await vi.waitFor(() => expect(rig.electron.app.calls).toContain('quit'))
    await rig.stop()
    await rig.start()
    expect(rig.window.close()).toBe(true)
    expect(rig.electron.questions).toEqual([])
  })

  it('asks again where the question was not answered, but not twice at once', async () => {
    await rig.start({ before: (electron) => (electron.response = 2) })
    rig.window.close()
    rig.window.close()
    await asked()
    expect(rig.electron.questions).toHaveLength(1)
    await new Promise((resolve) => setImmediate(resolve))
    expect(rig.window.close()).toBe(false)
    await vi.waitFor(() => expect(rig.electron.questions).toHaveLength(2))
    expect(existsSync(join(rig.data, 'desktop.json'))).toBe(false)
  })

  it('closes it where there is no tray, and when the app quits', async () => {
    await rig.start({ before: () => (Tray.offered = false) })
    expect(rig.window.close()).toBe(true)
    await rig.stop()
    await rig.start()
    rig.electron.app.emit('before-quit', { preventDefault: () => undefined })
    expect(rig.window.close()).toBe(true)
    expect(rig.electron.questions).toEqual([])
  })
})

describe('the settings of the desktop app', () => {
  it('are kept, and start at login is done by the system', async () => {
    await rig.start()
    const { desktop } = rig.client()
    expect(await desktop.state()).toEqual({
      settings: { startHidden: false, startAtLogin: false, closeToTray: 'ask' },
      tray: true,
      login: true,
      keychain: true,
    })
    const autostart = join(rig.folder, 'config', 'autostart', 'peerscope.desktop')
    await desktop.change({ startAtLogin: true, closeToTray: 'quit' })
    expect(readFileSync(autostart, 'utf8')).toContain('Exec="/opt/Peerscope/peerscope-desktop"')
    expect(settingsFile()).toEqual({ startHidden: false, startAtLogin: true, closeToTray: 'quit' })
    await desktop.change({ startAtLogin: false })
    expect(existsSync(autostart)).toBe(false)
    await rig.stop()
    await rig.start({ platform: 'darwin' })
    await rig.client().desktop.change({ startAtLogin: true })
    expect(rig.electron.app.calls).toContain('login true')
  })

  it('refuse what this system does not offer, and change nothing then', async () => {
    await rig.start({
      before: ({ app }) => {
        Tray.offered = false
        app.isPackaged = false
      },
    })
    const { desktop } = rig.client()
    await expect(desktop.change({ startAtLogin: true })).rejects.toMatchObject({ code: 'Unavailable' })
    await expect(desktop.change({ startHidden: true })).rejects.toMatchObject({ code: 'Unavailable' })
    await expect(desktop.change({ closeToTray: 'tray' })).rejects.toMatchObject({ code: 'Unavailable' })
    expect(await desktop.state()).toMatchObject({ settings: { startHidden: false }, tray: false, login: false })
    expect(existsSync(join(rig.data, 'desktop.json'))).toBe(false)
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
    rig.electron.powerMonitor.emit('shutdown')
    expect(rig.electron.app.calls).toContain('quit')
    await rig.stop()
    rig.electron.powerMonitor.emit('suspend')
    expect(sleeps).toHaveBeenCalledOnce()
  })
})

describe('quitting', () => {
  const quits = (): string[] => rig.electron.app.calls.filter((call) => call === 'quit')

  it('waits for the goodbye, then quits; a second time goes through', async () => {
    await rig.start()
    const left = Promise.withResolvers<void>()
    const close = vi.spyOn(rig.monitor, 'close').mockReturnValue(left.promise)
    const event = { preventDefault: vi.fn<() => void>() }
    rig.electron.app.emit('before-quit', event)
    expect(event.preventDefault).toHaveBeenCalledOnce()
    expect(quits()).toEqual([])
    left.resolve()
    await vi.waitFor(() => expect(quits()).toEqual(['quit']))
    const again = { preventDefault: vi.fn<() => void>() }
    rig.electron.app.emit('before-quit', again)
    expect(again.preventDefault).not.toHaveBeenCalled()
    close.mockRestore()
  })

  it('does not wait for ever, nor for a goodbye that fails', async () => {
    await rig.start()
    const close = vi.spyOn(rig.monitor, 'close').mockReturnValue(new Promise(() => undefined))
    vi.useFakeTimers()
    rig.electron.app.emit('before-quit', { preventDefault: vi.fn<() => void>() })
    await vi.advanceTimersByTimeAsync(QUIT_MS)
    expect(quits()).toEqual(['quit'])
    close.mockRestore()
  })

  it('goes on where the goodbye fails', async () => {
    await rig.start()
    const close = vi.spyOn(rig.monitor, 'close').mockRejectedValue(new Error('disk'))
    rig.electron.app.emit('before-quit', { preventDefault: vi.fn<() => void>() })
    await vi.waitFor(() => expect(quits()).toEqual(['quit']))
    expect(rig.warnings.join('')).toContain('disk')
    close.mockRestore()
  })

  it('follows the last window', async () => {
    await rig.start()
    rig.electron.app.emit('window-all-closed')
    expect(quits()).toEqual(['quit'])
  })
})
