/** What comes from outside: second starts, invitation links, files. */
import { existsSync, readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeWindow, press } from '../../support/electron.ts'
import { DesktopRig } from '../../support/desktop.ts'

const PEER = '12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp'
const ADDRESS = `/ip4/192.0.2.7/tcp/4001/p2p/${PEER}`
const LINK = `peerscope://join?network=my+net&bootstrap=${ADDRESS}`
const INVITED = { kind: 'ConfirmJoin', network: 'my net', bootstrap: [ADDRESS] }

let rig: DesktopRig
beforeEach(() => {
  rig = new DesktopRig()
})
afterEach(async () => {
  vi.useRealTimers()
  await rig.close()
})

describe('one instance', () => {
  it('a second one quits before it opens anything, and hands its arguments over', async () => {
    const open = vi.fn<() => never>()
    expect(await rig.start({ first: false, argv: ['--network', 'x'], open })).toBe(false)
    expect(open).not.toHaveBeenCalled()
    expect(rig.electron.app.calls).toEqual(['quit'])
    expect(rig.electron.app.handedOver).toEqual({ argv: ['--network', 'x'], cwd: rig.folder })
  })

  it('the first comes to the front', async () => {
    await rig.start()
    rig.window.minimized = true
    rig.electron.app.emit('second-instance', {}, [], '/', { argv: [], cwd: '/' })
    await vi.waitFor(() => expect(rig.window.calls).toEqual(['restore', 'show', 'focus']))
  })

  it('the first asks about what was handed over, as it was typed', async () => {
    await rig.start()
    const path = rig.file('a.peerscope', 'no snapshot yet')
    const { app } = rig.electron
    app.emit('second-instance', {}, [], '/', { argv: ['a.peerscope'], cwd: rig.folder })
    app.emit('second-instance', {}, [], '/', { argv: ['--network', 'other net'], cwd: '/' })
    // Something else than a second start may hand over anything.
    app.emit('second-instance', {}, ['exe', LINK], '/', { argv: 7 })
    const commands = await rig.commands(2)
    expect(commands.map(({ kind }) => kind).sort()).toEqual(['ConfirmJoin', 'OpenFile'])
    expect(commands.find(({ kind }) => kind === 'ConfirmJoin')).toEqual(INVITED)
    expect(commands.find(({ kind }) => kind === 'OpenFile')).toMatchObject({ name: 'a.peerscope' })
    expect(existsSync(path)).toBe(true)
    expect(rig.monitor.status()).toEqual({ state: 'none' })
  })

  it('a link to a place in the window is handed to the page', async () => {
    await rig.start()
    const link = 'peerscope://show/peers?filter=tag%3Ax'
    rig.electron.app.emit('second-instance', {}, ['exe', link], '/', { argv: 7 })
    expect(await rig.commands(1)).toEqual([{ kind: 'ShowPlace', place: '/peers?filter=tag%3Ax' }])
  })

  it('opens a window again where the system asks for it', async () => {
    await rig.start()
    rig.window.emit('closed')
    rig.electron.app.emit('activate')
    expect(FakeWindow.all).toHaveLength(2)
  })
})

describe('an invitation link', () => {
  it('of the command line is confirmed before anything is dialed', async () => {
    await rig.start({ argv: [LINK] })
    expect(await rig.commands(1)).toEqual([INVITED])
    expect(rig.monitor.status()).toEqual({ state: 'none' })
    expect(rig.window.calls).toContain('show')
  })

  it('that comes before the app is ready is not lost', async () => {
    const event = { preventDefault: vi.fn<() => void>() }
    await rig.start({
      before: ({ app }) => {
        // The Mac tells of the link that started the app while it becomes ready.
        Object.assign(app, { whenReady: () => Promise.resolve(app.emit('open-url', event, LINK)) })
      },
    })
    expect(event.preventDefault).toHaveBeenCalledOnce()
    expect(await rig.commands(1)).toEqual([INVITED])
  })

  it('takes the place of one that was not shown yet', async () => {
    await rig.start()
    for (let n = 0; n < 50; n += 1)
      rig.electron.app.emit('open-url', { preventDefault: () => undefined }, `peerscope://join?network=n${n}`)
    rig.electron.app.emit('open-url', { preventDefault: () => undefined }, LINK)
    expect(await rig.commands(1)).toEqual([INVITED])
  })

  it.each([
    ['peerscope://leave', 'InvalidArgument'],
    ['peerscope://join?network=a&bootstrap=/ip4/999.1.1.1/tcp/1', 'InvalidArgument'],
    [`peerscope://join?network=${'x'.repeat(9000)}`, 'LimitExceeded'],
  ])('that is none (%.60s) is told of and not used', async (link, code) => {
    await rig.start({ argv: [link] })
    expect(await rig.commands(1)).toMatchObject([{ kind: 'Problem', code }])
    expect(rig.warnings.join('')).toContain('an invitation link was refused')
    for (const part of ['999.1.1.1', 'xxxxxxxx', 'leave']) expect(rig.warnings.join('')).not.toContain(part)
  })
})

describe('a snapshot file', () => {
  it('that the system opens is taken in and shown, not imported', async () => {
    await rig.start()
    const path = rig.file('seen by ann.peerscope', 'content')
    rig.electron.app.emit('open-file', { preventDefault: () => undefined }, path)
    const [command] = await rig.commands(1)
    expect(command).toMatchObject({ kind: 'OpenFile', name: 'seen by ann.peerscope' })
    const file = command?.kind === 'OpenFile' ? command.file : ''
    expect(readFileSync(await rig.monitor.archive.uploads.path(file), 'utf8')).toBe('content')
  })

  it('is chosen in the system’s dialog', async () => {
    await rig.start()
    rig.electron.chosen = [rig.file('b.peerscope', 'content')]
    press(rig.electron.bar, 'Open Snapshot…')
    expect(await rig.commands(1)).toMatchObject([{ kind: 'OpenFile', name: 'b.peerscope' }])
    expect(rig.electron.openDialogs[0]?.filters).toEqual([{ name: 'Peerscope snapshots', extensions: ['peerscope'] }])
    rig.electron.chosen = []
    await rig.client().desktop.chooseFile()
    expect(rig.electron.openDialogs).toHaveLength(2)
  })

  it('by a file URL of the command line is found', async () => {
    const path = rig.file('c.peerscope', 'content')
    await rig.start({ argv: [pathToFileURL(path).href] })
    expect(await rig.commands(1)).toMatchObject([{ kind: 'OpenFile', name: 'c.peerscope' }])
  })

  it('that is not there is told of', async () => {
    await rig.start({ argv: ['none.peerscope'] })
    expect(await rig.commands(1)).toMatchObject([{ kind: 'Problem', code: 'InvalidArgument' }])
  })
})
