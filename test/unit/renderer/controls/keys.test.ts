import { expect, it } from 'vitest'
import { isWatchKey } from '../../../../src/renderer/src/alerts/watch-key.ts'
import { graphKeys } from '../../../../src/renderer/src/graph/graph-keys.ts'
import type { GraphKeyParts } from '../../../../src/renderer/src/graph/graph-keys.ts'
import { onKey } from '../../../../src/renderer/src/peers/table-keys.ts'
import { NOTHING } from '../../../../src/renderer/src/peers/selection.ts'
import { GO_KEYS } from '../../../../src/renderer/src/shell/go-keys.ts'
import { VIEWS } from '../../../../src/renderer/src/stores/ui-store.ts'
import { barByKey } from '../../../../src/renderer/src/timeline/bar-places.ts'
import { strings } from '../../../../src/renderer/src/ui/strings.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'

/** Keys as the list of keys shows them, by their names. */
const NAMES: Readonly<Record<string, string>> = {
  '←': 'ArrowLeft',
  '→': 'ArrowRight',
  '↑': 'ArrowUp',
  '↓': 'ArrowDown',
  'Page ↑': 'PageUp',
  'Page ↓': 'PageDown',
  Space: ' ',
  Esc: 'Escape',
  '−': '-',
}

function group(title: string): readonly { readonly keys: readonly string[]; readonly what: string }[] {
  return strings.keys.groups.find((one) => one.title === title)?.keys ?? []
}

/** The single keys of a group: those with Shift or Ctrl, and clicks, have lines of their own. */
function single(title: string): readonly string[] {
  return group(title)
    .filter(({ keys }) => !['Shift', 'Ctrl', 'G'].includes(keys[0] ?? ''))
    .flatMap(({ keys }) => keys.map((key) => NAMES[key] ?? (key.length === 1 ? key.toLowerCase() : key)))
}

it('the list of keys has each key of the graph, and no other', () => {
  const keys = Object.keys(graphKeys({ graph: {} } as unknown as GraphKeyParts))
  // The same key without Shift.
  const heard = keys.filter((key) => key !== '=')
  expect(single('Graph').toSorted()).toEqual(heard.toSorted())
})

it('the table and the bars hear each key that the list has for them', () => {
  const order = [peerIdAt(1), peerIdAt(2), peerIdAt(3)]
  const selection = { ...NOTHING, cursor: order[1] ?? null }
  const table = [...single('Table of peers'), 'a', 'c']
  const deaf = table.filter(
    (key) => onKey({ key, shift: false, mod: 'ac'.includes(key) }, selection, order, 2) === null,
  )
  expect([table.length, deaf]).toEqual([11, []])
  const bars = single('Bars of the timeline').filter((key) => key !== 'Enter')
  expect([bars.length, bars.filter((key) => barByKey(key, 5, 20) === null)]).toEqual([6, []])
})

it('the letters after G lead to the views, in the order of the list', () => {
  const line = group('Anywhere').find(({ keys }) => keys[0] === 'G')
  expect(line?.keys[2]).toBe(VIEWS.map((view) => GO_KEYS[view].toUpperCase()).join(' '))
  expect(line?.what).toBe(`To ${VIEWS.map((view) => strings.nav[view]).join(', ')}`)
  const press = { ctrlKey: false, metaKey: false, altKey: false, repeat: false, defaultPrevented: false }
  expect(isWatchKey({ ...press, key: strings.watch.key })).toBe(true)
})
