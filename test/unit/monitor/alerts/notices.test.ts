import { expect, it, vi } from 'vitest'
import type { Alert } from '../../../../src/shared/alerts.ts'
import { showNotices } from '../../../../src/main/monitor/alerts/notices.ts'

const ALERT = { ruleName: 'Validators', what: 'brave fox left', cause: 'It said goodbye.' } as Alert

function rig(supported = true) {
  const made: { title: string; body: string; shown: boolean; click: () => void }[] = []
  class Maker {
    static isSupported = (): boolean => supported
    readonly #made
    constructor(options: { readonly title: string; readonly body: string }) {
      this.#made = { ...options, shown: false, click: () => undefined as void }
      made.push(this.#made)
    }
    on(event: 'click' | 'close', listener: () => void): void {
      if (event === 'click') this.#made.click = listener
    }
    show(): void {
      this.#made.shown = true
    }
  }
  const listeners = new Set<(alert: Alert) => void>()
  const source = {
    onNotify: (listener: (alert: Alert) => void) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
  const onClick = vi.fn<() => void>()
  const stop = showNotices(source, Maker, onClick)
  return { made, onClick, stop, fire: (alert = ALERT) => listeners.forEach((listener) => listener(alert)) }
}

it('shows an alert with its cause, and brings the window to the front by a click', () => {
  const { made, onClick, stop, fire } = rig()
  fire()
  expect(made).toMatchObject([{ title: 'Validators', body: 'brave fox left. It said goodbye.', shown: true }])
  expect(onClick).not.toHaveBeenCalled()
  made[0]?.click()
  expect(onClick).toHaveBeenCalledOnce()
  stop()
  fire()
  expect(made).toHaveLength(1)
})

it('makes characters of others visible that hide or turn text', () => {
  const { made, fire } = rig()
  fire({ ...ALERT, ruleName: 'a\u202eb', what: 'peer\u200b left' })
  expect(made).toMatchObject([{ title: 'a<U+202E>b', body: 'peer<U+200B> left. It said goodbye.' }])
})

it('shows nothing where the system cannot', () => {
  const { made, fire } = rig(false)
  fire()
  expect(made).toEqual([])
})
