/** Every way in which the app ends, on a double that quits as Electron does. */
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { STOP_MS } from '../../../src/main/desktop/engine.ts'
import { EXIT_MS, INSTALL_MS, QUIT_MS } from '../../../src/main/desktop/quit.ts'
import { END_MS } from '../../../src/main/monitor/demo-swarm.ts'
import { GONE_MS, GRACE_MS } from '../../../src/main/monitor/demo.ts'
import { FakeTray as Tray, FakeWindow, press } from '../../support/electron.ts'
import type { RigOptions } from '../../support/desktop.ts'
import { DesktopRig } from '../../support/desktop.ts'

let rig: DesktopRig
let log: string[]
beforeEach(() => {
  rig = new DesktopRig()
  log = []
})
afterEach(async () => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  // An update quits once more after half a minute, when other tests have windows.
  Object.assign(rig.electron.app, { quit: () => undefined })
  await rig.close()
})

/** Starts the app; from here on it quits as in Electron. */
async function start(options: RigOptions = {}): Promise<void> {
  await rig.start(options)
  Object.assign(rig.electron.app, { quit: electronQuits })
  const close = rig.monitor.close.bind(rig.monitor)
  vi.spyOn(rig.monitor, 'close').mockImplementation(async () => {
    log.push('goodbye')
    await close()
    log.push('said')
  })
}

/** Whether the event was not prevented. */
function goesOn(name: string): boolean {
  let prevented = false
  rig.electron.app.emit(name, { preventDefault: () => (prevented = true) })
  return !prevented
}

const closed = new WeakSet<FakeWindow>()
function closeWindows(): boolean {
  for (const window of FakeWindow.all.filter((one) => !closed.has(one))) {
    if (!window.close()) return false
    closed.add(window)
  }
  return true
}

/** What `app.quit()` does, and on macOS the system's terminate. */
function electronQuits(): void {
  if (goesOn('before-quit') && closeWindows() && goesOn('will-quit')) log.push('ended')
}

/** The user closes the last window. */
function closeLastWindow(): void {
  expect(closeWindows()).toBe(true)
  rig.electron.app.emit('window-all-closed')
}

/** What Electron's own updater does on macOS: `before-quit` is emitted only at the end. */
function macInstalls(): void {
  rig.electron.autoUpdater.emit('before-quit-for-update')
  closeLastWindow()
  electronQuits()
}

/** The user starts the app, so many times. */
function starts(times: number, argv: readonly string[] = []): void {
  for (let n = 0; n < times; n += 1)
    rig.electron.app.emit('second-instance', {}, [], rig.folder, { argv, cwd: rig.folder })
}

const GRACEFUL = ['goodbye', 'said', 'ended']
const ended = async (): Promise<readonly string[]> => {
  await vi.waitFor(() => expect(log).toContain('ended'))
  return log
}

