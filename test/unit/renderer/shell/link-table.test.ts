import { FIRST_COMPARED } from '../../../../src/renderer/src/compare/compare-link.ts'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { LINK, LINK_NAMES } from '../../../../src/renderer/src/shell/link-table.ts'
import type { LinkName, Place } from '../../../../src/renderer/src/shell/link-table.ts'
import { placeNow } from '../../../../src/renderer/src/shell/follow-place.ts'
import { partText, placeText } from '../../../../src/renderer/src/shell/place.ts'
import { VIEWS } from '../../../../src/renderer/src/stores/ui-store.ts'
import type { NetworkId } from '../../../../src/shared/ids.ts'
import { visible } from '../../../../src/shared/visible-text.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'
import { HISTORY, NOW, openPlace, PAST, settled } from './place-window.ts'

const [ANN, BOB] = [peerIdAt(1), peerIdAt(2)]
type Window = ReturnType<typeof openPlace>
/** A value, and what shows it, as a click or a key does. */
interface Sample<Name extends LinkName> {
  readonly value: Place[Name]
  readonly act: (window: Window) => unknown
}

const filtering = (window: Window, change: object): void =>
  window.events.setFilter({ ...window.events.getState().filter, ...change })

/** One for each part of a link. A new part does not compile without. */
const SAMPLES: { readonly [Name in Exclude<LinkName, 'network' | 'history' | 'file'>]: readonly Sample<Name>[] } = {
  filter: [{ value: 'tag:role:seed', act: ({ ui }) => ui.setState({ filter: 'tag:role:seed' }) }],
  peer: [{ value: ANN, act: ({ ui }) => ui.setState({ selected: ANN }) }],
  departure: [
    {
      value: NOW - 1000,
      act: ({ ui }) => ui.setState({ selected: ANN, departure: { peerId: ANN, at: NOW - 1000 } }),
    },
  ],
  at: [{ value: Date.parse(PAST), act: ({ picture }) => picture.goTo(Date.parse(PAST)) }],
  kinds: [
    { value: ['PeerDeparted', 'Stalled'], act: (window) => filtering(window, { kinds: ['PeerDeparted', 'Stalled'] }) },
  ],
  lanes: [{ value: ['joined', 'silent'], act: (window) => filtering(window, { lanes: ['joined', 'silent'] }) }],
  again: [{ value: true, act: (window) => filtering(window, { again: true }) }],
  about: [{ value: BOB, act: (window) => filtering(window, { peerId: BOB }) }],
  span: [
    {
      value: { from: NOW - 2000, to: NOW - 1000 },
      act: (window) => filtering(window, { from: NOW - 2000, to: NOW - 1000 }),
    },
    { value: { from: NOW - 2000, to: null }, act: (window) => filtering(window, { from: NOW - 2000, to: null }) },
  ],
  range: [
    { value: 'day', act: ({ range }) => range.setState({ range: 'day' }) },
    {
      value: { from: NOW - 9000, to: NOW },
      act: ({ range }) => range.setState({ range: { from: NOW - 9000, to: NOW } }),
    },
  ],
  by: [{ value: 'tag:role', act: ({ ui }) => ui.setState({ countBy: 'tag:role' }) }],
  colour: [
    { value: 'rtt', act: ({ ui }) => ui.setState({ colourBy: 'rtt' }) },
    { value: 'key:role', act: ({ ui }) => ui.setState({ colourBy: 'key:role' }) },
  ],
  layout: [{ value: 'rings', act: ({ ui }) => ui.setState({ arrangeBy: 'rings' }) }],
  links: [{ value: 'all', act: ({ ui }) => ui.setState({ allLinks: true }) }],
  show: [{ value: 'departed', act: ({ table }) => table.show('departed') }],
  sort: [
    { value: { column: 'rtt', descending: true }, act: ({ table }) => table.sort({ column: 'rtt', descending: true }) },
  ],
  compare: [
    {
      value: { what: 'peers', sides: [ANN, BOB], ...FIRST_COMPARED },
      act: ({ compare }) => compare.openPeers(ANN, BOB),
    },
    { value: { what: 'peers', sides: [ANN, null], ...FIRST_COMPARED }, act: ({ compare }) => compare.openPeers(ANN) },
    {
      value: { what: 'peers', sides: [ANN, BOB], list: 'only-b', scope: 'links' },
      act: ({ compare }) => {
        compare.openPeers(ANN, BOB)
        compare.look({ list: 'only-b', scope: 'links' })
      },
    },
    {
      value: {
        what: 'pictures',
        sides: [
          { kind: 'moment', at: Date.parse(PAST) },
          { kind: 'moment', at: null },
        ],
        list: 'left',
        scope: 'all',
      },
      act: ({ compare }) => {
        compare.openPictures({ kind: 'moment', at: Date.parse(PAST) }, { kind: 'moment', at: null })
        compare.look({ list: 'left' })
      },
    },
    {
      value: {
        what: 'pictures',
        sides: [
          { kind: 'file', file: 'file-1', name: 'An hour ago & more.peerscope', at: NOW },
          { kind: 'file', file: 'file-2', name: 'ä', at: null },
        ],
        ...FIRST_COMPARED,
      },
      act: ({ compare }) =>
        compare.openPictures(
          { kind: 'file', file: 'file-1', name: 'An hour ago & more.peerscope', at: NOW },
          { kind: 'file', file: 'file-2', name: 'ä', at: null },
        ),
    },
  ],
}

