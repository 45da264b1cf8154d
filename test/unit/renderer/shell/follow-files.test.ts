import { beforeEach, describe, expect, it } from 'vitest'
import { placeNow } from '../../../../src/renderer/src/shell/follow-place.ts'
import { placeText } from '../../../../src/renderer/src/shell/place.ts'
import { dropMoment, NOW, openPlace, PAST, settled } from './place-window.ts'

beforeEach(() => globalThis.localStorage?.clear())

type Window = ReturnType<typeof openPlace>
const fileOf = ({ picture }: Window) => picture.getState().played?.file ?? null

describe('a file that is looked at', () => {
  it('is in the URL, with all of its views; Back leads through them, and out of it', async () => {
    const window = openPlace('/snapshots')
    const { ui, page, picture } = window
    await dropMoment(window, 'a')
    ui.setState({ view: 'peers' })
    await settled()
    expect(page.entries).toEqual(['/snapshots', '/network?file=a', '/peers?file=a'])
    page.back()
    expect([ui.getState().view, fileOf(window)]).toEqual(['network', 'a'])
    page.back()
    expect([ui.getState().view, fileOf(window), picture.getState().wanted]).toEqual(['snapshots', null, null])
  })

  it('gives way to the next one, and Back leads to it again, where its time was', async () => {
    const window = openPlace('/health')
    const { page, picture, ui } = window
    await dropMoment(window, 'a')
    picture.goTo(NOW - 5000)
    ui.setState({ view: 'timeline' })
    await settled()
    await dropMoment(window, 'b')
    expect([fileOf(window), page.read()]).toEqual(['b', '/network?file=b'])
    page.back()
    // Nothing is shown in its place, and the address names it, while it is read.
    expect([window.files.getState().again?.file, page.read()]).toEqual(['a', '/timeline?file=a'])
    await settled()
    expect([fileOf(window), picture.getState().wanted, ui.getState().view]).toEqual(['a', NOW - 5000, 'timeline'])
    expect([page.read(), window.told]).toEqual(['/timeline?file=a', []])
    expect(window.files.getState()).toMatchObject({ again: null, looked: { file: 'a' } })
  })

  it('leads to the view alone where it is no longer held, and says so', async () => {
    const window = openPlace('/health')
    for (const file of ['a', 'b', 'c', 'd']) await dropMoment(window, file)
    window.page.at = 1
    window.page.go('/peers?file=a')
    await settled()
    expect([fileOf(window), window.page.read(), window.told]).toEqual([null, '/peers', ['the file is gone']])
  })

  it('is not shown again once the user goes on', async () => {
    const window = openPlace('/health')
    await dropMoment(window, 'a')
    await dropMoment(window, 'b')
    window.page.back()
    window.page.back()
    await settled()
    expect([fileOf(window), window.page.read(), window.files.getState().again]).toEqual([null, '/health', null])
  })

  it('is left for a moment of the network, and is in no link that is given away', async () => {
    const window = openPlace('/health')
    await dropMoment(window, 'a')
    expect(placeText(placeNow(window))).toBe('/network')
    window.page.go(`/peers?at=${PAST}`)
    expect([fileOf(window), window.picture.getState().wanted]).toEqual([null, Date.parse(PAST)])
  })

  it('is shown again after a reload without a step of its own; where that is called off the URL says so', async () => {
    const again = { file: 'a', name: 'a.peerscope' }
    const reloaded = openPlace('/network?file=a', true, again)
    expect(reloaded.page.entries).toEqual(['/network?file=a'])
    const left = [{ ...again, wish: 'listed' }] as const
    reloaded.files.setState({ left })
    await reloaded.files.resume({ ...again, at: NOW - 2000 })
    await settled()
    expect([fileOf(reloaded), reloaded.page.entries]).toEqual(['a', ['/network?file=a']])
    const called = openPlace('/network?file=a', true, again)
    called.files.cancelAgain()
    await settled()
    expect(called.page.entries).toEqual(['/network'])
    // One that nobody holds is not waited for.
    const window = openPlace('/network?file=a')
    await settled()
    expect([window.page.entries, window.told]).toEqual([['/network'], ['the file is gone']])
  })
})