describe('the end is graceful, and there is one', () => {
  const trayMenu = (): NonNullable<typeof Tray.last>['menu'] => Tray.last?.menu ?? []
  const noTray: RigOptions = { desktop: (host) => void (host.shown = false) }
  const shutdown = (): boolean => {
    let prevented = false
    rig.electron.powerMonitor.emit('shutdown', { preventDefault: () => (prevented = true) })
    return prevented
  }

  it.each<[string, RigOptions, () => unknown]>([
    ['the menu', {}, () => press(rig.electron.bar, 'Quit')],
    ['the tray', {}, () => press(trayMenu(), 'Quit')],
    ['the last window, without a tray', noTray, closeLastWindow],
    ['a signal', {}, electronQuits],
    ['a shut-down of Linux', {}, () => expect(shutdown()).toBe(true)],
    ['Quit in the Dock, or a log-out of macOS', { platform: 'darwin' }, electronQuits],
    ['a shut-down of macOS', { platform: 'darwin' }, () => expect(shutdown()).toBe(true)],
    [
      'Quit in the Dock that is told as a shut-down too',
      { platform: 'darwin' },
      () => {
        shutdown()
        electronQuits()
      },
    ],
    ['a log-off of Windows', { platform: 'win32' }, () => rig.window.emit('session-end', { reasons: ['logoff'] })],
    ['a quit of which only the last event comes', {}, () => goesOn('will-quit')],
    ['an update of macOS', { platform: 'darwin' }, () => rig.app?.shell.quit.update(macInstalls)],
    ['an update of Windows', { platform: 'win32' }, () => rig.app?.shell.quit.update(electronQuits)],
    ['an update of Linux', {}, () => rig.app?.shell.quit.update(electronQuits)],
  ])('after %s', async (_trigger, options, trigger) => {
    await start(options)
    trigger()
    expect(log).toEqual(['goodbye'])
    expect(await ended()).toEqual(GRACEFUL)
  })

  it.each<[string, () => unknown]>([
    ['second quit', electronQuits],
    ['shut-down', () => rig.electron.powerMonitor.emit('shutdown')],
    ['last event', () => goesOn('will-quit')],
    ['update', () => rig.app?.shell.quit.update(() => log.push('installed'))],
  ])('a %s during the goodbye does not cut it', async (_what, again) => {
    await start()
    electronQuits()
    again()
    again()
    expect(log).toEqual(['goodbye'])
    expect(await ended()).toEqual(GRACEFUL)
  })

  it('does not wait for a question that is open, and takes it away', async () => {
    await start({ before: (electron) => (electron.unanswered = true) })
    rig.window.close()
    await vi.waitFor(() => expect(rig.electron.questions).toHaveLength(1))
    // The tray's question says whose it is, as all do.
    expect(rig.electron.questions[0]?.title).toBe('Peerscope')
    electronQuits()
    expect(rig.electron.questions[0]?.signal?.aborted).toBe(true)
    expect(await ended()).toEqual(GRACEFUL)
    expect(await rig.app?.shell.question({ message: 'too late?', cancelId: 7 })).toBe(7)
  })

  it('takes window and tray away at once, and nothing brings them back', async () => {
    await start()
    rig.window.emit('ready-to-show')
    electronQuits()
    expect([rig.window.visible, Tray.last?.destroyed, rig.trayHost.closed]).toEqual([false, true, true])
    rig.electron.app.emit('activate')
    rig.trayHost.change(false)
    expect(rig.window.visible).toBe(false)
    expect(await ended()).toEqual(GRACEFUL)
  })

  it.each([
    ['a quit', electronQuits],
    ['a restart', () => rig.app?.shell.quit.restart()],
  ])('of %s is followed by one new start where others came meanwhile', async (_what, end) => {
    await start({ argv: ['--hidden', '--data', 'd'] })
    end()
    starts(2)
    starts(1, ['s.peerscope', 'peerscope://join?network=n'])
    expect(await ended()).toEqual(GRACEFUL)
    // Its user wants to see it now, and what was brought.
    const brought = [join(rig.folder, 's.peerscope'), 'peerscope://join?network=n']
    expect(rig.electron.relaunches).toEqual([{ args: ['--data', 'd', ...brought] }])
  })

  it('of an update is followed by the start of the new version only', async () => {
    await start({ platform: 'win32' })
    rig.app?.shell.quit.update(electronQuits)
    starts(1)
    expect(await ended()).toEqual(GRACEFUL)
    expect(rig.electron.relaunches).toEqual([])
  })

  it('is followed by a new start where one comes after the goodbye, while a window does not close', async () => {
    await start({ argv: ['--data', 'd'] })
    Object.assign(rig.electron.app, { quit: () => goesOn('before-quit') && log.push('hangs') })
    electronQuits()
    await vi.waitFor(() => expect(log).toContain('said'))
    await vi.waitFor(() => expect(log).toContain('hangs'))
    starts(2)
    expect(rig.electron.relaunches).toEqual([{ args: ['--data', 'd'] }])
  })
})