const CASES = Object.entries(SAMPLES).flatMap(([name, samples]) =>
  samples.map((sample, index) => ({ name: name as keyof typeof SAMPLES, index, sample })),
)

function now(window: Window, name: LinkName): string {
  return partText(name, LINK[name].now(window) as never)
}

const kept = new Map<string, string>()

beforeEach(() => {
  kept.clear()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  })
})
afterAll(() => void vi.unstubAllGlobals())

describe('each part of a link', () => {
  it.each(CASES)(
    '$name, $index: set, it is in the URL; reload restores it, Back undoes it',
    async ({ name, sample }) => {
      const window = openPlace('/network')
      const said = partText(name, sample.value as never)
      expect(said).not.toBe('')
      sample.act(window)
      await settled()
      expect(window.page.entries).toHaveLength(2)
      expect(new URLSearchParams(window.page.read().split('?')[1]).get(name)).toBe(said)

      for (const joined of [true, false]) {
        const reloaded = openPlace(window.page.read(), joined)
        if (!joined) reloaded.peers.apply(window.snapshot())
        await settled()
        expect([now(reloaded, name), reloaded.page.entries]).toEqual([said, [window.page.read()]])
      }

      window.page.back()
      await settled()
      expect([now(window, name), window.page.read()]).toEqual(['', '/network'])
    },
  )

  it('is as it is remembered where a link does not say it; Back undoes what was chosen', async () => {
    kept.set('peerscope.breakdown-by', JSON.stringify('tag:zone'))
    kept.set('peerscope.range', JSON.stringify('day'))
    const said = '/health?range=day&by=tag%3Azone'
    const window = openPlace('/health')
    expect([window.ui.getState().countBy, window.range.getState().range, window.page.entries]).toEqual([
      'tag:zone',
      'day',
      [said],
    ])
    // So it is where the link comes later.
    window.page.go('/peers')
    expect([window.page.read(), kept.get('peerscope.range')]).toEqual([said.replace('health', 'peers'), '"day"'])
    window.range.setState({ range: 'recent' })
    await settled()
    expect(window.page.read()).toBe('/peers?by=tag%3Azone')
    window.range.setState({ range: 'hour' })
    await settled()
    window.page.back()
    expect([window.range.getState().range, kept.get('peerscope.range')]).toEqual(['recent', '"recent"'])
    expect(openPlace('/health?by=source').ui.getState().countBy).toBe('source')
  })

  it('stays in a history, which has events of its own', async () => {
    const text = `/timeline?history=${HISTORY}&kinds=PeerDeparted&colour=rtt`
    const { page, playedParts, ui } = openPlace(text)
    await settled()
    expect(page.read()).toBe(text)
    expect(playedParts.events.getState().filter.kinds).toEqual(['PeerDeparted'])
    expect(ui.getState().colourBy).toBe('rtt')
  })

  it('is kept with a past moment: a span that ends before it', async () => {
    const span = `${new Date(Date.parse(PAST) - 60_000).toISOString()}/${PAST}`
    const text = `/timeline?at=${encodeURIComponent(PAST)}&span=${encodeURIComponent(span)}&range=day`
    for (const joined of [true, false]) {
      const window = openPlace(text, joined)
      if (!joined) window.peers.apply(window.snapshot())
      await settled()
      expect([window.page.read(), window.events.getState().filter.to]).toEqual([text, Date.parse(PAST)])
      expect(window.events.getState().filter.from).toBe(Date.parse(PAST) - 60_000)
    }
  })

  it('is in the link that is copied, with the network', () => {
    const window = openPlace('/network')
    window.ui.setState({ view: 'peers', filter: 'fox', colourBy: 'rtt' })
    const { status } = window.peers.getState()
    const network = 'network' in status ? status.network.id : ''
    expect(placeText(placeNow(window))).toBe(`/peers?filter=fox&network=${network}&colour=rtt`)
  })

  it('names no file in the link that is copied', () => {
    const { compare, ...window } = openPlace('/network')
    const file = { kind: 'file', file: 'file-1', name: 'secret.peerscope', at: NOW } as const
    const copied = () => placeNow({ ...window, compare }).compare
    compare.openPictures(file, { kind: 'moment', at: null })
    expect(copied()).toEqual({ what: 'pictures', sides: [null, { kind: 'moment', at: null }], ...FIRST_COMPARED })
    compare.openPictures(file, file)
    expect(copied()).toBeNull()
  })

  it('shows what would hide in the name of a file', () => {
    const read = LINK.compare.read(`pictures file:file-1@,${encodeURIComponent('a\u202Eb')} now`)
    expect(read?.sides[0]).toMatchObject({ name: visible('a\u202Eb') })
    expect(visible('a\u202Eb')).not.toContain('\u202E')
  })

  it('is written as it is read, whatever it is given', () => {
    const [early, late] = ['2026-11-28T09:00:00Z', '2026-11-29T09:00:00Z']
    const given = ['x', '-', '/', 'a/b', `${PAST}/x`, `${late}/${early}`, 'peers', 'file:x', '%', ' ', 'key:', 'all']
    const again = LINK_NAMES.flatMap((name) =>
      given.flatMap((text) => {
        const read = LINK[name].read(text)
        if (read === null) return []
        const said = partText(name, read as never)
        return partText(name, (LINK[name].read(said) ?? LINK[name].usual) as never) === said ? [] : [`${name} ${text}`]
      }),
    )
    expect(again).toEqual([])
  })
})

