/**
 * Whether the desktop shows a tray. On Linux Electron makes a tray icon also where nothing shows it (GNOME without an
 * extension, a bare window manager), so the session bus is asked for a StatusNotifierHost. The client is our own, a few
 * hundred lines: the libraries on npm are old or bring an XML parser along, and `gdbus` and `busctl` are not everywhere.
 */
import { Unavailable } from '../../shared/errors.ts'
import type { Logger } from '../monitor/open-node.ts'
import { propertyTruth } from './dbus-wire.ts'
import { BUS, busSockets, SessionBus } from './session-bus.ts'

/** Time between two looks where no signal came, and between two tries to reach the bus, milliseconds. */
const HOST_LOOK_MS = 30_000
/** How long a host may be away, milliseconds: a panel that restarts should not bring up the window. */
export const HOST_GRACE_MS = 5000
/** Time between two looks meanwhile, and between the first ones, when everything starts at once, milliseconds. */
const SOON_MS = 1000
const FIRST_LOOKS = 5

/** The name that Electron registers its icons with, and only that one. */
const WATCHER = 'org.kde.StatusNotifierWatcher'
/** The signals that tell of a change, as match rules. */
const CHANGES = [
  `sender='${BUS.destination}',member='NameOwnerChanged',arg0='${WATCHER}'`,
  `interface='${WATCHER}',member='StatusNotifierHostRegistered'`,
  `interface='${WATCHER}',member='StatusNotifierHostUnregistered'`,
]

/** Says whether something shows tray icons. */
export interface TrayHost {
  /** False where it can never be shown, since there is no session bus. */
  readonly possible: boolean
  /** False until the bus has answered. */
  readonly shown: boolean
  /** Told of each change. True again means that the host was away for a moment and knows no icon of ours. */
  onChange(listener: (shown: boolean) => void): void
  /** Idempotent. */
  close(): void
}

/** What is needed to look for a host. */
export interface TrayHostOptions {
  /** Where the bus may listen, the most likely first. */
  readonly sockets: readonly string[]
  readonly uid: number
  readonly logger: Logger
}

/** The host of this desktop; null where the system is not Linux and every desktop shows a tray. */
export function linuxTrayHost(
  { platform, env, getuid }: Pick<NodeJS.Process, 'platform' | 'env' | 'getuid'>,
  logger: Logger,
): TrayHost | null {
  if (platform !== 'linux') return null
  return new BusTrayHost({ sockets: busSockets(env), uid: getuid?.() ?? 0, logger })
}

/** Looks for a host on the session bus until it is closed. */
export class BusTrayHost implements TrayHost {
  readonly #options: TrayHostOptions
  #listener: (shown: boolean) => void = () => undefined
  #bus: SessionBus | null = null
  #shown = false
  #closed = false
  #looking = false
  #looks = 0
  #again = false
  #next: NodeJS.Timeout | undefined
  #grace: NodeJS.Timeout | undefined

  constructor(options: TrayHostOptions) {
    this.#options = options
    if (this.possible) this.#look()
  }

  get possible(): boolean {
    return this.#options.sockets.length > 0
  }

  get shown(): boolean {
    return this.#shown
  }

  onChange(listener: (shown: boolean) => void): void {
    this.#listener = listener
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#next)
    clearTimeout(this.#grace)
    this.#bus?.close()
    this.#bus = null
  }

  /** One look at a time; what changes meanwhile is looked at afterwards. */
  #look(): void {
    if (this.#closed) return
    this.#again = this.#looking
    if (this.#looking) return
    this.#looking = true
    this.#looks += 1
    clearTimeout(this.#next)
    void this.#ask().then((shown) => {
      this.#looking = false
      if (this.#closed) return undefined
      this.#take(shown)
      this.#lookLater()
      return this.#again ? this.#look() : undefined
    })
  }

  /** Where nothing answers there is no host. */
  async #ask(): Promise<boolean> {
    const args = [WATCHER, 'IsStatusNotifierHostRegistered']
    const question = { destination: WATCHER, path: '/StatusNotifierWatcher', args }
    try {
      this.#bus ??= await this.#connect()
      return propertyTruth(
        await this.#bus.call({ ...question, interface: 'org.freedesktop.DBus.Properties', member: 'Get' }),
      )
    } catch (error) {
      this.#options.logger.debug({ err: error }, 'no tray host was found')
      return false
    }
  }

  /** Connects, and subscribes to what tells of a change. */
  async #connect(): Promise<SessionBus> {
    const { sockets, uid } = this.#options
    let failure: unknown = new Unavailable('there is no session bus')
    for (const socket of sockets) {
      let bus: SessionBus | null = null
      try {
        bus = await SessionBus.open({ socket, uid, onSignal: () => this.#look(), onEnd: () => this.#lost() })
        if (this.#closed) bus.close()
        for (const rule of CHANGES) await bus.call({ ...BUS, member: 'AddMatch', args: [`type='signal',${rule}`] })
        return bus
      } catch (error) {
        bus?.close()
        failure = error
      }
    }
    throw failure
  }

  #lookLater(): void {
    clearTimeout(this.#next)
    const soon = this.#grace !== undefined || (!this.#shown && this.#looks <= FIRST_LOOKS)
    this.#next = setTimeout(() => this.#look(), soon ? SOON_MS : HOST_LOOK_MS)
    this.#next.unref()
  }

  #lost(): void {
    this.#bus = null
    this.#take(false)
  }

  #take(shown: boolean): void {
    if (this.#closed) return
    if (shown) {
      const away = this.#grace !== undefined
      clearTimeout(this.#grace)
      this.#grace = undefined
      if (this.#shown && !away) return
      this.#shown = true
      this.#listener(true)
    } else if (this.#shown && this.#grace === undefined) {
      this.#grace = setTimeout(() => {
        this.#grace = undefined
        this.#shown = false
        this.#listener(false)
      }, HOST_GRACE_MS)
      this.#grace.unref()
      this.#lookLater()
    }
  }
}
