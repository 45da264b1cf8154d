import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeTray as Tray } from '../../support/electron.ts'
import { DesktopRig } from '../../support/desktop.ts'

let rig: DesktopRig
beforeEach(() => {
  rig = new DesktopRig()
})
afterEach(() => rig.close())

const settingsFile = (): unknown => JSON.parse(readFileSync(join(rig.data, 'desktop.json'), 'utf8'))

describe('closing the window', () => {
  const asked = (): Promise<void> => vi.waitFor(() => expect(rig.electron.questions.length).toBeGreaterThan(0))

  it('asks once: into the tray', async () => {
    await rig.start()
    expect(rig.window.close()).toBe(false)
    await vi.waitFor(() => expect(rig.window.calls).toContain('hide'))
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

  it('closes it where the desktop shows no tray, whatever the settings say, and when the app quits', async () => {
    await rig.start()
    await rig.client().desktop.change({ closeToTray: 'tray' })
    await rig.stop()
    await rig.start({ desktop: (host) => (host.shown = false) })
    expect(Tray.last).toBeNull()
    expect(rig.window.close()).toBe(true)
    await rig.stop()
    rmSync(join(rig.data, 'desktop.json'))
    await rig.start()
    rig.electron.app.emit('before-quit', { preventDefault: () => undefined })
    expect(rig.window.close()).toBe(true)
    expect(rig.electron.questions).toEqual([])
  })

  it.each([
    ['linux', 'Keep Peerscope running in the tray?', 'click its icon in the tray, or start Peerscope again'],
    ['win32', 'Keep Peerscope running in the notification area?', 'or start Peerscope again'],
    ['darwin', 'Keep Peerscope running in the menu bar?', 'click its icon in the Dock'],
  ])('says on %s how the window comes back', async (platform, message, detail) => {
    await rig.start({ platform })
    rig.window.close()
    await asked()
    expect(rig.electron.questions[0]?.message).toBe(message)
    expect(rig.electron.questions[0]?.detail).toContain(detail)
    await vi.waitFor(() => expect(rig.window.visible).toBe(false))
    // Another start does not open a second window, but brings this one to the front.
    rig.electron.app.emit('second-instance', {}, [], rig.folder, { argv: [], cwd: rig.folder })
    await vi.waitFor(() => expect(rig.window.calls.slice(-2)).toEqual(['show', 'focus']))
  })

  it('hides nothing where the tray went while the question was open', async () => {
    await rig.start()
    rig.window.close()
    rig.trayHost.change(false)
    await asked()
    await new Promise((resolve) => setImmediate(resolve))
    expect(rig.window.calls).not.toContain('hide')
  })
})

describe('a tray that comes and goes', () => {
  it('shows the window again when the tray goes while the window is hidden in it', async () => {
    await rig.start()
    rig.window.emit('ready-to-show')
    await rig.client().desktop.change({ closeToTray: 'tray' })
    rig.window.close()
    expect(rig.window.visible).toBe(false)
    const first = Tray.last
    rig.trayHost.change(false)
    expect(rig.window.visible).toBe(true)
    expect(first?.destroyed).toBe(true)
    expect(await rig.client().desktop.state()).toMatchObject({ tray: false })
    expect(rig.window.close()).toBe(true)
  })

  it('leaves a visible or minimized window as it is', async () => {
    await rig.start()
    rig.window.emit('ready-to-show')
    rig.trayHost.change(false)
    expect(rig.window.calls).toEqual(['show'])
    rig.trayHost.change(true)
    rig.window.hide()
    rig.window.minimized = true
    rig.trayHost.change(false)
    expect(rig.window.calls).toEqual(['show', 'hide'])
  })

  it('puts a new icon, with its menu, into a tray that came back', async () => {
    await rig.start()
    const first = Tray.last
    rig.trayHost.change(true)
    expect(first?.destroyed).toBe(true)
    expect(Tray.last).not.toBe(first)
    expect(Tray.last).toMatchObject({ destroyed: false, tip: 'Peerscope: No network' })
    expect(Tray.last?.menu).not.toEqual([])
  })
})