describe('an end that is not graceful', () => {
  it('has limits that fit into each other: the demo swarm ends itself, is killed, the engine ends, the app quits', () => {
    const limits = [END_MS, GRACE_MS, GRACE_MS + GONE_MS, STOP_MS, QUIT_MS]
    expect(limits.toSorted((a, b) => a - b)).toEqual(limits)
    expect(new Set(limits).size).toBe(limits.length)
  })

  it('comes after a limit where the goodbye hangs', async () => {
    await start()
    if (rig.app === null) throw new Error('the app does not run')
    vi.spyOn(rig.app.engine, 'close').mockReturnValueOnce(new Promise(() => undefined))
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    electronQuits()
    await vi.advanceTimersByTimeAsync(QUIT_MS - 1)
    expect(log).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(log).toEqual(['ended'])
    expect(rig.warnings.join('')).toContain('took too long')
  })

  it.each(['a page that hangs', 'an update that fails, and a page that hangs'])(
    'comes by force with %s',
    async (how) => {
      await start()
      if (rig.app === null) throw new Error('the app does not run')
      const { calls } = rig.electron.app
      vi.spyOn(rig.app.engine, 'close').mockResolvedValueOnce()
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
      // Electron waits for a window that never closes.
      Object.assign(rig.electron.app, { quit: () => void goesOn('before-quit') })
      if (how.startsWith('an update')) {
        rig.app.shell.quit.update(() => undefined)
        await vi.advanceTimersByTimeAsync(INSTALL_MS)
      } else goesOn('before-quit')
      await vi.advanceTimersByTimeAsync(EXIT_MS - 1)
      expect(calls).not.toContain('exit 0')
      await vi.advanceTimersByTimeAsync(1)
      expect(calls).toContain('exit 0')
      expect(rig.warnings.join('')).toContain('did not quit by itself')
    },
  )

  it.each<[string, () => never]>([
    ['fails', () => Promise.reject(new Error('disk full')) as never],
    [
      'throws',
      () => {
        throw new Error('disk full')
      },
    ],
  ])('comes where the goodbye %s', async (_how, close) => {
    await start()
    vi.spyOn(rig.monitor, 'close').mockImplementationOnce(close)
    electronQuits()
    await vi.waitFor(() => expect(log).toEqual(['ended']))
    expect(rig.warnings.join('')).toContain('disk full')
  })

  it('comes where the window cannot be hidden', async () => {
    await start()
    rig.window.hide = () => {
      throw new Error('destroyed')
    }
    electronQuits()
    expect(await ended()).toEqual(GRACEFUL)
  })
})

describe('Windows', () => {
  it('writes what waits at once when the session may end, and goes on where it does not', async () => {
    await start({ platform: 'win32' })
    const flush = vi.spyOn(rig.monitor, 'machineSleeps')
    rig.window.emit('query-session-end', { preventDefault: () => log.push('prevented'), reasons: ['shutdown'] })
    expect(flush).toHaveBeenCalledOnce()
    expect(log).toEqual([])
    rig.window.emit('session-end', { reasons: ['shutdown'] })
    expect(flush).toHaveBeenCalledTimes(2)
    expect(await ended()).toEqual(GRACEFUL)
  })

  it('says goodbye also where writing fails', async () => {
    await start({ platform: 'win32' })
    vi.spyOn(rig.monitor, 'machineSleeps').mockImplementation(() => {
      throw new Error('disk full')
    })
    rig.window.emit('session-end', { reasons: ['shutdown'] })
    expect(await ended()).toEqual(GRACEFUL)
    expect(rig.warnings.join('')).toContain('disk full')
  })
})

describe('an update', () => {
  const quits = (): number => log.filter((line) => line === 'ended').length
  const later = (): unknown => vi.advanceTimersByTimeAsync(INSTALL_MS)

  it('starts the installer only after the goodbye, since that one does not wait for it', async () => {
    await start({ platform: 'win32' })
    rig.app?.shell.quit.update(() => {
      log.push('installer')
      rig.electron.autoUpdater.emit('before-quit-for-update')
      electronQuits()
    })
    await vi.waitFor(() => expect(log).toEqual(['goodbye', 'said', 'installer', 'ended']))
  })

  it('on macOS leaves the app running while the updater prepares', async () => {
    await start({ platform: 'darwin' })
    rig.app?.shell.quit.update(() => log.push('prepares'))
    expect(log).toEqual(['prepares'])
    expect(rig.window.close()).toBe(false)
    macInstalls()
    await vi.waitFor(() => expect(log).toEqual(['prepares', 'goodbye', 'said', 'ended']))
  })

  it.each<[string, string, () => void]>([
    ['Linux', 'linux', () => undefined],
    ['macOS', 'darwin', () => rig.electron.autoUpdater.emit('before-quit-for-update')],
    [
      'Linux, with an error',
      'linux',
      () => {
        throw new Error('no place to write')
      },
    ],
  ])('that does not end the app does not leave it without a window: %s', async (_where, platform, install) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    await start({ platform })
    rig.app?.shell.quit.update(install)
    await vi.waitFor(() => expect(log).toEqual(['goodbye', 'said']))
    expect(quits()).toBe(0)
    await later()
    expect(quits()).toBe(1)
  })
})
