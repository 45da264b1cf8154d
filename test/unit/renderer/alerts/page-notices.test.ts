import { afterEach, expect, it, vi } from 'vitest'
import { pageNotices } from '../../../../src/renderer/src/alerts/page-notices.ts'
import type { App } from '../../../../src/renderer/src/stores/app-context.tsx'

afterEach(() => void vi.unstubAllGlobals())

const settings = (host: 'web' | 'desktop'): Pick<App, 'settings'> =>
  ({ settings: { getState: () => ({ info: { host } }) } }) as unknown as Pick<App, 'settings'>

/** Notifications as a browser has them. */
class Shown extends EventTarget {
  static permission = 'granted'
  static readonly made: Shown[] = []
  readonly given: readonly unknown[]
  closed = false
  constructor(...given: readonly unknown[]) {
    super()
    this.given = given
    Shown.made.push(this)
  }
  close(): void {
    this.closed = true
    this.dispatchEvent(new Event('close'))
  }
}

it('shows in a browser where the user allowed it, and not in the desktop app', () => {
  expect(pageNotices(settings('web')).isSupported()).toBe(false)
  vi.stubGlobal('Notification', Shown)
  expect(pageNotices(settings('web')).isSupported()).toBe(true)
  expect(pageNotices(settings('desktop')).isSupported()).toBe(false)
  vi.stubGlobal('Notification', { permission: 'denied' })
  expect(pageNotices(settings('web')).isSupported()).toBe(false)
})

it('tells of a click and closes then; that it was replaced by another tab is not told', () => {
  vi.stubGlobal('Notification', Shown)
  const Maker = pageNotices(settings('web'))
  const notice = new Maker({ title: 'Few', body: '2 peers', tag: 'one' })
  const [shown] = Shown.made
  expect(shown?.given).toEqual(['Few', { body: '2 peers', tag: 'one' }])
  const heard: string[] = []
  notice.on('click', () => void heard.push('click'))
  notice.on('close', () => void heard.push('close'))
  shown?.dispatchEvent(new Event('click'))
  expect([heard, shown?.closed]).toEqual([['click'], true])
})
