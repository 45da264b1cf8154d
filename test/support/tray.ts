/** Doubles of a tray icon, and of a desktop that shows such icons. */
import { EventEmitter } from 'node:events'
import type { MenuItemConstructorOptions } from 'electron'

/** A place in the tray. */
export class FakeTray extends EventEmitter {
  tip = ''
  menu: readonly MenuItemConstructorOptions[] = []
  images = 0
  destroyed = false
  static last: FakeTray | null = null
  static offered = true

  constructor() {
    super()
    if (!FakeTray.offered) throw new Error('no tray')
    FakeTray.last = this
  }

  setToolTip(tip: string): void {
    this.tip = tip
  }

  setContextMenu(menu: readonly MenuItemConstructorOptions[]): void {
    this.menu = menu
  }

  setImage(): void {
    this.images += 1
  }

  isDestroyed(): boolean {
    return this.destroyed
  }

  destroy(): void {
    this.destroyed = true
  }
}

/** A desktop that shows a tray, or not. */
export class FakeTrayHost {
  possible = true
  shown = true
  closed = false
  #listener: (shown: boolean) => void = () => undefined

  onChange(listener: (shown: boolean) => void): void {
    this.#listener = listener
  }

  /** The tray comes or goes. */
  change(shown: boolean): void {
    this.shown = shown
    this.#listener(shown)
  }

  close(): void {
    this.closed = true
  }
}