describe('how a graph looks', () => {
  it('is as it is remembered where the link does not say it, and as the link says else', async () => {
    const first = openPlace('/network')
    first.ui.setState({ colourBy: 'island', arrangeBy: 'rings' })
    await settled()
    // A fresh start: the look is no step, and is in the URL.
    const fresh = openPlace('', false)
    fresh.peers.apply(fresh.snapshot())
    await settled()
    expect(fresh.ui.getState()).toMatchObject({ colourBy: 'island', arrangeBy: 'rings' })
    expect(fresh.page.entries).toEqual(['/health?colour=island&layout=rings'])
    // Nor does a link that only compares say how it looks.
    const compared = openPlace(`/network?compare=${encodeURIComponent(`peers ${ANN} ${BOB}`)}`, false)
    compared.peers.apply(compared.snapshot())
    expect(compared.ui.getState()).toMatchObject({ colourBy: 'island', arrangeBy: 'rings' })
    expect(compared.compare.getState()).toMatchObject({ opened: true, peers: [ANN, BOB] })
    const given = openPlace('/network?colour=rtt', false)
    given.peers.apply(given.snapshot())
    expect(given.ui.getState()).toMatchObject({ colourBy: 'rtt', arrangeBy: 'force' })
  })
})

it('each view is a place', () => {
  const place = placeNow(openPlace('/health'))
  expect(VIEWS.map((view) => placeText({ ...place, view, network: null }))).toEqual(VIEWS.map((view) => `/${view}`))
  expect(placeText({ ...place, network: null, history: { kind: 'mosaik', id: HISTORY as NetworkId } })).toContain(
    'history=',
  )
})
