import { beforeEach, describe, expect, it } from 'vitest'
import { formatUtc } from '../../../../src/shared/time.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { fakeSnapshot } from '../../../support/renderer/fake-network.ts'
import { GONE, HISTORY, NOW, openPlace as open, PAST, settled } from './place-window.ts'

beforeEach(() => globalThis.localStorage?.clear())

describe('the URL of the window', () => {
  it('leads to its view, filter, peer and moment, and stays as it is', () => {
    const text = `/peers?filter=tag%3Avalidator&peer=${idOf('ann')}&at=${encodeURIComponent(PAST)}&range=day`
    const { ui, picture, page } = open(text)
    expect(ui.getState()).toMatchObject({ view: 'peers', filter: 'tag:validator', selected: idOf('ann') })
    expect(picture.getState().wanted).toBe(Date.parse(PAST))
    expect(page.entries).toEqual([text])
  })

  it('of a moment that is still to come leads to now, and says so', () => {
    const future = '2030-01-01T00:00:00.000Z'
    const { picture, page, futures } = open(`/timeline?at=${future}`)
    expect([picture.getState().wanted, page.read(), futures]).toEqual([null, '/timeline', [Date.parse(future)]])
    picture.goTo(Date.parse(PAST))
    page.go(`/peers?at=${future}`)
    expect([picture.getState().wanted, page.read(), futures.length]).toEqual([null, '/peers', 2])
  })

  it('that cannot be read leads nowhere: it is told, and the address says again what is shown', () => {
    const { ui, page, unread } = open('/peers?filter=fox')
    page.go('/nonsense?filter=owl')
    expect(ui.getState()).toMatchObject({ view: 'peers', filter: 'fox' })
    expect([page.read(), unread]).toEqual(['/peers?filter=fox', ['/nonsense?filter=owl']])
    // Where only a part cannot be read, the rest is shown.
    page.go('/timeline?filter=owl&at=foo&kinds=Foo&peer=12D3KooBAD&span=bad')
    expect(ui.getState()).toMatchObject({ view: 'timeline', filter: 'owl' })
    expect([page.read(), unread.at(-1)]).toEqual(['/timeline?filter=owl', 'peer at kinds span'])
    // A window without a link is no wrong one.
    expect(open('').unread).toEqual([])
    const first = open('/nonsense')
    expect([first.page.read(), first.unread]).toEqual(['/health', ['/nonsense']])
  })

  it('leads to its moment once the network is there', () => {
    const { peers, picture, ui } = open(`/timeline?at=${PAST}`, false)
    expect([picture.getState().wanted, ui.getState().linkedView]).toEqual([null, 'timeline'])
    peers.apply(fakeSnapshot(3, NOW))
    expect([picture.getState().wanted, ui.getState().linkedView]).toEqual([Date.parse(PAST), null])
    // Where it is there, the view is shown at once.
    expect(open('/timeline').ui.getState().linkedView).toBeNull()
  })

  it('changes with each view and peer, and Back leads where one was', async () => {
    const { ui, page } = open('')
    ui.setState({ view: 'peers' })
    await settled()
    ui.setState({ selected: idOf('ann') })
    await settled()
    expect(page.entries).toEqual(['/health', '/peers', `/peers?peer=${idOf('ann')}`])
    page.back()
    expect(ui.getState()).toMatchObject({ view: 'peers', selected: null })
    page.back()
    expect(ui.getState()).toMatchObject({ view: 'health', selected: null })
    expect(page.entries).toHaveLength(3)
  })

  it('names the departure that is explained, each a step of its own, and none without its peer', async () => {
    const { ui, page } = open('/timeline')
    const [ann, bob] = [idOf('ann'), idOf('bob')]
    const clicks = [
      { selected: ann, departure: { peerId: ann, at: NOW - 2000 } },
      { selected: ann, departure: { peerId: ann, at: NOW - 1000 } },
      { selected: bob, departure: { peerId: bob, at: NOW - 1000 } },
      { selected: bob, departure: null },
    ]
    const states = [{ selected: null, departure: null }, ...clicks]
    for (const click of clicks) {
      ui.setState(click)
      await settled()
    }
    const place = (peer: string, at: number) =>
      `/timeline?${new URLSearchParams({ peer, departure: formatUtc(at) }).toString()}`
    const entries = [
      '/timeline',
      place(ann, NOW - 2000),
      place(ann, NOW - 1000),
      place(bob, NOW - 1000),
      `/timeline?peer=${bob}`,
    ]
    expect(page.entries).toEqual(entries)
    for (const state of states.toReversed().slice(1)) {
      page.back()
      expect(ui.getState()).toMatchObject(state)
    }
    expect(page.entries).toEqual(entries)
    // In a link that is pasted, also where another peer is selected or its own peer cannot be read.
    page.go(place(bob, NOW - 2000))
    page.go(place(ann, NOW - 2000))
    expect(ui.getState()).toMatchObject(clicks[0] ?? {})
    page.go(place('nobody', NOW - 2000))
    expect([ui.getState(), page.read()]).toMatchObject([{ selected: null, departure: null }, '/timeline'])
  })

  it('has all that one act changes as one step, whatever it changes', async () => {
    const { ui, events, page } = open('/health')
    events.setFilter({ ...events.getState().filter, kinds: ['PeerDeparted'], from: NOW - 1000, to: NOW })
    ui.setState({ view: 'timeline', filter: 'reason:left' })
    await settled()
    expect(page.entries).toHaveLength(2)
    page.back()
    expect(page.entries[0]).toBe('/health')
    expect(ui.getState()).toMatchObject({ view: 'health', filter: '' })
    expect(events.getState().filter).toMatchObject({ kinds: [], from: null, to: null })
  })

  it('has what is typed as one step, and what is typed later as another', async () => {
    const { ui, page } = open('/peers')
    for (const filter of ['t', 'ta', 'tag:x']) ui.setState({ filter })
    await settled()
    ui.setState({ filter: 'tag:xy' })
    page.pass(300)
    expect(page.entries).toEqual(['/peers', '/peers?filter=tag%3Axy'])
    page.pass(3000)
    ui.setState({ filter: 'tag:z' })
    page.pass(300)
    expect(page.entries).toEqual(['/peers', '/peers?filter=tag%3Axy', '/peers?filter=tag%3Az'])
  })

  it('has the way into the past and back as steps, and scrubbing as none', async () => {
    const { picture, page } = open('/timeline')
    picture.goTo(Date.parse(PAST))
    await settled()
    expect(page.entries).toHaveLength(2)
    picture.goTo(Date.parse(PAST) + 1000)
    page.pass(300)
    expect(page.entries).toHaveLength(2)
    expect(page.read()).toContain('09%3A00%3A01')
    page.back()
    expect(picture.getState().wanted).toBeNull()
    expect(page.entries).toHaveLength(2)
  })

  it('of another network is told of and not gone to', () => {
    const { ui, page, others } = open('/network')
    const other = 'ab'.repeat(32)
    page.write(`/peers?network=${other}`, true)
    page.at += 1
    page.back()
    expect(others).toEqual([other])
    expect(ui.getState().view).toBe('network')
  })

  it('of another network is told of once a network is there, and nothing of it is shown there', async () => {
    const other = 'ab'.repeat(32)
    const text = `/network?at=${PAST}&network=${other}&colour=rtt&compare=peers`
    const { ui, peers, page, picture, compare, others } = open(text, false)
    expect(others).toEqual([])
    peers.apply(fakeSnapshot(3, NOW))
    await settled()
    expect([others, picture.getState().wanted, compare.getState().opened]).toEqual([[other], null, false])
    expect([ui.getState().colourBy, page.read()]).not.toContain('rtt')
    expect(page.read()).toBe('/network')
  })

  it('names a history that is looked at, and leads to it again once the engine is there', async () => {
    const text = `/network?at=${encodeURIComponent(PAST)}&history=${HISTORY}&range=day`
    const { peers, page, picture, shown } = open(text, false)
    expect([shown, page.read()]).toEqual([[], text])
    peers.apply({ ...fakeSnapshot(3, NOW), status: { state: 'none' } })
    await settled()
    expect(shown).toEqual([{ id: HISTORY, at: Date.parse(PAST) }])
    expect(picture.getState()).toMatchObject({ wanted: Date.parse(PAST), picture: { kind: 'stored' } })
    expect([page.entries, page.read()]).toEqual([[text], text])
    // Scrubbed to its end it needs no moment; closed it is gone, and Back leads to it again.
    picture.goTo(NOW)
    await settled()
    expect(page.read()).toBe(`/network?history=${HISTORY}&range=day`)
    await settled()
    picture.leave()
    await settled()
    expect(page.read()).toBe('/network?range=day')
    page.back()
    await settled()
    expect(picture.getState().played?.stored?.network.id).toBe(HISTORY)
    expect(shown).toHaveLength(2)
    expect(page.read()).toBe(`/network?history=${HISTORY}&range=day`)
  })

  it('says that a moment lies outside of a history, whose nearest end is shown, also in the one that is open', async () => {
    const early = NOW - 99_000_000_000
    const link = (at: number): string => `/network?at=${encodeURIComponent(formatUtc(at))}&history=${HISTORY}`
    const { page, picture, outside } = open(link(early))
    await settled()
    expect([outside, picture.getState().wanted]).toEqual([[early], NOW - 9_000_000_000])
    page.go(link(NOW + 5))
    await settled()
    expect([outside, picture.getState().wanted]).toEqual([[early, NOW + 5], NOW - 1000])
    page.go(link(NOW - 5000))
    await settled()
    expect([outside.length, picture.getState().wanted]).toEqual([2, NOW - 5000])
  })

  it('does not open a history that the user has turned away from meanwhile', async () => {
    const { page, picture, shown } = open('/peers')
    page.go(`/network?history=${HISTORY}`)
    expect(shown).toHaveLength(1)
    page.back()
    await settled()
    expect([picture.getState().played, page.read()]).toEqual([null, '/peers'])
  })

  it('leaves what the user did while a history was read', async () => {
    const { ui, page, playedParts } = open('/network')
    page.go(`/timeline?filter=fox&kinds=PeerDeparted&history=${HISTORY}`)
    ui.setState({ view: 'peers', filter: 'wolf', selected: idOf('ann'), colourBy: 'rtt' })
    await settled()
    expect(ui.getState()).toMatchObject({ view: 'peers', filter: 'wolf', selected: idOf('ann'), colourBy: 'rtt' })
    expect(playedParts.events.getState().filter.kinds).toEqual(['PeerDeparted'])
  })

  it('lets go of a history that is not there', async () => {
    const { page, picture } = open(`/network?history=${GONE}`)
    await settled()
    expect([page.read(), picture.getState().played]).toEqual(['/network', null])
  })

  it('is not touched once that ended', async () => {
    const { ui, page, end } = open('/network')
    ui.setState({ view: 'peers' })
    end()
    ui.setState({ view: 'timeline' })
    await settled()
    expect(page.entries).toEqual(['/network'])
  })
})
