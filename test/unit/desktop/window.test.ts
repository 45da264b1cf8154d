/** The window: when it is shown, where it comes back, and that somebody looks after its page. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SHOW_MS } from '../../../src/main/desktop/window.ts'
import { DesktopRig } from '../../support/desktop.ts'
import type { FakeTray } from '../../support/electron.ts'
import { FakeTray as Tray, FakeWindow, press } from '../../support/electron.ts'

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
    const unhandled: unknown[] = []
    const listen = (error: unknown): void => void unhandled.push(error)
    process.on('unhandledRejection', listen)
    await rig.start({ before: () => (FakeWindow.refusing = true) })
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', listen)
    expect([rig.window.loads, unhandled]).toEqual([1, []])
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

  it('is opened for the page too, also while the engine does not run', async () => {
    await rig.start()
    rig.app?.engine.fail(new Error('broken'))
    await rig.client().desktop.openLogs()
    expect(rig.electron.opened).toEqual([join(rig.data, 'logs')])
    rig.electron.openFailure = 'no file manager'
    await expect(rig.client().desktop.openLogs()).rejects.toMatchObject({
      code: 'Unavailable',
      message: expect.stringContaining('no file manager'),
    })
  })
})
