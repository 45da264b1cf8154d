/** Hardware acceleration, and starting again. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CRASHES_MS } from '../../../src/main/desktop/graphics.ts'
import { parseLaunch } from '../../../src/main/desktop/launch.ts'
import { startAgain } from '../../../src/main/desktop/restart.ts'
import { DesktopRig } from '../../support/desktop.ts'

let rig: DesktopRig
beforeEach(() => {
  rig = new DesktopRig()
})
afterEach(async () => {
  vi.useRealTimers()
  await rig.close()
})

const dies = (type: string, reason: string): void =>
  void rig.electron.app.emit('child-process-gone', {}, { type, reason, exitCode: 139, name: type })
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('hardware acceleration', () => {
  it('is on; without a graphics processor Chromium may draw the graph by itself', async () => {
    await rig.start()
    expect(rig.electron.switches).toEqual(['enable-unsafe-swiftshader'])
    expect(rig.electron.app.calls).not.toContain('no acceleration')
    expect(await rig.client().desktop.state()).toMatchObject({
      settings: { hardwareAcceleration: true },
      accelerated: true,
    })
  })

  it('is turned off by a setting that acts at the next start, before Electron is ready', async () => {
    await rig.start()
    const { desktop } = rig.client()
    expect(await desktop.change({ hardwareAcceleration: false })).toMatchObject({
      settings: { hardwareAcceleration: false },
      accelerated: true,
    })
    await rig.stop()
    const early: string[] = []
    await rig.start({
      before: ({ app }) => {
        const ready = Object.assign(app, {
          whenReady: () => {
            early.push(...app.calls)
            return Promise.resolve()
          },
        })
        expect(ready).toBe(app)
      },
    })
    expect(early).toEqual(['no acceleration'])
    expect(rig.electron.switches).toEqual(['enable-unsafe-swiftshader'])
    expect(await rig.client().desktop.state()).toMatchObject({ accelerated: false })
  })

  it('is on where the file of settings makes no sense', async () => {
    writeFileSync(join(rig.data, 'desktop.json'), '{"hardwareAcceleration":"maybe","closeToTray":"tray"}')
    await rig.start()
    expect(rig.electron.app.calls).not.toContain('no acceleration')
    expect(await rig.client().desktop.state()).toMatchObject({
      settings: { hardwareAcceleration: true, closeToTray: 'tray' },
    })
  })
})

describe('a graphics process that crashes', () => {
  const offered = (): number => rig.electron.questions.length

  it('again and again leads to the offer to do without, once', async () => {
    await rig.start({ argv: ['--data', 'd', '--hidden'], before: (electron) => (electron.response = 0) })
    dies('GPU', 'crashed')
    expect(offered()).toBe(0)
    dies('GPU', 'crashed')
    expect(rig.electron.questions.at(-1)).toMatchObject({ buttons: ['Turn Off and Restart', 'Not Now'], cancelId: 1 })
    await turn()
    expect(rig.electron.app.calls).toContain('quit')
    rig.electron.app.emit('before-quit', { preventDefault: () => undefined })
    await vi.waitFor(() => expect(rig.electron.relaunches).toEqual([{ args: ['--data', 'd'] }]))
    expect(await rig.client().desktop.state()).toMatchObject({ settings: { hardwareAcceleration: false } })
    dies('GPU', 'crashed')
    dies('GPU', 'crashed')
    expect(offered()).toBe(1)
  })

  it('is asked about for itself where the window is in the tray, and not while the app ends', async () => {
    await rig.start({ argv: ['--hidden'], before: (electron) => (electron.unanswered = true) })
    dies('GPU', 'crashed')
    dies('GPU', 'crashed')
    const [question] = rig.electron.questions
    expect(question?.signal?.aborted).toBe(false)
    await rig.stop()
    expect(question?.signal?.aborted).toBe(true)
  })

  it('now and then does not, nor another process, nor what Chromium falls back from by itself', async () => {
    const time = vi.spyOn(performance, 'now').mockReturnValue(1_000_000)
    await rig.start()
    dies('GPU', 'crashed')
    time.mockReturnValue(1_000_000 + CRASHES_MS)
    dies('GPU', 'crashed')
    for (let times = 0; times < 3; times += 1) {
      dies('Utility', 'crashed')
      dies('GPU', 'launch-failed')
      dies('GPU', 'abnormal-exit')
      dies('GPU', 'clean-exit')
    }
    expect(offered()).toBe(0)
    expect(rig.warnings.join('')).toContain('launch-failed')
    expect(rig.warnings.join('')).not.toContain('clean-exit')
    time.mockRestore()
  })

  it('is left as it is where that is the answer', async () => {
    await rig.start({ before: (electron) => (electron.response = 1) })
    dies('GPU', 'crashed')
    dies('GPU', 'oom')
    await turn()
    expect(offered()).toBe(1)
    expect(rig.electron.relaunches).toEqual([])
    expect(await rig.client().desktop.state()).toMatchObject({ settings: { hardwareAcceleration: true } })
  })

  it('has nothing to offer where acceleration is off', async () => {
    writeFileSync(join(rig.data, 'desktop.json'), '{"hardwareAcceleration":false}')
    await rig.start()
    dies('GPU', 'crashed')
    dies('GPU', 'crashed')
    expect(offered()).toBe(0)
  })
})

describe('starting again', () => {
  const done: unknown[] = []
  const parts = {
    app: { relaunch: (options: unknown) => void done.push(options) },
    launcher: { again: () => false },
    argv: [],
    brought: [],
    env: {},
  }
  beforeEach(() => void done.splice(0))

  it('keeps the data folder and Chromium’s switches, and repeats nothing that was brought', () => {
    const argv = ['--no-sandbox', '/app', '--data', '/d.peerscope', '--hidden', 'a.peerscope', 'peerscope://join?n=x']
    startAgain({ ...parts, argv: [...argv, '--demo'] })
    expect(done).toEqual([{ args: ['--no-sandbox', '/app', '--data', '/d.peerscope'] }])
  })

  it('is given what other starts brought meanwhile: the files, the last link, and a network as something to ask about', () => {
    const nothing = { link: null, files: [], network: null }
    const brought = [
      { ...nothing, files: ['/one.peerscope', '/two.peerscope'], network: '--demo peers' },
      { ...nothing, link: 'peerscope://join?network=last' },
      nothing,
      { ...nothing, files: ['/3.peerscope', '/4.peerscope', '/5.peerscope'] },
    ]
    startAgain({ ...parts, argv: ['--data', '/d'], brought })
    startAgain({ ...parts, brought: brought.slice(0, 1) })
    startAgain({ ...parts, brought: [{ ...nothing, network: 'no link holds \u202e this' }] })
    const files = ['/one.peerscope', '/two.peerscope', '/3.peerscope', '/4.peerscope']
    const asked = 'peerscope://join?network=--demo%20peers'
    expect(done).toEqual([
      { args: ['--data', '/d', ...files, 'peerscope://join?network=last'] },
      { args: ['/one.peerscope', '/two.peerscope', asked] },
      { args: [] },
    ])
    expect(parseLaunch(['/one.peerscope', asked], '/')).toMatchObject({ demo: false, network: null, link: asked })
  })

  it('starts the AppImage, not what is mounted out of it', () => {
    startAgain({ ...parts, env: { APPIMAGE: '/home/ann/Peerscope.AppImage' } })
    startAgain({ ...parts, env: { APPIMAGE: '' } })
    expect(done).toEqual([{ args: [], execPath: '/home/ann/Peerscope.AppImage' }, { args: [] }])
  })

  it('can be asked for by the page', async () => {
    await rig.start({ argv: ['--data', 'd'] })
    const { desktop } = rig.client()
    await desktop.restart()
    await desktop.restart()
    expect(rig.electron.app.calls).toContain('quit')
    rig.electron.app.emit('before-quit', { preventDefault: () => undefined })
    await vi.waitFor(() => expect(rig.electron.relaunches).toEqual([{ args: ['--data', 'd'] }]))
  })

  it('is left to the launcher where there is one: its terminal keeps the app', async () => {
    let asked = 0
    await rig.start({ again: () => (asked += 1) > 0 })
    await rig.client().desktop.restart()
    rig.electron.app.emit('before-quit', { preventDefault: () => undefined })
    await vi.waitFor(() => expect(asked).toBe(1))
    expect(rig.electron.relaunches).toEqual([])
  })
})
