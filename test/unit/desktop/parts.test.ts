/** The parts of the desktop app that need no app: places of windows, menus, icons, commands, start at login. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MenuItemConstructorOptions } from 'electron'
import { describe, expect, it } from 'vitest'
import type { NetworkStatus, RecentNetwork } from '../../../src/shared/contract.ts'
import type { DesktopCommand } from '../../../src/shared/desktop-binding.ts'
import { networkIdFrom } from '../../../src/shared/ids.ts'
import { Commands } from '../../../src/main/desktop/commands.ts'
import { COLOURS, ringBitmap, STATE_COLOURS } from '../../../src/main/desktop/icons.ts'
import { canStartAtLogin, desktopEntry, startAtLogin } from '../../../src/main/desktop/login.ts'
import { applicationMenu, trayMenu } from '../../../src/main/desktop/menu.ts'
import type { MenuActions, MenuSituation } from '../../../src/main/desktop/menu.ts'
import { keepable, placed } from '../../../src/main/desktop/window-state.ts'
import { itemOf, press } from '../../support/electron.ts'

describe('where the window opens', () => {
  const screens = [
    { x: 0, y: 25, width: 1920, height: 1055 },
    { x: 1920, y: 0, width: 2560, height: 1440 },
  ]
  const was = { x: 100, y: 100, width: 1200, height: 800, maximized: false }

  it.each<[string, Parameters<typeof placed>[0], object]>([
    ['the first time', null, { width: 1440, height: 900 }],
    ['where it was', was, { x: 100, y: 100, width: 1200, height: 800 }],
    ['on the second screen', { ...was, x: 3000 }, { x: 3000, y: 100, width: 1200, height: 800 }],
    ['beside all screens', { ...was, x: 9000 }, { width: 1200, height: 800 }],
    ['above the screen', { ...was, y: -500 }, { width: 1200, height: 800 }],
    ['below the screen', { ...was, y: 1500 }, { width: 1200, height: 800 }],
    ['with its corner on a screen', { ...was, x: -1190 }, { width: 1200, height: 800 }],
    ['mostly beside the screen', { ...was, x: -1000 }, { x: -1000, y: 100, width: 1200, height: 800 }],
    ['larger than its screen', { ...was, width: 5000, height: 5000 }, { x: 100, y: 100, width: 1920, height: 1055 }],
    ['smaller than it may be', { ...was, width: 300, height: 20 }, { x: 100, y: 100, width: 1024, height: 640 }],
  ])('%s', (_when, state, expected) => expect(placed(state, screens)).toEqual(expected))

  it.each([
    [
      { x: 1.5, y: -2.4, width: 1200.2, height: 800 },
      { x: 2, y: -2, width: 1200, height: 800, maximized: true },
    ],
    [{ x: 0, y: 0, width: 99, height: 800 }, null],
    [{ x: 0, y: 0, width: 1200, height: 0 }, null],
    [{ x: Number.NaN, y: 0, width: 1200, height: 800 }, null],
    [{ x: 0, y: 0, width: 1200, height: 1e7 }, null],
  ])('of %j is kept %j', (bounds, expected) => expect(keepable(bounds, true)).toEqual(expected))

  it('without any screen', () => expect(placed(was, [])).toEqual({ width: 1200, height: 800 }))
})

const network = { kind: 'peerscope', id: networkIdFrom('a'), name: 'a' } as const
const recentOf = (name: string | null): RecentNetwork => ({
  kind: 'peerscope',
  id: networkIdFrom(name ?? 'x'),
  name,
  lastJoinedAt: 0,
  bootstrap: [],
  tags: [],
  relay: 'off',
  entryVersion: null,
  knownPeers: 0,
})

function menus(changes: Partial<MenuSituation> = {}) {
  const done: unknown[] = []
  const note = (what: string) => (): void => void done.push(what)
  const actions: MenuActions = {
    ask: (command) => void done.push(command),
    show: note('show'),
    chooseFile: note('choose'),
    openLogs: note('logs'),
    join: ({ id }) => void done.push(id),
    leave: note('leave'),
    demo: note('demo'),
    restart: note('restart'),
    quit: note('quit'),
  }
  const situation: MenuSituation = {
    platform: 'linux',
    packaged: true,
    engine: 'running',
    status: { state: 'none' },
    recent: [],
    alerts: 0,
    ...changes,
  }
  return { bar: applicationMenu(situation, actions), tray: trayMenu(situation, actions), done }
}

function all(menu: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return menu.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? all(item.submenu) : [])])
}

describe('the menu bar', () => {
  it.each(['linux', 'win32', 'darwin'])('on %s has no accelerator twice, and quit and settings once', (platform) => {
    const { bar, done } = menus({ platform })
    const keys = all(bar).flatMap(({ accelerator }) => accelerator ?? [])
    expect(new Set(keys).size).toBe(keys.length)
    expect(keys.length).toBeGreaterThan(12)
    expect(all(bar).filter(({ label }) => label === 'Settings…')).toHaveLength(1)
    press(bar, platform === 'darwin' ? 'Quit Peerscope' : 'Quit')
    press(bar, 'Open Snapshot…')
    expect(done).toEqual(['quit', 'choose'])
  })

  it('does everything that it offers', () => {
    const { bar, done } = menus()
    const own = all(bar).filter(
      ({ label, role, submenu }) => label !== undefined && role === undefined && submenu === undefined,
    )
    for (const item of own) item.click?.(undefined as never, undefined, undefined as never)
    expect(done).toHaveLength(own.length)
  })

  it.each(['linux', 'win32', 'darwin'])('on %s has the logs under Help, and About once', (platform) => {
    const { bar } = menus({ platform })
    const help = bar.find(({ role }) => role === 'help')
    expect(itemOf(help === undefined ? [] : [help], 'Open Logs')).not.toBeNull()
    expect(all(bar).filter(({ role }) => role === 'about')).toHaveLength(1)
  })

  it('offers tools for developers only where they develop', () => {
    const roles = (packaged: boolean): unknown[] => all(menus({ packaged }).bar).map(({ role }) => role)
    expect(roles(true)).not.toContain('toggleDevTools')
    expect(roles(false)).toContain('toggleDevTools')
  })

  it.each([
    ['none', true, false],
    ['joining', false, true],
    ['online', false, true],
    ['failed', true, false],
  ])('in the state %s: join %s, leave %s', (state, join, leave) => {
    const { bar } = menus({ status: { state, network, notKnown: null } as NetworkStatus })
    expect([itemOf(bar, 'Join…')?.enabled, itemOf(bar, 'Leave…')?.enabled]).toEqual([join, leave])
  })
})

describe('the tray', () => {
  it('offers what was joined before, and the demo', () => {
    const { tray, done } = menus({ recent: ['a', null, 'x'.repeat(80), 'fourth'].map(recentOf), alerts: 3 })
    expect(tray.flatMap(({ label }) => label ?? [])).toEqual([
      'No network',
      'Open Peerscope',
      'Alerts (3)',
      'Join a',
      `Join ${networkIdFrom('x').slice(0, 31)}…`,
      `Join ${'x'.repeat(31)}…`,
      'Start the Demo',
      'Quit',
    ])
    for (const label of ['Join a', 'Start the Demo', 'Open Peerscope', 'Alerts (3)', 'Quit']) press(tray, label)
    expect(done).toEqual([networkIdFrom('a'), 'demo', 'show', { kind: 'ShowView', view: 'alerts' }, 'quit'])
  })

  it("makes characters visible that hide or turn a network's name", () => {
    const name = 'a\u202eb'
    const joined = { ...network, name }
    const { tray } = menus({ status: { state: 'online', network: joined, peers: 3, notKnown: null } as NetworkStatus })
    expect(tray.flatMap(({ label }) => label ?? [])).toEqual(
      expect.arrayContaining(['a<U+202E>b: 3 peers', 'Leave a<U+202E>b']),
    )
    expect(itemOf(menus({ recent: [recentOf(name)] }).tray, 'Join a<U+202E>b')).not.toBeNull()
  })

  it('offers to leave what is joined, and nothing while it is left', () => {
    const online = menus({ status: { state: 'online', network, peers: 3, notKnown: null } as NetworkStatus })
    expect(online.tray.flatMap(({ label }) => label ?? [])).toEqual([
      'a: 3 peers',
      'Open Peerscope',
      'Alerts',
      'Leave a',
      'Quit',
    ])
    press(online.tray, 'Leave a')
    expect(online.done).toEqual(['leave'])
    const deserted = menus({ status: { state: 'deserted', network } as NetworkStatus })
    expect(deserted.tray.flatMap(({ label }) => label ?? [])).toContain('Leave a')
    const leaving = menus({ status: { state: 'leaving', network }, recent: [recentOf('a')] })
    expect(leaving.tray.flatMap(({ label }) => label ?? [])).toEqual(['Leaving a', 'Open Peerscope', 'Alerts', 'Quit'])
  })
})

describe('an engine that does not run', () => {
  const labels = (menu: readonly MenuItemConstructorOptions[]): string[] => menu.flatMap(({ label }) => label ?? [])

  it('leaves nothing to join in the menus, and is restarted from the tray where it failed', () => {
    const { bar, tray, done } = menus({ engine: 'failed', recent: [recentOf('a')] })
    expect([itemOf(bar, 'Join…')?.enabled, itemOf(bar, 'Open Snapshot…')?.enabled]).toEqual([false, false])
    expect(labels(tray)).toEqual(['Stopped by an error', 'Open Peerscope', 'Alerts', 'Restart', 'Quit'])
    press(tray, 'Restart')
    expect(done).toEqual(['restart'])
    expect(labels(menus({ engine: 'starting' }).tray)).toEqual(['Starting', 'Open Peerscope', 'Alerts', 'Quit'])
  })
})

describe('the icon', () => {
  const pixel = (bitmap: Buffer, size: number, x: number, y: number): number[] => [
    ...bitmap.subarray((y * size + x) * 4, (y * size + x) * 4 + 4),
  ]

  it('is a ring around a dot in the colour of the state, see-through around it', () => {
    for (const [red, green, blue] of Object.values(STATE_COLOURS)) {
      const bitmap = ringBitmap(32, COLOURS.ring, [red, green, blue])
      expect(bitmap).toHaveLength(32 * 32 * 4)
      expect(pixel(bitmap, 32, 16, 16)).toEqual([blue, green, red, 255])
      const [r, g, b] = COLOURS.ring
      expect(pixel(bitmap, 32, 16, 3)).toEqual([b, g, r, 255])
      expect(pixel(bitmap, 32, 0, 0)).toEqual([0, 0, 0, 0])
      expect(pixel(bitmap, 32, 16, 7)[3]).toBe(0)
    }
  })

  it('without a ring is a dot', () => {
    const bitmap = ringBitmap(32, null, COLOURS.bad)
    expect(pixel(bitmap, 32, 16, 4)[3]).toBe(255)
    expect(pixel(bitmap, 32, 1, 1)[3]).toBe(0)
  })
})

describe('commands', () => {
  const SEARCH: DesktopCommand = { kind: 'Search' }

  it('wait for a page, the newest sixteen of them', async () => {
    const commands = new Commands()
    for (let n = 0; n < 20; n += 1) commands.send({ kind: 'Problem', code: 'x', message: String(n) })
    const stream = commands.listen(new AbortController().signal)
    expect((await stream.next()).value).toMatchObject({ message: '4' })
    const rest = []
    for (let n = 0; n < 15; n += 1) rest.push((await stream.next()).value)
    expect(rest.at(-1)).toMatchObject({ message: '19' })
    const next = stream.next()
    commands.send(SEARCH)
    expect((await next).value).toEqual(SEARCH)
  })

  it('go to the page that listened last; the one before ends', async () => {
    const commands = new Commands()
    const first = commands.listen(new AbortController().signal)
    const waiting = first.next()
    const second = commands.listen(new AbortController().signal)
    const next = second.next()
    expect((await waiting).done).toBe(true)
    commands.send(SEARCH)
    expect((await next).value).toEqual(SEARCH)
  })

  it('end with their page', async () => {
    const commands = new Commands()
    const ending = new AbortController()
    const waiting = commands.listen(ending.signal).next()
    ending.abort()
    expect((await waiting).done).toBe(true)
  })
})

describe('start at login', () => {
  const folder = mkdtempSync(join(tmpdir(), 'peerscope-login-'))
  const calls: unknown[] = []
  const parts = (changes: object = {}) => ({
    app: { isPackaged: true, setLoginItemSettings: (settings: unknown) => void calls.push(settings) },
    platform: 'linux',
    env: {},
    homedir: folder,
    execPath: '/opt/Peer scope/app',
    ...changes,
  })

  it('is a file of the autostart folder on Linux, by the AppImage where it is one', () => {
    const file = join(folder, '.config', 'autostart', 'peerscope.desktop')
    startAtLogin(parts(), true)
    expect(readFileSync(file, 'utf8')).toContain('Exec="/opt/Peer scope/app"\n')
    startAtLogin(parts({ env: { APPIMAGE: '/home/ann/Peerscope.AppImage' } }), true)
    expect(readFileSync(file, 'utf8')).toContain('Exec="/home/ann/Peerscope.AppImage"\n')
    startAtLogin(parts(), false)
    startAtLogin(parts(), false)
    expect(existsSync(file)).toBe(false)
    rmSync(folder, { recursive: true })
  })

  it('is the system’s elsewhere, and of a packaged app only', () => {
    startAtLogin(parts({ platform: 'win32' }), true)
    expect(calls).toEqual([{ openAtLogin: true }])
    expect(canStartAtLogin(parts({ platform: 'freebsd' }))).toBe(false)
    const checkout = parts({ app: { isPackaged: false, setLoginItemSettings: () => undefined } })
    expect(() => startAtLogin(checkout, true)).toThrow(expect.objectContaining({ code: 'Unavailable' }))
  })

  it('says so where it cannot', () => {
    const inTheWay = join(tmpdir(), `peerscope-in-the-way-${process.pid}`)
    writeFileSync(inTheWay, '')
    expect(() => startAtLogin(parts({ homedir: inTheWay }), true)).toThrow(
      expect.objectContaining({ code: 'Unavailable' }),
    )
    rmSync(inTheWay)
  })

  it('writes a program’s path so that nothing of it is run', () => {
    expect(desktopEntry('/a "b" $(c) `d` 100% \\e')).toContain(
      'Exec="/a \\\\"b\\\\" \\\\$(c) \\\\`d\\\\` 100%% \\\\\\\\e"\n',
    )
  })
})
