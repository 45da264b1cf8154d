/** The application menu and the tray's menu, as templates: what they hold depends on where we are. */
import type { MenuItemConstructorOptions } from 'electron'
import type { NetworkStatus, RecentNetwork } from '../../shared/contract.ts'
import type { DesktopCommand, DesktopView, EngineState } from '../../shared/desktop-binding.ts'
import { visible } from '../../shared/visible-text.ts'
import { statusWords } from '../monitor/status-words.ts'

/** Networks that the tray offers to join again. */
const MAX_RECENT = 3

/** What menus can do. */
export interface MenuActions {
  /** Shows the window, and in it what the command says. */
  ask(command: DesktopCommand): void
  show(): void
  chooseFile(): void
  /** Shows the folder of the log. */
  openLogs(): void
  join(network: RecentNetwork): void
  leave(): void
  demo(): void
  /** Starts an engine that has failed. */
  restart(): void
  quit(): void
}

/** What the menus depend on. */
export interface MenuSituation {
  readonly platform: string
  /** Tools for developers are offered only where they develop. */
  readonly packaged: boolean
  /** Nothing can be joined while it does not run. */
  readonly engine: EngineState['state']
  readonly status: NetworkStatus
  readonly recent: readonly RecentNetwork[]
  /** Alerts that nobody has seen. */
  readonly alerts: number
}

type Items = MenuItemConstructorOptions[]

const VIEWS: readonly (readonly [DesktopView, string])[] = [
  ['health', 'Health'],
  ['network', 'Network'],
  ['peers', 'Peers'],
  ['timeline', 'Timeline'],
  ['bootstrap', 'Bootstrap'],
  ['alerts', 'Alerts'],
  ['snapshots', 'Snapshots'],
]
const LINE = { type: 'separator' } as const

/** The menu bar. */
export function applicationMenu({ platform, packaged, engine, status }: MenuSituation, actions: MenuActions): Items {
  const mac = platform === 'darwin'
  const joined = isJoined(status)
  const running = engine === 'running'
  const view =
    (view: DesktopView): (() => void) =>
    () =>
      actions.ask({ kind: 'ShowView', view })
  const dialog =
    (dialog: 'dial' | 'tags' | 'leave'): (() => void) =>
    () =>
      actions.ask({ kind: 'ShowDialog', dialog })
  const settings = { label: 'Settings…', accelerator: 'CmdOrCtrl+,', click: view('settings') }
  const quit = { label: mac ? 'Quit Peerscope' : 'Quit', accelerator: 'CmdOrCtrl+Q', click: () => actions.quit() }
  const app: Items = [
    { role: 'about' },
    LINE,
    settings,
    LINE,
    { role: 'services' },
    LINE,
    { role: 'hide' },
    { role: 'hideOthers' },
    { role: 'unhide' },
    LINE,
    quit,
  ]
  const file: Items = [
    { label: 'Open Snapshot…', accelerator: 'CmdOrCtrl+O', enabled: running, click: () => actions.chooseFile() },
    { label: 'Export…', accelerator: 'CmdOrCtrl+E', enabled: joined, click: view('snapshots') },
    LINE,
    { role: 'close' },
    ...(mac ? [] : [LINE, settings, LINE, quit]),
  ]
  const network: Items = [
    { label: 'Join…', accelerator: 'CmdOrCtrl+J', enabled: running && !joined, click: view('health') },
    { label: 'Dial an Address…', accelerator: 'CmdOrCtrl+D', enabled: joined, click: dialog('dial') },
    { label: 'Edit Tags…', accelerator: 'CmdOrCtrl+T', enabled: joined, click: dialog('tags') },
    LINE,
    { label: 'Leave…', accelerator: 'CmdOrCtrl+Shift+W', enabled: joined, click: dialog('leave') },
  ]
  const views: Items = [
    ...VIEWS.map(([name, label], index) => ({ label, accelerator: `CmdOrCtrl+${index + 1}`, click: view(name) })),
    LINE,
    { label: 'Search', accelerator: 'CmdOrCtrl+K', click: () => actions.ask({ kind: 'Search' }) },
    {
      label: 'Switch Theme',
      accelerator: 'CmdOrCtrl+Shift+L',
      click: () => actions.ask({ kind: 'ToggleTheme' }),
    },
    LINE,
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { role: 'togglefullscreen' },
    ...(packaged ? [] : ([LINE, { role: 'reload' }, { role: 'toggleDevTools' }] satisfies Items)),
  ]
  const help: Items = [
    { label: 'Open Logs', click: () => actions.openLogs() },
    // On a Mac it is in the app's own menu.
    ...(mac ? [] : ([LINE, { role: 'about' }] satisfies Items)),
  ]
  return [
    ...(mac ? [{ label: 'Peerscope', submenu: app }] : []),
    { label: 'File', submenu: file },
    { role: 'editMenu' },
    { label: 'Network', submenu: network },
    { label: 'View', submenu: views },
    { role: 'windowMenu' },
    { role: 'help', label: 'Help', submenu: help },
  ]
}

/** The tray: how we are, and what is wanted most. */
export function trayMenu({ engine, status, recent, alerts }: MenuSituation, actions: MenuActions): Items {
  const named = recent.slice(0, MAX_RECENT).map((network) => ({
    label: `Join ${short(network.name ?? network.id)}`,
    click: () => actions.join(network),
  }))
  const quick: Items =
    engine === 'failed'
      ? [{ label: 'Restart', click: () => actions.restart() }]
      : engine !== 'running'
        ? []
        : isJoined(status)
          ? [
              {
                label: `Leave ${'network' in status ? short(status.network.name ?? status.network.id) : ''}`,
                click: () => actions.leave(),
              },
            ]
          : status.state === 'leaving'
            ? []
            : [...named, { label: 'Start the Demo', click: () => actions.demo() }]
  return [
    { label: engineWords(engine) ?? statusWords(status), enabled: false },
    LINE,
    { label: 'Open Peerscope', click: () => actions.show() },
    {
      label: alerts === 0 ? 'Alerts' : `Alerts (${alerts})`,
      click: () => actions.ask({ kind: 'ShowView', view: 'alerts' }),
    },
    LINE,
    ...quick,
    ...(quick.length === 0 ? [] : [LINE]),
    { label: 'Quit', click: () => actions.quit() },
  ]
}

/** How the engine is, where that matters more than the network's status; null while it runs. */
export function engineWords(engine: EngineState['state']): string | null {
  return engine === 'running'
    ? null
    : engine === 'starting'
      ? 'Starting'
      : engine === 'failed'
        ? 'Stopped by an error'
        : 'Ending'
}

/** Whether there is something to leave. */
export function isJoined({ state }: NetworkStatus): boolean {
  return ['joining', 'alone', 'online', 'lost', 'deserted'].includes(state)
}

function short(network: string): string {
  const name = visible(network)
  return name.length > 32 ? `${name.slice(0, 31)}…` : name
}
