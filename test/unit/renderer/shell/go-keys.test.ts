import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { listenGoKeys } from '../../../../src/renderer/src/shell/go-keys.ts'
import { listenWatchKey } from '../../../../src/renderer/src/alerts/watch-key.ts'

interface Looks {
  readonly localName: string
  readonly type?: string
  readonly readOnly?: boolean
  readonly value?: string
  readonly ariaExpanded?: string
  /** What it stands in. */
  readonly within?: string
}

/** As much of an element as keys ask for. */
class FakeElement extends EventTarget {
  constructor(looks: Looks) {
    super()
    Object.assign(this, looks)
  }

  closest(selector: string): this | null {
    const { localName, within = '' } = this as unknown as Looks
    return [localName, within].some((one) => selector.split(', ').includes(one)) ? this : null
  }
}

class FakeKey extends Event {
  readonly key: string

  constructor(key: string) {
    super('keydown', { cancelable: true })
    this.key = key
  }
}

beforeEach(() => {
  vi.stubGlobal('Element', FakeElement)
  vi.stubGlobal('KeyboardEvent', FakeKey)
  openDialog(null)
})

/** Whether a dialog is open in the page, and whether it takes what is behind it out of reach. */
function openDialog(modal: 'true' | 'false' | null): void {
  const found = (selector: string): boolean => modal !== null && selector === `[role=dialog][aria-modal=${modal}]`
  vi.stubGlobal('document', { querySelector: (selector: string) => (found(selector) ? {} : null) })
}

afterEach(() => void vi.unstubAllGlobals())

/** What keys do that are pressed in an element. */
function pressedIn(looks: Looks): readonly string[] {
  const target = new FakeElement(looks)
  const done: string[] = []
  const ends = [
    listenGoKeys({
      target,
      now: () => 0,
      go: (view) => void done.push(view),
      filter: () => done.push('filter') > 0,
    }),
    listenWatchKey(target, () => void done.push('watch')),
  ]
  for (const key of ['g', 'p', '/', 'W']) target.dispatchEvent(new FakeKey(key))
  for (const end of ends) end()
  return done
}

it.each<[string, Looks]>([
  ['nothing in particular', { localName: 'div' }],
  ['a button', { localName: 'button', type: 'submit' }],
  ['a button that opened something beside it', { localName: 'button', ariaExpanded: 'true' }],
  ['a choice of several, such as the range', { localName: 'input', type: 'radio' }],
  ['the box of a row', { localName: 'input', type: 'checkbox' }],
  ['a choice from a list that is closed', { localName: 'input', type: 'text', readOnly: true, ariaExpanded: 'false' }],
])('keys of the whole window work in %s', (_where, looks) => {
  expect(pressedIn(looks)).toEqual(['peers', 'filter', 'watch'])
})

it.each<[string, Looks]>([
  ['a field of text', { localName: 'input', type: 'text', value: '' }],
  ['a field of several lines', { localName: 'textarea' }],
  ['a field of numbers', { localName: 'input', type: 'number' }],
  ['a choice by letters', { localName: 'select' }],
  ['a choice from a list that is open', { localName: 'input', readOnly: true, ariaExpanded: 'true' }],
  ['a box in a dialog', { localName: 'input', type: 'checkbox', within: '[role=dialog]' }],
])('they are left to %s', (_where, looks) => {
  expect(pressedIn(looks)).toEqual([])
})

it('they do nothing while a dialog is open, wherever the focus is; a card that only lies over the page leaves them', () => {
  openDialog('true')
  expect(pressedIn({ localName: 'body' })).toEqual([])
  openDialog('false')
  expect(pressedIn({ localName: 'body' })).toEqual(['peers', 'filter', 'watch'])
})
