/** An engine that fails: the window stays, says so, and starts another one. On the double of Electron, with real monitors. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EngineState } from '../../../src/shared/desktop-binding.ts'
import { StoreInUse } from '../../../src/shared/errors.ts'
import { STOP_MS } from '../../../src/main/desktop/engine.ts'
import { DesktopRig } from '../../support/desktop.ts'
import type { PageClient } from '../../support/desktop.ts'
import { FakeTray, FakeWindow, itemOf, press } from '../../support/electron.ts'
import { testMonitor } from '../../support/monitor.ts'

let rig: DesktopRig
beforeEach(() => {
  rig = new DesktopRig()
})
afterEach(async () => {
  vi.useRealTimers()
  await rig.close()
})

/** Fails as often as it is told to, with that error. */
const failing = (times: number, error: () => Error): (() => void) => {
  let left = times
  return () => {
    left -= 1
    if (left >= 0) throw error()
  }
}
const inUse = (): Error => new StoreInUse('another Peerscope uses this folder')
const crash = (message = 'boom'): void => void rig.process.emit('uncaughtException', new TypeError(message))

/** The states of the engine, as the page hears of them. */
async function states(client: PageClient): Promise<AsyncIterator<EngineState>> {
  return (await client.desktop.engine())[Symbol.asyncIterator]()
}
async function next(stream: AsyncIterator<EngineState>): Promise<EngineState> {
  const { value, done } = await stream.next()
  if (done === true) throw new Error('the states ended')
  return value
}
/** The first message of a view: the snapshot. */
async function snapshot(client: PageClient): Promise<string> {
  for await (const message of await client.view.subscribe()) return `${message.type} ${message.seq}`
  throw new Error('the view ended')
}
const join = (client: PageClient, network: string): Promise<unknown> =>
  client.network.join({ network, tags: ['role:test'] })

describe('an engine that cannot start', () => {
  it('says why in the window, and starts there once it can', async () => {
    expect(await rig.start({ open: failing(1, inUse) })).toBe(true)
    expect(rig.electron.app.calls.filter((call) => call.startsWith('exit'))).toEqual([])
    rig.window.emit('ready-to-show')
    expect(rig.window.calls).toEqual(['show'])
    const client = rig.client()
    const heard = await states(client)
    const failed = await next(heard)
    expect(failed).toMatchObject({
      state: 'failed',
      while: 'starting',
      code: 'StoreInUse',
      message: 'another Peerscope uses this folder',
      rejoin: null,
    })
    expect(failed).toMatchObject({ details: expect.stringContaining('Peerscope 0.0.0, a test') as unknown })
    await expect(client.view.subscribe()).rejects.toMatchObject({
      code: 'Unavailable',
      message: 'Peerscope stopped watching the network; restart it in the window',
      data: { code: 'Unavailable' },
    })
    // What is the desktop's own goes on.
    expect(await client.desktop.state()).toMatchObject({ settings: { startHidden: false } })
    await client.desktop.change({ closeToTray: 'quit' })

    expect(await client.desktop.restartEngine({ rejoin: true })).toEqual({ state: 'running' })
    expect(await snapshot(client)).toBe('snapshot 1')
    expect(FakeWindow.all).toHaveLength(1)
    expect(await next(heard)).toEqual({ state: 'starting' })
    expect(await next(heard)).toEqual({ state: 'running' })
  })

  it('is told again where it still cannot, as often as the user tries', async () => {
    await rig.start({ open: failing(3, inUse) })
    const { desktop } = rig.client()
    for (const state of ['failed', 'failed', 'running'])
      expect((await desktop.restartEngine({ rejoin: true })).state).toBe(state)
  })

  it('names a folder that is really in use, and takes it once it is free', async () => {
    const other = testMonitor({ dataDir: rig.data }).monitor
    await rig.start()
    const client = rig.client()
    expect(await next(await states(client))).toMatchObject({ state: 'failed', code: 'StoreInUse' })
    expect(await client.desktop.restartEngine({ rejoin: true })).toMatchObject({ code: 'StoreInUse' })
    await other.close()
    expect(await client.desktop.restartEngine({ rejoin: true })).toEqual({ state: 'running' })
    expect(await snapshot(client)).toBe('snapshot 1')
  })

  it('joins what the command line names once it runs', async () => {
    await rig.start({ argv: ['--network', 'first'], open: failing(1, inUse) })
    const client = rig.client()
    expect(await next(await states(client))).toMatchObject({ rejoin: { kind: 'network', name: 'first' } })
    await client.desktop.restartEngine({ rejoin: true })
    await vi.waitFor(() => expect(rig.monitor.status()).toMatchObject({ state: 'alone', network: { name: 'first' } }))
  })

  it('is told by a notification where the start was to be in the tray', async () => {
    await rig.start({ argv: ['--hidden'], open: failing(1, inUse) })
    rig.window.emit('ready-to-show')
    expect(rig.window.calls).toEqual([])
    expect(rig.electron.notices).toMatchObject([
      {
        title: 'Peerscope could not start',
        body: expect.stringContaining('another Peerscope uses this folder'),
      },
    ])
    rig.electron.notices[0]?.click()
    expect(rig.window.calls).toEqual(['show', 'focus'])
  })

  it('shows the window where there are no notifications', async () => {
    await rig.start({
      argv: ['--hidden'],
      open: failing(1, inUse),
      before: ({ parts }) => Object.assign(parts.Notification, { isSupported: () => false }),
    })
    expect(rig.window.calls).toEqual(['show', 'focus'])
  })
})

