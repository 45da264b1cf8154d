/** What of the app is outside its window: the menu bar, the tray, and the mark on the dock or taskbar. */
import type { App, BrowserWindow, Menu, NativeImage, Tray } from 'electron'
import type { NetworkStatus } from '../../shared/contract.ts'
import { counted } from '../../shared/counted.ts'
import type { Logger } from '../monitor/open-node.ts'
import { statusWords } from '../monitor/status-words.ts'
import { COLOURS, ringBitmap, STATE_COLOURS } from './icons.ts'
import type { MenuActions, MenuSituation } from './menu.ts'
import { applicationMenu, engineWords, isJoined, trayMenu } from './menu.ts'
import type { TrayHost } from './tray-host.ts'

/** How often it is looked at, milliseconds. */
export const LOOK_MS = 1000
/** Icons are drawn for screens with two pixels a point. */
const POINTS = 16
const SCALE = 2

/** What the presence works with. */
export interface PresenceParts {
  readonly app: Pick<App, 'setBadgeCount'>
  readonly Menu: Pick<typeof Menu, 'buildFromTemplate' | 'setApplicationMenu'>
  readonly Tray: new (image: NativeImage) => Tray
  readonly nativeImage: { createFromBitmap: typeof Electron.nativeImage.createFromBitmap }
  readonly logger: Logger
  readonly actions: MenuActions
  /** Whether the desktop shows a tray; null where every desktop does. */
  readonly trayHost: TrayHost | null
  /** The icon in the tray came or went. */
  trayChanged(): void
  /** How things are now. */
  situation(): MenuSituation
  /** The window whose place in the taskbar is marked, where that is how it is done. */
  window(): BrowserWindow | null
}

/** Shows how we are, until it is closed. */
export class Presence {
  readonly #parts: PresenceParts
  #tray: Tray | null = null
  readonly #timer: NodeJS.Timeout
  #shown = { bar: '', tray: '', state: '', alerts: -1 }

  constructor(parts: PresenceParts) {
    this.#parts = parts
    const { trayHost } = parts
    if (trayHost === null || trayHost.shown) this.#tray = this.#openTray()
    trayHost?.onChange((shown) => this.#follow(shown))
    this.refresh()
    this.#timer = setInterval(() => this.refresh(), LOOK_MS)
    this.#timer.unref()
  }

  /** Whether there is an icon from which the window can be opened again. */
  get hasTray(): boolean {
    return this.#tray !== null
  }

  /** Whether there may be one later. */
  get mayHaveTray(): boolean {
    return this.hasTray || this.#parts.trayHost?.possible === true
  }

  /** Updates what has changed. */
  refresh(): void {
    const { Menu, actions } = this.#parts
    const now = this.#parts.situation()
    const bar = `${now.engine} ${isJoined(now.status)}`
    if (bar !== this.#shown.bar) Menu.setApplicationMenu(Menu.buildFromTemplate(applicationMenu(now, actions)))
    const template = trayMenu(now, actions)
    const tray = template.map(({ label }) => label).join('\n')
    if (this.#tray !== null && tray !== this.#shown.tray) {
      this.#tray.setToolTip(`Peerscope: ${engineWords(now.engine) ?? statusWords(now.status)}`)
      this.#tray.setContextMenu(Menu.buildFromTemplate(template))
    }
    const { state } = now.status
    if (this.#tray !== null && state !== this.#shown.state) this.#tray.setImage(this.#ring(now.platform, state))
    if (now.alerts !== this.#shown.alerts) this.#mark(now.platform, now.alerts)
    this.#shown = { bar, tray, state, alerts: now.alerts }
  }

  /** Idempotent. */
  close(): void {
    clearInterval(this.#timer)
    this.#parts.trayHost?.close()
    this.#closeTray()
  }

  #follow(shown: boolean): void {
    // A host that was away knows nothing of an icon that was made before.
    this.#closeTray()
    if (shown) this.#tray = this.#openTray()
    this.#shown = { ...this.#shown, tray: '', state: '' }
    this.refresh()
    this.#parts.trayChanged()
  }

  #closeTray(): void {
    if (this.#tray?.isDestroyed() === false) this.#tray.destroy()
    this.#tray = null
  }

  #openTray(): Tray | null {
    const { Tray, logger, actions } = this.#parts
    try {
      const { platform, status } = this.#parts.situation()
      const tray = new Tray(this.#ring(platform, status.state))
      // On a Mac a click opens the menu.
      if (platform !== 'darwin') tray.on('click', () => actions.show())
      return tray
    } catch (error) {
      logger.warn({ err: error }, 'no icon could be put into the tray')
      return null
    }
  }

  #ring(platform: string, state: NetworkStatus['state']): NativeImage {
    // The Mac's menu bar draws in its own colour.
    if (platform !== 'darwin') return this.#image(ringBitmap(POINTS * SCALE, COLOURS.ring, STATE_COLOURS[state]))
    const image = this.#image(ringBitmap(POINTS * SCALE, COLOURS.black, COLOURS.black))
    image.setTemplateImage(true)
    return image
  }

  #mark(platform: string, alerts: number): void {
    if (platform !== 'win32') return void this.#parts.app.setBadgeCount(alerts)
    const dot = alerts === 0 ? null : this.#image(ringBitmap(POINTS * SCALE, null, COLOURS.bad))
    return this.#parts.window()?.setOverlayIcon(dot, alerts === 0 ? '' : counted(alerts, 'alert'))
  }

  #image(bitmap: Buffer): NativeImage {
    const side = POINTS * SCALE
    return this.#parts.nativeImage.createFromBitmap(bitmap, { width: side, height: side, scaleFactor: SCALE })
  }
}
