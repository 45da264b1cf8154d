import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { StoreInUse } from '../../../src/shared/errors.ts'
import { QUIT_MS } from '../../../src/main/desktop/shell.ts'
import { SHOW_MS } from '../../../src/main/desktop/window.ts'
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
    // The other signs come too, and nothing is shown twice.
    rig.window.hide()
    rig.window.webContents.emit('did-finish-load')
    expect(rig.window.calls).toEqual(['show', 'hide'])
  })

  it.each(['did-finish-load', 'did-fail-load'])('is shown at `%s` where `ready-to-show` never comes', async (event) => {
    await rig.start()
    rig.window.webContents.emit(event, {}, -6, 'ERR_FILE_NOT_FOUND', '', true)
    expect(rig.window.calls).toEqual(['show'])
    ready()
    expect(rig.window.calls).toEqual(['show'])
  })

  it('is shown in any case after a while', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    await rig.start()
    vi.advanceTimersByTime(SHOW_MS - 1)
    expect(rig.window.calls).toEqual([])
    vi.advanceTimersByTime(1)
    expect(rig.window.calls).toEqual(['show'])
  })

  it('has its picture on Linux, where it is there', async () => {
    await rig.start()
    expect(rig.window.options).not.toHaveProperty('icon')
    await rig.stop()
    writeFileSync(rig.icon, '')
    await rig.start()
    expect(rig.window.options).toMatchObject({ icon: rig.icon })
    await rig.stop()
    await rig.start({ platform: 'win32' })
    expect(rig.window.options).not.toHaveProperty('icon')
  })

  it('comes back where it was, as large as it was', async () => {
    await rig.start()
    rig.window.bounds = { x: 100, y: 50, width: 1200, height: 800 }
    rig.window.maximized = true
    await rig.stop()
    await rig.start()
    expect(rig.window.options).toMatchObject({ x: 100, y: 50, width: 1200, height: 800 })
    ready()
    expect(rig.window.calls).toEqual(['maximize', 'show'])
  })

  it('that was maximized stays hidden in the tray, and is maximized when it is opened', async () => {
    await rig.start()
    rig.window.maximized = true
    await rig.stop()
    await rig.start({ argv: ['--hidden'] })
    expect(rig.window.calls).toEqual([])
    await rig.stop()
    await rig.start({ argv: ['--hidden'] })
    press(tray().menu, 'Open Peerscope')
    press(tray().menu, 'Open Peerscope')
    expect(rig.window.calls).toEqual(['maximize', 'show', 'focus', 'show', 'focus'])
  })

  it('that was minimized comes back to the front', async () => {
    await rig.start()
    rig.window.minimized = true
    press(tray().menu, 'Open Peerscope')
    expect(rig.window.calls).toEqual(['restore', 'show', 'focus'])
  })

  it('is not remembered with a size that cannot be, and a file with one keeps its place', async () => {
    const file = join(rig.data, 'window.json')
    await rig.start()
    rig.window.bounds = { x: 40, y: 50, width: 1200, height: 800 }
    rig.window.emit('blur')
    const kept = readFileSync(file, 'utf8')
    const broken = [
      { width: 0 },
      { height: 0 },
      { width: -5 },
      { width: Number.NaN },
      { height: Infinity },
      { x: Number.NaN },
      { y: 1e9 },
    ]
    for (const changes of broken) {
      rig.window.bounds = { x: 1, y: 2, width: 1100, height: 700, ...changes }
      rig.window.emit('blur')
      expect([changes, readFileSync(file, 'utf8')]).toEqual([changes, kept])
    }
    await rig.stop()
    writeFileSync(file, '{"x":40.4,"y":50,"width":0,"height":1e9,"maximized":true}')
    await rig.start()
    expect(rig.window.options).toMatchObject({ x: 40, y: 50, width: 1440, height: 900 })
    ready()
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
    ready()
    expect(rig.window.calls).toEqual([])
    press(tray().menu, 'Open Peerscope')
    expect(rig.window.calls).toEqual(['show', 'focus'])
    await rig.stop()
    await rig.start({ argv: ['--hidden'], before: () => (Tray.offered = false) })
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
      settings: { startHidden: false, startAtLogin: false, closeToTray: 'ask', hardwareAcceleration: true },
      tray: true,
      login: true,
      keychain: true,
      accelerated: true,
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

describe('a page that is in trouble', () => {
  it('is looked after in the window that the app opens', async () => {
    await rig.start()
    ready()
    expect(rig.window.loads).toBe(1)
    rig.window.webContents.die()
    await vi.waitFor(() => expect(rig.window.loads).toBe(2))
    rig.window.webContents.die()
    expect(rig.electron.questions).toHaveLength(1)
    await rig.stop()
    // The app is ending.
    rig.window.webContents.die()
    rig.window.emit('unresponsive')
    expect(rig.electron.questions).toHaveLength(1)
  })

  it('is no unhandled rejection where it cannot be loaded', async () => {
    const loadURL = vi.spyOn(FakeWindow.prototype, 'loadURL').mockRejectedValue(new Error('ERR_FAILED'))
    await rig.start()
    await new Promise((resolve) => setImmediate(resolve))
    expect(loadURL).toHaveBeenCalledOnce()
    loadURL.mockRestore()
  })
})

describe('the log', () => {
  it('is opened by the menu: its folder, by the system', async () => {
    await rig.start()
    press(rig.electron.bar, 'Open Logs')
    expect(rig.electron.opened).toEqual([join(rig.data, 'logs')])
  })

  it('says so in the window where it cannot be opened', async () => {
    await rig.start({ before: (electron) => (electron.openFailure = 'no file manager') })
    press(rig.electron.bar, 'Open Logs')
    expect(await rig.commands(1)).toMatchObject([{ kind: 'Problem', code: 'Unavailable' }])
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
