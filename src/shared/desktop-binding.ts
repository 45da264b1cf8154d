/** What the desktop host, its preload script and its page agree on. The calls stand in desktop-contract.ts. */
import type { Aim } from './alert-happenings.ts'
import type { ErrorCode } from './errors.ts'
import type { NetworkKind } from './network-kind.ts'

/** IPC channel: the page asks for its port, main answers with it. */
export const PORT_CHANNEL = 'peerscope:request-port'

/** What the preload posts to the page together with the port. */
export const PORT_MESSAGE = 'peerscope:port'

/** The scheme under which the desktop app serves its own page. */
export const APP_SCHEME = 'app'

/** The page's origin in the desktop app. */
export const APP_ORIGIN = `${APP_SCHEME}://peerscope`

/** Views that the desktop host can open. */
export const DESKTOP_VIEWS = [
  'health',
  'network',
  'peers',
  'timeline',
  'bootstrap',
  'alerts',
  'snapshots',
  'settings',
] as const
/** One of them. */
export type DesktopView = (typeof DESKTOP_VIEWS)[number]

/** What the desktop host asks of its page: from the menu, the tray, a notification, a link or a file. */
export type DesktopCommand =
  | { readonly kind: 'ShowView'; readonly view: DesktopView }
  /** Where an alert leads to. */
  | ({ readonly kind: 'FollowAlert' } & Aim)
  /** Goes to a place in the window, as its URL has it after `#`. */
  | { readonly kind: 'ShowPlace'; readonly place: string }
  /** Opens the search. */
  | { readonly kind: 'Search' }
  | { readonly kind: 'ToggleTheme' }
  /** Opens the dialog of a verb. */
  | { readonly kind: 'ShowDialog'; readonly dialog: 'dial' | 'tags' | 'leave' }
  /** An invitation from outside: nothing is dialed before the user has agreed. */
  | {
      readonly kind: 'ConfirmJoin'
      readonly network: string
      /** Peerscope's own where left out. */
      readonly networkKind?: NetworkKind
      readonly bootstrap: readonly string[]
      /** As in `Invitation`. */
      readonly ignored?: readonly string[]
    }
  /** A snapshot that main has taken in; `file` is what the contract's `snapshots` calls it. */
  | { readonly kind: 'OpenFile'; readonly file: string; readonly name: string }
  /** Something from outside could not be used. */
  | { readonly kind: 'Problem'; readonly code: string; readonly message: string }

/** Settings of the desktop host itself. */
export interface DesktopSettings {
  /** Starts without a window, in the tray. */
  readonly startHidden: boolean
  /** Starts when the user logs in. */
  readonly startAtLogin: boolean
  /** What closing the window does; `ask` until somebody chose. */
  readonly closeToTray: 'ask' | 'tray' | 'quit'
  /** Whether the graphics processor may be used; acts at the next start. */
  readonly hardwareAcceleration: boolean
}

/** The settings, and what this system offers of them. */
export interface DesktopState {
  readonly settings: DesktopSettings
  readonly tray: boolean
  readonly login: boolean
  /** Whether the identity is encrypted by the system's keychain. */
  readonly keychain: boolean
  /** Whether this run uses the graphics processor. */
  readonly accelerated: boolean
  /** Whether the page's process runs in Chromium's sandbox. */
  readonly sandboxed: boolean
  /** Path of the log. */
  readonly logFile: string
}

/** The engine: the monitor, and all that it runs. The window outlives it. */
export type EngineState =
  | { readonly state: 'starting' }
  | { readonly state: 'running' }
  | EngineFailure
  /** The app ends. */
  | { readonly state: 'closed' }

/** The engine could not start, or it stopped. It stays so until the user starts it again. */
export interface EngineFailure {
  readonly state: 'failed'
  /** What it was doing: it never came up, or it ran. */
  readonly while: 'starting' | 'running'
  readonly code: ErrorCode
  /** The error's own words. */
  readonly message: string
  /** Milliseconds since the epoch. */
  readonly at: number
  /** What a restart joins again; null where nothing was joined. */
  readonly rejoin: EngineRejoin | null
  /** For a bug report: versions, the time, and the error with its stack, without names of machines and users. */
  readonly details: string
}

/** What was joined when the engine failed. */
export type EngineRejoin = { readonly kind: 'network'; readonly name: string } | { readonly kind: 'demo' }