describe('an engine that stops', () => {
  const started = async (): Promise<PageClient> => {
    await rig.start()
    rig.window.emit('ready-to-show')
    return rig.client()
  }

  it('is said in the window, whose streams and calls end; a restart joins again in the same window', async () => {
    const client = await started()
    await join(client, 'kept')
    const before = rig.monitor
    const heard = await states(client)
    expect(await next(heard)).toEqual({ state: 'running' })
    const view = await client.view.subscribe()
    await view.next()
    const waiting = (async () => {
      for await (const _ of view);
    })()
    crash('the index is broken')
    await expect(waiting).rejects.toMatchObject({ code: 'Unavailable' })
    expect(await next(heard)).toMatchObject({
      state: 'failed',
      while: 'running',
      code: 'Internal',
      message: 'the index is broken',
      rejoin: { kind: 'network', name: 'kept' },
      details: expect.stringMatching(/TypeError: the index is broken\n +at .*engine\.test\.ts/) as unknown,
    })
    expect(rig.warnings.join('')).toContain('the index is broken')
    await expect(client.app.info()).rejects.toMatchObject({ code: 'Unavailable' })

    expect(await client.desktop.restartEngine({ rejoin: true })).toEqual({ state: 'running' })
    expect(rig.monitor).not.toBe(before)
    await vi.waitFor(() => expect(rig.monitor.status()).toMatchObject({ state: 'alone', network: { name: 'kept' } }))
    expect(rig.monitor.store.recentNetworks()).toMatchObject([{ name: 'kept', tags: ['role:test'] }])
    expect(await snapshot(client)).toBe('snapshot 1')
    expect(FakeWindow.all).toHaveLength(1)
    expect(rig.electron.notices).toEqual([])
  })

  it('joins nothing where the user wants that, nor what was left or had failed', async () => {
    const client = await started()
    await join(client, 'kept')
    crash()
    await client.desktop.restartEngine({ rejoin: false })
    expect(rig.monitor.status()).toEqual({ state: 'none' })

    await join(client, 'left')
    await client.network.leave()
    crash()
    expect(await next(await states(client))).toMatchObject({ rejoin: null })
    await client.desktop.restartEngine({ rejoin: true })

    await expect(client.network.join({ network: 'bad', listen: ['nowhere'] })).rejects.toMatchObject({
      code: 'InvalidArgument',
    })
    await join(client, 'good')
    await expect(join(client, 'second')).rejects.toMatchObject({ code: 'AlreadyJoined' })
    crash()
    expect(await next(await states(client))).toMatchObject({ rejoin: { kind: 'network', name: 'good' } })
  })

  it('starts a demo again; one that cannot start is told by the network’s status', async () => {
    const client = await started()
    const { monitor } = rig
    vi.spyOn(monitor, 'demo').mockImplementation(() => monitor.join({ network: 'demo-1' }))
    await client.network.demo({ nodes: 8 })
    crash()
    expect(await next(await states(client))).toMatchObject({ rejoin: { kind: 'demo' } })
    await client.desktop.restartEngine({ rejoin: true })
    // No swarm can be started in a test.
    await vi.waitFor(() => expect(rig.monitor.status()).toMatchObject({ state: 'failed', code: 'Unavailable' }))
    crash()
    expect(await next(await states(client))).toMatchObject({ rejoin: null })
  })

  it('ends a call that is under way', async () => {
    const client = await started()
    const asked = Promise.withResolvers<void>()
    vi.spyOn(rig.monitor, 'cost').mockImplementation(() => {
      asked.resolve()
      return new Promise(() => undefined) as never
    })
    const call = client.app.cost()
    await asked.promise
    crash()
    await expect(call).rejects.toMatchObject({ code: 'Unavailable' })
  })

  it('is restarted once, however often the button is pressed', async () => {
    let opened = 0
    await rig.start({ open: () => void (opened += 1) })
    const { desktop } = rig.client()
    crash()
    const answers = await Promise.all([1, 2, 3].map(() => desktop.restartEngine({ rejoin: true })))
    expect(answers).toEqual([{ state: 'running' }, { state: 'running' }, { state: 'running' }])
    expect(await desktop.restartEngine({ rejoin: true })).toEqual({ state: 'running' })
    expect(opened).toBe(2)
  })

  it('never restarts by itself, and counts only one failure of one engine', async () => {
    let opened = 0
    await rig.start({ open: () => void (opened += 1) })
    const heard = await states(rig.client())
    await next(heard)
    crash('first')
    crash('second')
    expect(await next(heard)).toMatchObject({ message: 'first' })
    expect(opened).toBe(1)
  })

  it('lets go of its store even where its goodbye hangs', async () => {
    const client = await started()
    const hung = rig.monitor
    vi.spyOn(hung, 'close').mockReturnValue(new Promise(() => undefined))
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    crash()
    const restarted = client.desktop.restartEngine({ rejoin: true })
    await vi.waitFor(async () => {
      await vi.advanceTimersByTimeAsync(STOP_MS)
      expect(rig.monitor).not.toBe(hung)
    })
    expect(await restarted).toEqual({ state: 'running' })
    expect(rig.warnings.join('')).toContain('did not end within')
  })

  it('is survived by what a library lets fall: rejections, and connections that break', async () => {
    const client = await started()
    rig.process.emit('unhandledRejection', new Error('nobody looked'))
    rig.process.emit('uncaughtException', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }))
    expect(await next(await states(client))).toEqual({ state: 'running' })
    expect(rig.warnings.join('')).toContain('nobody looked')
    expect(rig.warnings.join('')).toContain('read ECONNRESET')
  })

  it('is told by a notification while the window is hidden', async () => {
    await started()
    rig.window.hide()
    crash()
    expect(rig.electron.notices).toMatchObject([{ title: 'Peerscope stopped watching the network' }])
  })

  it('is told in the tray and the menus, and restarted from there', async () => {
    await started()
    const tray = (): FakeTray => {
      if (FakeTray.last === null) throw new Error('no tray')
      return FakeTray.last
    }
    crash()
    expect(tray().menu[0]).toMatchObject({ label: 'Stopped by an error' })
    expect(tray().tip).toBe('Peerscope: Stopped by an error')
    expect(itemOf(rig.electron.bar, 'Join…')).toMatchObject({ enabled: false })
    expect(itemOf(rig.electron.bar, 'Open Snapshot…')).toMatchObject({ enabled: false })
    press(tray().menu, 'Restart')
    await vi.waitFor(() => expect(tray().menu[0]).toMatchObject({ label: 'No network' }))
    expect(itemOf(rig.electron.bar, 'Join…')).toMatchObject({ enabled: true })
  })

  it('is followed by all that acts on it: power, alerts, files, the tray', async () => {
    const client = await started()
    const old = rig.monitor
    crash()
    rig.electron.powerMonitor.emit('resume')
    rig.electron.powerMonitor.emit('suspend')
    rig.electron.app.emit('open-file', { preventDefault: () => undefined }, rig.file('x.peerscope', 'x'))
    const { value } = await (await client.desktop.commands()).next()
    expect(value).toMatchObject({ kind: 'Problem', code: 'Unavailable' })
    await client.desktop.restartEngine({ rejoin: true })
    const spies = [old, rig.monitor].map((monitor) => [
      vi.spyOn(monitor, 'machineWoke'),
      vi.spyOn(monitor, 'machineSleeps'),
    ])
    rig.electron.powerMonitor.emit('resume')
    rig.electron.powerMonitor.emit('suspend')
    expect(spies.map((each) => each.map(({ mock }) => mock.calls.length))).toEqual([
      [0, 0],
      [1, 1],
    ])
    const rule = { name: 'Any', kind: 'peer-departed', filter: '', notify: true, webhook: null, quietHours: null }
    await rig.monitor.alerts.test({ ...rule, cooldownMs: 0 } as never)
    expect(rig.electron.notices).toMatchObject([{ title: 'Any' }])
  })
})

describe('quitting', () => {
  const quits = (): number => rig.electron.app.calls.filter((call) => call === 'quit').length

  it('works while the engine has failed, and a restart under way then opens nothing', async () => {
    let opened = 0
    await rig.start({ open: () => void (opened += 1) })
    const { desktop } = rig.client()
    crash()
    const restarted = desktop.restartEngine({ rejoin: true })
    rig.electron.app.emit('before-quit', { preventDefault: () => undefined })
    expect(await restarted).toEqual({ state: 'closed' })
    await vi.waitFor(() => expect(quits()).toBe(1))
    expect(opened).toBe(1)
  })

  it('closes the monitor once, and an error while it ends does not fail it', async () => {
    await rig.start()
    const close = vi.spyOn(rig.monitor, 'close')
    const heard = await states(rig.client())
    await next(heard)
    rig.electron.app.emit('before-quit', { preventDefault: () => undefined })
    crash()
    expect(await next(heard)).toEqual({ state: 'closed' })
    await vi.waitFor(() => expect(quits()).toBe(1))
    expect(close).toHaveBeenCalledOnce()
  })
})
