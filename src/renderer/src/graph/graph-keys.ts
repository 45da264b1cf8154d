/** What keys do in the graph; the list of keys says the same in words (`ui/strings-keys.ts`). */
import type { PeerId } from '../../../shared/ids.ts'
import type { App } from '../stores/app-context.tsx'
import { ARRANGED_BY, COLOURS_BY } from './look.ts'
import type { ArrangeBy, ColourBy } from './look.ts'

/** By what one step of zooming multiplies. */
export const ZOOM = 1.5

/** What the keys act on. */
export interface GraphKeyParts extends Pick<App, 'ui'> {
  readonly graph: Pick<App['graph'], 'closeBubbles' | 'fit' | 'pins' | 'toggleFreeze' | 'walk' | 'zoom'>
  readonly compare: Pick<App['compare'], 'openPeers'>
  /** The keys of tags that peers have. */
  readonly tagKeys: () => readonly string[]
  readonly copyId: (peerId: PeerId) => void
  readonly toInspector: () => void
}

/** What each key does, by its name; letters in lower case. */
export function graphKeys(parts: GraphKeyParts): Readonly<Record<string, () => void>> {
  const { graph, ui, compare, tagKeys, copyId, toInspector } = parts
  const { walk } = graph
  const byKeys = (): `key:${string}`[] => tagKeys().map((key): `key:${string}` => `key:${key}`)
  return {
    ArrowLeft: () => walk.walk('left'),
    ArrowRight: () => walk.walk('right'),
    ArrowUp: () => walk.walk('up'),
    ArrowDown: () => walk.walk('down'),
    n: () => walk.step(1),
    p: () => walk.step(-1),
    e: () => walk.stepEdge(),
    b: () => ui.setState({ allLinks: !ui.getState().allLinks }),
    a: () => ui.setState({ arrangeBy: next<ArrangeBy>([...ARRANGED_BY, ...byKeys()], ui.getState().arrangeBy) }),
    o: () => ui.setState({ colourBy: next<ColourBy>([...COLOURS_BY, ...byKeys()], ui.getState().colourBy) }),
    l: () => graph.pins.toggle(),
    c: () => {
      const { selected } = ui.getState()
      if (selected !== null) copyId(selected)
    },
    f: () => graph.toggleFreeze(),
    v: () => compare.openPeers(ui.getState().selected),
    Enter: () => {
      if (!walk.openBubble()) toInspector()
    },
    Escape: () => {
      if (walk.closeEdge() || walk.leaveBubble()) return
      // The filter stays: it is of all views, and has a button of its own.
      if (ui.getState().selected !== null) ui.setState({ selected: null })
      else graph.closeBubbles()
    },
    '+': () => graph.zoom(ZOOM),
    '=': () => graph.zoom(ZOOM),
    '-': () => graph.zoom(1 / ZOOM),
    '0': () => graph.fit(),
  }
}

/** The choice after the one there is. */
function next<T>(choices: readonly T[], now: T): T {
  return choices[(choices.indexOf(now) + 1) % choices.length] ?? now
}
