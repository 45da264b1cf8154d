import { beforeEach, describe, expect, it, vi } from 'vitest'
import { holdRange } from '../../../../src/renderer/src/stores/follow-moment.ts'
import { formatUtc } from '../../../../src/shared/time.ts'
import { dropMoment, HISTORY, NOW, openPlace, PAST, settled } from '../shell/place-window.ts'

const MINUTE = 60_000
const AT = Date.parse(PAST)
/** Ten minutes around it. */
const AROUND = { from: AT - 5 * MINUTE, to: AT + 5 * MINUTE }
const AROUND_TEXT = `range=${encodeURIComponent(`${formatUtc(AROUND.from)}/${formatUtc(AROUND.to)}`)}`

beforeEach(() => {
  vi.unstubAllGlobals()
  globalThis.localStorage?.clear()
})

describe('the range follows the moment', () => {
  it('that lies outside of it, as long as it was, and comes back with the present', () => {
    const { picture, range } = openPlace('/timeline')
    picture.goTo(AT)
    expect(range.getState().range).toEqual(AROUND)
    // From one moment to the next it moves only where it has to.
    picture.goTo(AT + 4 * MINUTE)
    expect(range.getState().range).toEqual(AROUND)
    picture.goTo(AT + 6 * MINUTE)
    expect(range.getState().range).toEqual({ from: AT + MINUTE, to: AT + 11 * MINUTE })
    picture.leave()
    expect(range.getState().range).toBe('recent')
  })

  it('and ends now, where the moment was just before it', () => {
    const { picture, range } = openPlace('/timeline')
    picture.goTo(NOW - 11 * MINUTE)
    expect(range.getState().range).toEqual({ from: NOW - 16 * MINUTE, to: NOW - 6 * MINUTE })
    range.setState({ range: 'hour' })
    expect(range.getState().range).toBe('hour')
    picture.goTo(NOW - 70 * MINUTE)
    range.setState({ range: { from: NOW - 60 * MINUTE, to: NOW } })
    picture.goTo(NOW - 61 * MINUTE)
    expect(range.getState().range).toEqual({ from: NOW - 91 * MINUTE, to: NOW - 31 * MINUTE })
  })

  it('where a span of that name is chosen that does not reach it; one that was zoomed to stays', () => {
    const { picture, range } = openPlace('/timeline')
    range.setState({ range: 'day' })
    picture.goTo(AT)
    expect(range.getState().range).toBe('day')
    range.setState({ range: 'recent' })
    expect(range.getState().range).toEqual(AROUND)
    const zoomed = { from: NOW - 1000, to: NOW }
    range.setState({ range: zoomed })
    expect(range.getState().range).toBe(zoomed)
  })

  it('that it leaves behind as time goes on, as no step of Back', async () => {
    const { picture, range, page } = openPlace('/timeline')
    const at = NOW - 4 * MINUTE
    picture.goTo(at)
    await settled()
    const steps = page.entries.length
    page.pass(6 * MINUTE)
    expect(range.getState().range).toBe('recent')
    const told = vi.fn<() => void>()
    range.subscribe(told)
    page.pass(1)
    expect(range.getState().range).toEqual({ from: at - 5 * MINUTE, to: at + 5 * MINUTE })
    expect(told).toHaveBeenCalledTimes(1)
    await settled()
    expect(page.entries).toHaveLength(steps)
    // Who looks at the present again has it back, and no moment that is no longer looked at moves it.
    picture.leave()
    expect(range.getState().range).toBe('recent')
    page.pass(60 * MINUTE)
    expect(range.getState().range).toBe('recent')
    // So it is with one that is gone to on the bars themselves, and with a range that is chosen meanwhile.
    holdRange(range, () => picture.goTo(NOW + 57 * MINUTE))
    range.setState({ range: 'hour' })
    page.pass(20 * MINUTE)
    expect(range.getState().range).toBe('hour')
    page.pass(40 * MINUTE)
    expect(range.getState().range).toEqual({ from: NOW + 27 * MINUTE, to: NOW + 87 * MINUTE })
  })

  it('unless it is gone to on the bars themselves', () => {
    const { picture, range } = openPlace('/timeline')
    picture.goTo(AT)
    // Their first one may begin before the range.
    holdRange(range, () => picture.goTo(AROUND.from - 1))
    expect(range.getState()).toMatchObject({ range: AROUND, held: false })
    holdRange(range, () => picture.leave())
    expect(range.getState().range).toEqual(AROUND)
  })

  it('by a link, whose address then has it, also before the network is there', async () => {
    const text = `/peers?at=${encodeURIComponent(PAST)}`
    const late = openPlace(text, false)
    late.peers.apply(late.snapshot())
    await settled()
    const moved = openPlace('/health')
    moved.page.go(text)
    await settled()
    for (const { range, page } of [late, openPlace(text), moved]) {
      expect(range.getState().range).toEqual(AROUND)
      expect(page.read()).toBe(`${text}&${AROUND_TEXT}`)
    }
    expect(moved.page.entries).toHaveLength(2)
    // What the sender had zoomed to is shown as it was.
    const sent = `${text}&range=${encodeURIComponent(`${formatUtc(NOW - 1000)}/${formatUtc(NOW)}`)}`
    expect(openPlace(sent).page.entries).toEqual([sent])
  })

  it('in one step of Back with it, and Back brings both', async () => {
    const { picture, range, page } = openPlace('/timeline')
    picture.goTo(AT)
    await settled()
    expect(page.entries).toHaveLength(2)
    // What is typed next, or played past the end, is still the same step.
    for (const minutes of [60, 61, 120]) {
      picture.goTo(AT + minutes * MINUTE)
      await settled()
      page.pass(300)
    }
    expect(page.entries).toHaveLength(2)
    picture.leave()
    await settled()
    expect(page.entries).toHaveLength(3)
    page.back()
    expect(picture.getState().wanted).toBe(AT + 120 * MINUTE)
    expect(range.getState().range).toEqual({ from: AT + 115 * MINUTE, to: AT + 125 * MINUTE })
    page.back()
    expect([picture.getState().wanted, range.getState().range]).toEqual([null, 'recent'])
    expect(page.entries).toHaveLength(3)
  })

  it('of a stored network, within what is stored of it, and as no step where a link leads there', async () => {
    const text = `/timeline?at=${encodeURIComponent(PAST)}&history=${HISTORY}`
    const { picture, range, page } = openPlace(text)
    await settled()
    expect(range.getState().range).toEqual(AROUND)
    expect(page.entries).toEqual([`${text}&${AROUND_TEXT}`])
    picture.goTo(NOW - 9_000_000_000)
    const { from, to } = picture.getState().played?.moment ?? { from: 0, to: 0 }
    expect(range.getState().range).toEqual({ from, to: from + 10 * MINUTE })
    expect(to).toBe(NOW - 1000)
    // Its end is its present.
    picture.goTo(to)
    expect(range.getState().range).toBe('recent')
  })

  it('never of a file, all of which is shown', async () => {
    const window = openPlace('/timeline')
    const zoomed = { from: NOW - 5000, to: NOW - 4000 }
    window.range.setState({ range: zoomed })
    await dropMoment(window, 'file')
    window.picture.goTo(NOW - 9000)
    expect(window.range.getState().range).toBe(zoomed)
    window.picture.leave()
    expect(window.range.getState().range).toBe(zoomed)
  })
})
